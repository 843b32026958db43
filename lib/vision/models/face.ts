/** A face as a network finds it. */
import type { Corners } from "./boxes.ts";

export type Point = readonly [x: number, y: number];

export interface FoundFace {
  readonly corners: Corners;
  readonly score: number;
  /** Right eye, left eye (of the person), nose, right and left corner of the mouth. Some networks give none. */
  readonly landmarks?: readonly Point[];
}
