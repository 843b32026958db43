/**
 * Frees off-heap memory, such as a Mat's, as soon as it has been read. Otherwise unreachable off-heap memory triggers
 * V8's garbage collector: with megabytes per image it runs constantly, on threads that take cores from the models.
 */
import type { Mat } from "./opencv.ts";

/** The Mat, for `using`: released at the end of the block, even after an error. */
export function scoped(mat: Mat): Mat & Disposable {
  return Object.assign(mat, { [Symbol.dispose]: () => mat.release() });
}

/** Makes a new Mat from a Mat, which is released, even if `make` throws, unless it is the result itself. */
export function remade(mat: Mat, make: (mat: Mat) => Mat): Mat {
  let result: Mat | undefined;
  try {
    result = make(mat);
    return result;
  } finally {
    if (result !== mat) mat.release();
  }
}

/** Calls `read` with a Mat's pixels, which it must not keep. */
export function withPixels<T>(mat: Mat, read: (pixels: Buffer) => T): T {
  const pixels = mat.getData();
  try {
    return read(pixels);
  } finally {
    giveBack(pixels);
  }
}

/** Like `withPixels`, but also releases the Mat. */
export function pixelsOf<T>(mat: Mat, read: (pixels: Buffer) => T): T {
  using owned = scoped(mat);
  return withPixels(owned, read);
}

/** Frees the numbers' buffer, which must not be shared. */
export function giveBack(values: Uint8Array | Float32Array): void {
  (values.buffer as ArrayBuffer).transfer(0);
}
