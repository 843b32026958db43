import type { Size } from "../size.ts";

/** What a unit of coded data makes a decoder do. */
export interface CodedUnit {
  /** That the decoder allocates images by from here on; undefined if the unit announces none. */
  readonly size: Size | undefined;
  /** Of a pixel in memory, all channels together, from here on; undefined as the size is. */
  readonly pixelBytes?: number | undefined;
  /** Of a sample in memory, 2 if it has more than 8 bits; undefined as the size is. */
  readonly sampleBytes?: number | undefined;
  /** Whether it has pixels: a frame of AV1, or a slice of HEVC, which reaches to the end of its image at most. */
  readonly isDecoded: boolean;
  /** Whether it is the first or only one of an image. */
  readonly beginsImage: boolean;
}
