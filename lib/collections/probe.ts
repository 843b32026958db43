import type { FaceQuality } from "../contracts/face-quality.ts";
import type { Box } from "../contracts/receipt.ts";

/** A face to add or search for. */
export interface Probe {
  readonly encoding: readonly number[];
  readonly sha256?: string;
  readonly box?: Box | null;
  readonly quality?: FaceQuality;
  readonly label?: string;
  /** Version of the model that made the encoding; absent if the client sent the encoding itself. */
  readonly version?: string;
}
