/** The vision worker, except that it never returns from an image that says "hang", as with a fault in native code. */
import type { Timed, VisionTask, WorkerAnswer } from "../../../lib/vision/task.ts";
import detect from "../../../workers/vision.worker.ts";

export { describe } from "../../../workers/vision.worker.ts";

export default function hang(task: Timed<VisionTask>): WorkerAnswer | Promise<WorkerAnswer> {
  if (Buffer.from(task.file).toString() === "hang") for (;;);
  return detect(task);
}
