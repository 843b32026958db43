import { expect, test } from "vitest";
import { JobBacklogs, MAX_JOBS } from "../../lib/backends/jetstream/job-backlogs.ts";

function order(turns: JobBacklogs): string[] {
  const names: string[] = [];
  for (let line = turns.next(); line; line = turns.next()) names.push(line.jobId);
  return names;
}

test("higher priorities come first, jobs of equal priority in turns, each as often as it has tasks", () => {
  const turns = new JobBacklogs();
  turns.add(5, "a", 3);
  turns.add(5, "b", 1);
  turns.add(9, "urgent", 2);
  turns.set(5, "b", 2);
  expect(order(turns)).toEqual(["urgent", "urgent", "a", "b", "a", "b", "a"]);
});

test("a job that had nothing is not asked again, unless word of new tasks came meanwhile", () => {
  const turns = new JobBacklogs();
  turns.add(5, "a", 9);
  const line = turns.next();
  if (!line) throw new Error("There is a job.");
  const { news } = line;
  turns.add(5, "a", 1);
  turns.rest(line, news);
  expect(turns.next()?.jobId).toBe("a");
  turns.rest(line, line.news);
  expect(turns.next()).toBeUndefined();
});

test("a job beyond those that may take turns waits, and it is said so once", () => {
  const turns = new JobBacklogs();
  for (let n = 0; n <= MAX_JOBS; n++) turns.add(5, `job${n}`, 1);
  turns.add(9, "urgent", 1);
  expect(order(turns)).toHaveLength(MAX_JOBS + 1);
  expect([turns.takeOverflow(), turns.takeOverflow()]).toEqual([true, false]);
});

test("a job that is dropped is not asked", () => {
  const turns = new JobBacklogs();
  turns.add(5, "a", 3);
  turns.add(6, "a", 3);
  turns.add(5, "b", 1);
  turns.dropJob("a");
  expect(order(turns)).toEqual(["b"]);
});
