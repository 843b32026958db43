/** The vision worker, but for an image that says "hang": that one never ends, as a fault in native code would. */
import type { Timed, VisionTask, WorkerAnswer } from "../../../lib/vision/task.ts";
import detect from "../../../workers/vision.worker.ts";

export { describe } from "../../../workers/vision.worker.ts";

export default function hang(task: Timed<VisionTask>): WorkerAnswer | Promise<WorkerAnswer> {
  if (Buffer.from(task.file).toString() === "hang") for (;;);
  return detect(task);
}
