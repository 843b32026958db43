import { expect, it } from "vitest";
import { Pace } from "../../lib/jobs/pace.ts";

const job = { id: "a", model: "faces-haar" };

it("many images are claimed at once if they are quick, one by one if they are slow", () => {
  const pace = new Pace();
  const first = pace.imagesAtOnce(job);
  pace.note(job, first, first * 2);
  expect(pace.imagesAtOnce(job)).toBeGreaterThan(first);
  for (let n = 0; n < 10; n++) pace.note(job, 1, 3_000);
  expect(pace.imagesAtOnce(job)).toBe(1);
});

it("a job begins with what the last one with these models had, and others do not change it", () => {
  const pace = new Pace();
  pace.note(job, 1, 100);
  const next = { ...job, id: "b" };
  expect(pace.imagesAtOnce(next)).toBe(pace.imagesAtOnce(job));
  const before = pace.imagesAtOnce(job);
  pace.note(next, 1, 1_000);
  expect(pace.imagesAtOnce(job)).toBe(before);
  expect(pace.imagesAtOnce({ id: "c", model: "objects" })).toBe(new Pace().imagesAtOnce(job));
});
