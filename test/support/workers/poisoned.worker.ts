/** The real vision worker, but for files that are text: those say how the worker is to end. */
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Timed, VisionTask, WorkerAnswer } from "../../../lib/vision/task.ts";
import see from "../../../workers/vision.worker.ts";

export { describe } from "../../../workers/vision.worker.ts";

export default async function poisoned(task: Timed<VisionTask>): Promise<WorkerAnswer> {
  const [command, argument] = Buffer.from(task.file).toString("latin1").split(" ");
  if (command === "note" && argument) appendFileSync(argument, "x");
  if (command === "die" || command === "note") process.exit(3);
  if (command === "hang") await sleep(Number(argument));
  if (command === "kill") process.kill(process.pid, "SIGKILL");
  if (command === "throw") throw new Error("a fault in the worker");
  return see(task);
}
