/** A stub of the vision worker whose behaviour is chosen by the text of a task's file. */
import { setTimeout as sleep } from "node:timers/promises";
import { workerData } from "node:worker_threads";
import { MemoryBudget } from "../../../lib/vision/memory-budget.ts";
import type { VisionTask, WorkerAnswer, WorkerSettings } from "../../../lib/vision/task.ts";

const detection = {
  sha256: "0".repeat(64),
  width: 1,
  height: 1,
  faces: [],
  timings: { decodeMs: 0, inferenceMs: 0 },
};

const { memory, imageMemoryBytes } = workerData as WorkerSettings;
const budget = new MemoryBudget(memory, imageMemoryBytes);
let inWork = 0;

export default async function misbehave({ file }: VisionTask): Promise<WorkerAnswer> {
  const [command, argument] = Buffer.from(file).toString().split(" ");
  if (command === "die") process.exit(3);
  if (command === "occupy") {
    budget.take(imageMemoryBytes, 0);
    process.exit(3);
  }
  if (command === "room") return { detection: { ...detection, width: budget.take(imageMemoryBytes, 0) ? 1 : 0 } };
  if (command === "throw") throw new Error("a fault in the worker");
  if (command === "litter") new Uint8Array(Number(argument)).fill(1);
  if (command === "take") await sleep(Number(argument));
  if (command === "alone") await takeAlone(Number(argument));
  if (command === "fail")
    return { failure: { code: "UNDECODABLE_IMAGE", detail: "Not an image.", data: { index: 1 } } };
  return { detection: command === "answer" ? { ...detection, width: Number(argument ?? 1) } : detection };
}

/** Reports the call to the test, whose thread sees nothing else of it. */
export function trimMemory(): void {
  const channel = new BroadcastChannel("trims");
  channel.postMessage(process.memoryUsage().arrayBuffers);
  channel.close();
}

async function takeAlone(ms: number): Promise<void> {
  if (++inWork > 1) throw new Error("another task is in work");
  await sleep(ms);
  inWork--;
}
