/** The real vision worker, slowed down, held or broken as a control file says; see `breakable-detector.service.ts`. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Timed, VisionTask, WorkerAnswer } from "../../../lib/vision/task.ts";
import see from "../../../workers/vision.worker.ts";

export { describe } from "../../../workers/vision.worker.ts";

const control = process.env.SIGHTLINE_TEST_CONTROL ?? "";

/** There is no command if the file is missing, because a test may remove it at any moment. */
function commanded(): string[] {
  try {
    return readFileSync(control, "utf8").split(" ");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

export default async function breakable(task: Timed<VisionTask>): Promise<WorkerAnswer> {
  const [command, argument] = commanded();
  while (commanded()[0] === "hold") await sleep(10);
  if (command === "fail") throw new Error("a fault in the worker");
  if (command !== "slow") return see(task);
  await sleep(Number(argument));
  const answer = await see(task);
  if (!("detection" in answer)) return answer;
  const { timings } = answer.detection;
  const slowed = { ...timings, inferenceMs: timings.inferenceMs + Number(argument) };
  return { detection: { ...answer.detection, timings: slowed } as typeof answer.detection };
}
