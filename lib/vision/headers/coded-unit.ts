import type { Size } from "./header.ts";

/** What a unit of coded data makes a decoder do. */
export interface CodedUnit {
  /** That the decoder allocates images by from here on; undefined if the unit announces none. */
  readonly size: Size | undefined;
  /** Whether it has pixels: a frame of AV1, or a slice of HEVC, which reaches to the end of its image at most. */
  readonly isDecoded: boolean;
}
