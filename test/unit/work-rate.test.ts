import { expect, test } from "vitest";
import { WorkRate } from "../../lib/admission/work-rate.ts";

/** Ends items of 1 ms of work each, the first after `eachMs`. @returns the time of the last */
function work(rate: WorkRate, from: number, items: number, eachMs: number): number {
  for (let item = 1; item <= items; item++) rate.done(1, from + item * eachMs);
  return from + items * eachMs;
}

test("a rate is measured over at least 250 ms and eight items", () => {
  const fast = new WorkRate();
  fast.observe(true, 0);
  expect(fast.at(work(fast, 0, 24, 10))).toBeUndefined();
  expect(fast.at(work(fast, 240, 1, 10))).toBeCloseTo(0.1, 6);
  const slow = new WorkRate();
  slow.observe(true, 0);
  expect(slow.at(work(slow, 0, 7, 100))).toBeUndefined();
  expect(slow.at(work(slow, 700, 1, 100))).toBeCloseTo(0.01, 6);
});

test("a rate is measured only while there is more work than can be done at once", () => {
  const rate = new WorkRate();
  rate.observe(true, 0);
  const idleFrom = work(rate, 0, 7, 10);
  rate.observe(false, idleFrom);
  expect(rate.at(work(rate, idleFrom, 100, 10))).toBeUndefined();
  // It begins anew, without the time and the items before.
  rate.observe(true, 10_000);
  expect(rate.at(work(rate, 10_000, 10, 50))).toBeCloseTo(0.02, 6);
});

test("a rate that is too old says nothing, and counts no more", () => {
  const rate = new WorkRate();
  rate.observe(true, 0);
  const measured = work(rate, 0, 8, 100);
  expect(rate.at(measured + 30_000)).toBeCloseTo(0.01, 6);
  expect(rate.at(measured + 30_001)).toBeUndefined();
  rate.observe(false, measured);
  rate.observe(true, 60_000);
  expect(rate.at(work(rate, 60_000, 10, 50))).toBeCloseTo(0.02, 6);
});
