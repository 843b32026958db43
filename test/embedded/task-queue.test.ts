import { expect, test } from "vitest";
import { EmbeddedTaskQueue } from "../../lib/backends/sqlite/task-queue.ts";

test("a task that waits is not added a second time", async () => {
  const queue = new EmbeddedTaskQueue(60_000);
  const tasks = [0, 1].map((index) => ({ jobId: "a", index, priority: 5 }));
  await queue.push(tasks);
  await queue.push(tasks);
  expect(await queue.size()).toBe(2);
  await queue.close();
});
