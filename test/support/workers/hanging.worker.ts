/**
 * The vision worker, except that it does not return from an image with the text "hang", like after a fault in native
 * code. With "hang path" it returns once the file `path` exists.
 */
import { existsSync } from "node:fs";
import type { Timed, VisionTask, WorkerAnswer } from "../../../lib/vision/task.ts";
import detect from "../../../workers/vision.worker.ts";

export { describe } from "../../../workers/vision.worker.ts";

const forever = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

export default function hang(task: Timed<VisionTask>): WorkerAnswer | Promise<WorkerAnswer> {
  const [command, path = ""] = Buffer.from(task.file).toString().split(" ");
  if (command === "hang") while (!existsSync(path)) Atomics.wait(forever, 0, 0, 5);
  return detect(task);
}
