/** Checks the headers of images in a separate thread: see `lib/vision/headers/header-thread.ts`. */
import { isFailure } from "../lib/errors.ts";
import type { HeaderAnswer, HeaderTask } from "../lib/vision/headers/header-thread.ts";
import { checkHeader } from "../lib/vision/headers/image-header.ts";

export default function check({ file, maxImagePixels }: HeaderTask): HeaderAnswer {
  try {
    return { header: checkHeader(Buffer.from(file.buffer, file.byteOffset, file.length), maxImagePixels) };
  } catch (error) {
    if (!isFailure(error)) throw error;
    // Returned instead of thrown, because an error loses its properties when it leaves a thread.
    return { failure: { code: error.type, detail: error.message, data: error.data } };
  }
}
