/** Places in images, in pixels. */
import type { Size } from "../size.ts";

export type Point = readonly [x: number, y: number];

/** A part of an image. */
export interface Region extends Size {
  readonly x: number;
  readonly y: number;
}

/** A box. */
export type Corners = readonly [left: number, top: number, right: number, bottom: number];

/** Corners of a box by its centre and size. */
export function cornersAround([x, y]: Point, { width, height }: Size): Corners {
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}
