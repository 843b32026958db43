/**
 * What a thread of the pool runs: the worker, behind a look at whether the image may be given to native code here, and
 * a note of it for the case that this is the last thing the process does.
 */
import { join } from "node:path";
import { threadId, workerData } from "node:worker_threads";
import { Journal } from "../lib/vision/suspects/journal.ts";
import { MarksReader } from "../lib/vision/suspects/marks.ts";
import { requestKey, sha256Of } from "../lib/vision/suspects/request-key.ts";
import type {
  GuardSettings,
  TensorTask,
  VisionTask,
  WorkerAnswer,
  WorkerDescription,
  WorkerModule,
} from "../lib/vision/task.ts";

const { workerFile, marks: memory, journalFolder } = workerData as GuardSettings;
const worker = (await import(workerFile)) as WorkerModule;
const marks = memory && new MarksReader(memory);
const journal = journalFolder === undefined ? undefined : openJournal(join(journalFolder, String(threadId)));

export function describe(): WorkerDescription {
  return worker.describe();
}

export default function process(task: VisionTask | TensorTask): WorkerAnswer | Promise<WorkerAnswer> {
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

function run(task: VisionTask | TensorTask): WorkerAnswer | Promise<WorkerAnswer> {
  try {
    return worker.default(task);
  } catch (error) {
    journal?.leave();
    throw error;
  }
}

/** Without a journal images are processed all the same. */
function openJournal(path: string): Journal | undefined {
  try {
    return new Journal(path);
  } catch {
    return undefined;
  }
}
