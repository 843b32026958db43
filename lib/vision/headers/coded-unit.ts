import type { Size } from "../size.ts";

/** The effect of a unit of coded data on a decoder. */
export interface CodedUnit {
  /** Size by which the decoder allocates images from this unit on; undefined if the unit announces none. */
  readonly size: Size | undefined;
  /** Bytes of a pixel in memory, all channels together, from this unit on; undefined if `size` is. */
  readonly pixelBytes?: number | undefined;
  /** Bytes of a sample in memory, 2 if it has more than 8 bits; undefined if `size` is. */
  readonly sampleBytes?: number | undefined;
  /** Whether the unit has pixels: a frame of AV1, or a slice of HEVC, which reaches at most to the end of its image. */
  readonly isDecoded: boolean;
  /** Whether the unit is the first or only one of an image. */
  readonly beginsImage: boolean;
}
