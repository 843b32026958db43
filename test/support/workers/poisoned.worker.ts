/** The real vision worker, except that text files say how the worker fails. */
import { appendFileSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Timed, VisionTask, WorkerAnswer } from "../../../lib/vision/task.ts";
import see from "../../../workers/vision.worker.ts";

export { describe } from "../../../workers/vision.worker.ts";

export default async function poisoned(task: Timed<VisionTask>): Promise<WorkerAnswer> {
  const [command, argument] = Buffer.from(task.file).toString("latin1").split(" ");
  if (command === "note" && argument) appendFileSync(argument, "x");
  if (command === "die" || command === "note") process.exit(3);
  if (command === "hang") await sleep(Number(argument));
  if (command === "kill") {
    // Simulates a container that runs out of memory: the trial process and its parent are killed.
    if (readFileSync("/proc/self/cmdline", "utf8").includes("trial-process.ts")) process.kill(process.ppid, "SIGKILL");
    process.kill(process.pid, "SIGKILL");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
  if (command === "throw") throw new Error("a fault in the worker");
  return see(task);
}
