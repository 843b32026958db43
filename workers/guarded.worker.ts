/**
 * Entry point of a pool thread. Wraps the worker: checks whether the image may run in native code here, and journals it
 * in case it kills the process. It handles one task at a time, even while the worker awaits a network, because the
 * journal has room for one.
 */
import { join } from "node:path";
import { threadId, workerData } from "node:worker_threads";
import { Journal } from "../lib/vision/suspects/in-progress-journal.ts";
import { MarksReader } from "../lib/vision/suspects/marks.ts";
import { requestKey, sha256Of } from "../lib/vision/suspects/request-key.ts";
import type {
  GuardSettings,
  PoolTask,
  SentTask,
  Timed,
  TimeLimit,
  WorkerAnswer,
  WorkerDescription,
  WorkerModule,
} from "../lib/vision/task.ts";
import { processTime, TaskSlots } from "../lib/vision/task-slots.ts";

type Answer = WorkerAnswer | undefined;

const { workerFile, slots: slotMemory, marks: memory, journalFolder } = workerData as GuardSettings;
const worker = (await import(workerFile)) as WorkerModule;
const slots = new TaskSlots(slotMemory);
const marks = memory && new MarksReader(memory);
const journal = journalFolder === undefined ? undefined : openJournal(join(journalFolder, String(threadId)));

export function describe(): WorkerDescription {
  return worker.describe();
}

export { collectGarbage } from "../lib/vision/collect-garbage.ts";

export function trimMemory(): void {
  worker.trimMemory?.();
}

let inWork: Promise<unknown> | undefined;

/** @returns undefined if the task was cancelled before it started. */
export default function process(sent: SentTask): Answer | Promise<Answer> {
  const answer = inWork ? inWork.then(() => begin(sent)) : begin(sent);
  const done: Promise<unknown> = settled(answer).then(() => {
    if (inWork === done) inWork = undefined;
  });
  inWork = done;
  return answer;
}

/**
 * Resolves after Piscina has sent the answer, which takes it one microtask. If Piscina reads two messages at once, the
 * second task would otherwise begin before the first is answered, and an image that hangs would delay the previous
 * answer.
 */
async function settled(answer: Answer | Promise<Answer>): Promise<void> {
  await Promise.resolve(answer).catch(() => {});
  await undefined;
}

function begin({ slot, timeLimit, ...task }: SentTask): Answer | Promise<Answer> {
  if (!slots.begin(slot)) return undefined;
  return guard({ ...task, timeLimitMs: timeLeft(timeLimit) });
}

function timeLeft(limit: TimeLimit): number {
  return "at" in limit ? limit.at - processTime() : limit.afterMs;
}

function guard(task: Timed<PoolTask>): WorkerAnswer | Promise<WorkerAnswer> {
  if ("isWarmUp" in task) return worker.default(task);
  const sha256 = sha256Of(task.file);
  const mark = marks?.find(sha256);
  if (mark) return { mark, sha256 };
  journal?.enter({ sha256, request: requestKey(task) });
  const answer = run({ ...task, sha256 });
  if (!(answer instanceof Promise)) {
    journal?.leave();
    return answer;
  }
  return answer.finally(() => journal?.leave());
}

function run(task: Timed<PoolTask>): WorkerAnswer | Promise<WorkerAnswer> {
  try {
    return worker.default(task);
  } catch (error) {
    journal?.leave();
    throw error;
  }
}

/** Without a journal, images are still processed. */
function openJournal(path: string): Journal | undefined {
  try {
    return new Journal(path);
  } catch {
    return undefined;
  }
}
