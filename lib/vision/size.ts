/** Size of an image or of a part of one, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}
