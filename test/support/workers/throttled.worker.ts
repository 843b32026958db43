/** The real vision worker on a fortieth of a core: after each image it sleeps in proportion to the CPU time used. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Timed, VisionTask, WorkerAnswer } from "../../../lib/vision/task.ts";
import see from "../../../workers/vision.worker.ts";

export { describe } from "../../../workers/vision.worker.ts";

const SHARE = 1 / 40;

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

export default async function throttled(task: Timed<VisionTask>): Promise<WorkerAnswer> {
  const before = cpuMs();
  const answer = await see(task);
  await sleep((cpuMs() - before) * (1 / SHARE - 1));
  return answer;
}
