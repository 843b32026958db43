/** Reports OpenCV's size for each received file. Runs in its own process, because a bad file may crash it. */
import { cv } from "./opencv.ts";

process.on("message", ({ file }: { file: Uint8Array<ArrayBuffer> }) => {
  const image = cv.imdecode(Buffer.from(file), cv.IMREAD_GRAYSCALE | cv.IMREAD_IGNORE_ORIENTATION);
  process.send?.(image.empty ? null : { width: image.cols, height: image.rows });
  image.release();
});
