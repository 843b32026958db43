/** A face as a network finds it. */
import type { Corners, Point } from "./geometry.ts";

export interface FoundFace {
  readonly corners: Corners;
  readonly score: number;
  /**
   * Right eye, left eye (of the person), nose, right and left corner of the mouth. Absent if the network gives none.
   */
  readonly landmarks?: readonly Point[];
}
