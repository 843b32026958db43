/**
 * Memory that is given back when it has been read, as a Mat's is. What garbage holds outside its heap makes V8 look
 * for garbage: with megabytes an image, all the time, on threads of its own that take the cores from the models.
 */
import type { Mat } from "./opencv.ts";

/** What `read` makes of a Mat's pixels, which it must not keep. */
export function withPixels<T>(mat: Mat, read: (pixels: Buffer) => T): T {
  const pixels = mat.getData();
  try {
    return read(pixels);
  } finally {
    giveBack(pixels);
  }
}

/** The numbers are gone; their buffer must belong to them alone. */
export function giveBack(values: Uint8Array | Float32Array): void {
  (values.buffer as ArrayBuffer).transfer(0);
}
