/** Of an image or a part of one, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}
