import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { defaultDetectionOptions as options } from "../../lib/contracts/default-options.ts";
import type { WorkerAnswer } from "../../lib/vision/task.ts";
import { processTime } from "../../lib/vision/task-slots.ts";
import { type QueuedTask, ThreadQueue } from "../../lib/vision/thread-queue.ts";
import type { Sent } from "../../lib/vision/threads.ts";

const TASK: QueuedTask = {
  task: { file: Buffer.alloc(0), options },
  priority: "interactive",
  timeLimit: { afterMs: 60_000 },
};
const ANSWER: WorkerAnswer = { failure: { code: "UNDECODABLE_IMAGE", detail: "", data: {} } };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "hrtime"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A thread that works on its tasks one after the other, as long as the test says. */
class Thread {
  readonly count = 1;
  readonly #taskMs: number;
  /** Tasks that it was sent, again if they were taken back. */
  sent = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(taskMs: number) {
    this.#taskMs = taskMs;
  }

  send(): Sent {
    this.sent++;
    let begunAt: number | undefined;
    let isTakenBack = false;
    const answer = this.#last.then(async () => {
      if (isTakenBack) return undefined;
      begunAt = processTime();
      await new Promise((resolve) => setTimeout(resolve, this.#taskMs));
      return ANSWER;
    });
    this.#last = answer;
    return {
      answer,
      get begunAt() {
        return begunAt;
      },
      takeBack() {
        if (begunAt !== undefined || isTakenBack) return false;
        isTakenBack = true;
        return true;
      },
    };
  }
}

it.each([1, 4, 6, 9])("sends each of many tasks of %d ms once", async (taskMs) => {
  const thread = new Thread(taskMs);
  let answered = 0;
  const queue = new ThreadQueue<QueuedTask>(thread, {
    onSent() {},
    onOver() {},
    onAnswer() {
      answered++;
    },
    onLost() {},
  });
  const tasks = Array.from({ length: 50 }, () => ({ ...TASK }));
  for (const task of tasks) queue.push(task);
  await vi.advanceTimersByTimeAsync((tasks.length + 1) * taskMs);
  queue.close();
  expect(answered).toBe(tasks.length);
  expect(thread.sent).toBe(tasks.length);
});

it("knows from the first task how long they take", async () => {
  const idle = () => {};
  const queue = new ThreadQueue<QueuedTask>(new Thread(100), {
    onSent: idle,
    onOver: idle,
    onAnswer: idle,
    onLost: idle,
  });
  queue.push({ ...TASK });
  await vi.advanceTimersByTimeAsync(100);
  queue.close();
  expect(queue.serviceMs).toBe(100);
});

it("a task that cannot be sent, for want of memory, is lost, and those behind it are sent", async () => {
  const thread = new Thread(1);
  const noMemory = new RangeError("Array buffer allocation failed");
  vi.spyOn(thread, "send").mockImplementationOnce(() => {
    throw noMemory;
  });
  const outcomes: unknown[] = [];
  const queue = new ThreadQueue<QueuedTask>(thread, {
    onSent() {},
    onOver() {},
    onAnswer: (_task, answer) => outcomes.push(answer),
    onLost: (_task, error) => outcomes.push(error),
  });
  queue.push({ ...TASK });
  queue.push({ ...TASK });
  await vi.advanceTimersByTimeAsync(2);
  queue.close();
  expect(outcomes).toEqual([noMemory, ANSWER]);
  expect(queue.load).toEqual({ running: 0, waiting: 0 });
});
