import { expect, onTestFinished, test, vi } from "vitest";
import { MemoryTaskQueue } from "../../lib/backends/memory/task-queue.ts";
import { nameOf, taskOf, tasksOf } from "../ports/sample-tasks.ts";

test("a task that waits is not added a second time", async () => {
  const queue = new MemoryTaskQueue(60_000);
  const tasks = [
    taskOf("a", 0, { images: 32 }),
    taskOf("a", 32, { images: 7 }),
    taskOf("a", 0, { image: 0, exclusive: true }),
    taskOf("a", 0, { image: 1, exclusive: true }),
  ];
  await queue.push(tasks);
  await queue.push(tasks);
  await queue.push([taskOf("a", 32, { images: 5, exclusive: true })]);
  expect(await queue.size()).toBe(41);
  await queue.close();
});

async function order(queue: MemoryTaskQueue): Promise<string[]> {
  const names: string[] = [];
  while ((await queue.size()) > 0) {
    const lease = await queue.take();
    if (!lease) throw new Error("The queue was closed.");
    names.push(nameOf(lease.task));
    await lease.ack();
  }
  return names;
}

test("owners take turns, an owner's jobs take turns, and a job without an owner counts as an owner", async () => {
  const queue = new MemoryTaskQueue(60_000);
  for (const jobId of ["a", "b", "c"]) await queue.push(tasksOf(jobId, 2, { owner: "many" }));
  // The owner's id is that of a job without an owner.
  await queue.push(tasksOf("few", 2, { owner: "alone" }));
  await queue.push(tasksOf("alone", 3));
  await queue.push(tasksOf("urgent", 1, { owner: "many", priority: 9 }));
  expect(await order(queue)).toEqual([
    "urgent0",
    "a0",
    "few0",
    "alone0",
    "b0",
    "few1",
    "alone1",
    "c0",
    "alone2",
    "a1",
    "b1",
    "c1",
  ]);
  await queue.close();
});

test("what is dropped of an owner is not counted, and its other jobs keep their turns", async () => {
  const queue = new MemoryTaskQueue(60_000);
  await queue.push(tasksOf("a", 3, { owner: "one", images: 32 }));
  await queue.push(tasksOf("b", 2, { owner: "one" }));
  await queue.push(tasksOf("c", 1, { owner: "two" }));
  await queue.dropJob("a");
  expect([(await queue.jobsWithTasks()).has("a"), (await queue.jobsWithTasks()).has("b"), await queue.size()]).toEqual([
    false,
    true,
    3,
  ]);
  await queue.push(tasksOf("a", 1, { owner: "one" }));
  expect(await order(queue)).toEqual(["b0", "c0", "a0", "b1"]);
  await queue.close();
});

test("a consumer that has stopped already gets no task", async () => {
  const queue = new MemoryTaskQueue(60_000);
  await queue.push(tasksOf("a", 1));
  expect(await queue.take(AbortSignal.abort())).toBeUndefined();
  await queue.close();
});

test("a job whose tasks are over or dropped begins anew: its tasks count as delivered for the first time", async () => {
  const queue = new MemoryTaskQueue(60_000);
  const deliver = async () => {
    const lease = await queue.take();
    if (!lease) throw new Error("The queue was closed.");
    return lease;
  };
  for (const end of ["ack", "drop"]) {
    await queue.push(tasksOf("a", 1));
    await (await deliver()).retry(0);
    const again = await deliver();
    expect([end, again.delivery]).toEqual([end, 2]);
    if (end === "ack") await again.ack();
    else await queue.dropJob("a");
  }
  await queue.push(tasksOf("ab", 1));
  await (await deliver()).retry(0);
  await queue.dropJob("a");
  expect((await deliver()).delivery).toBe(2);
  await queue.push(tasksOf("a", 1));
  expect((await deliver()).delivery).toBe(1);
  await queue.close();
});

/** A queue whose leases and delays end when the test says so. */
function timedQueue(): MemoryTaskQueue {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  return new MemoryTaskQueue(1_000);
}

test("a consumer whose lease has run out changes nothing any more", async () => {
  const queue = timedQueue();
  await queue.push(tasksOf("a", 1));
  const lost = await queue.take();
  vi.advanceTimersByTime(1_000);
  await lost?.ack();
  await lost?.extend();
  const second = await queue.take();
  expect(second?.delivery).toBe(2);
  await lost?.retry(0);
  expect(await queue.size()).toBe(1);
  await second?.ack();
  expect([await queue.size(), await queue.jobsWithTasks()]).toEqual([0, new Set()]);
  await queue.close();
});

test("a delayed task is counted once, and a queue that is closed waits for none", async () => {
  const queue = timedQueue();
  await queue.push(tasksOf("a", 1));
  await (await queue.take())?.retry(500);
  vi.advanceTimersByTime(500);
  expect(await queue.size()).toBe(1);
  const lease = await queue.take();
  await lease?.ack();
  expect([await queue.size(), await queue.jobsWithTasks()]).toEqual([0, new Set()]);
  await queue.push(tasksOf("b", 2));
  const [first, late] = [await queue.take(), await queue.take()];
  await first?.retry(500);
  await queue.close();
  await late?.retry(500);
  expect(vi.getTimerCount()).toBe(0);
});
