import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SharedAnswers } from "../../lib/monitor/shared-answers.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Counts how often it was computed for each owner; each time it takes as long. */
function counting(tookMs: number, longMs?: number) {
  const computed: (string | null)[] = [];
  const compute = async (owner: string | null) => {
    computed.push(owner);
    if (tookMs > 0) await vi.advanceTimersByTimeAsync(tookMs);
    return computed.length;
  };
  return { computed, answers: new SharedAnswers(compute, { sharedMs: 0, ...(longMs && { longMs }) }) };
}

test("an answer that took long is shared for five times as long, with nobody else's", async () => {
  const { computed, answers } = counting(700);
  await answers.get("a");
  vi.advanceTimersByTime(3_499);
  expect(await answers.get("a")).toBe(1);
  await answers.get(null);
  expect(computed).toEqual(["a", null]);
  vi.advanceTimersByTime(2);
  await answers.get("a");
  expect(computed).toEqual(["a", null, "a"]);
});

test("an answer that took no time is as new as can be", async () => {
  const { computed, answers } = counting(0);
  await answers.get("a");
  vi.advanceTimersByTime(1);
  await answers.get("a");
  expect(computed).toEqual(["a", "a"]);
});

test("an answer that did not take long is not shared, also with who asks before it is there", async () => {
  const { computed, answers } = counting(49, 100);
  expect(await Promise.all([answers.get("a"), answers.get("a")])).toEqual([2, 2]);
  await answers.get("a");
  expect(computed).toHaveLength(3);
});

test("an answer that takes long is shared with who asks before it is there, and afterwards", async () => {
  const answer = Promise.withResolvers<void>();
  let computed = 0;
  const compute = () => answer.promise.then(() => ++computed);
  const answers = new SharedAnswers(compute, { sharedMs: 0, longMs: 100 });
  const first = answers.get("a");
  vi.advanceTimersByTime(100);
  const second = answers.get("a");
  vi.advanceTimersByTime(100);
  answer.resolve();
  expect([await first, await second]).toEqual([1, 1]);
  vi.advanceTimersByTime(999);
  expect(await answers.get("a")).toBe(1);
  vi.advanceTimersByTime(1);
  expect(await answers.get("a")).toBe(2);
});

test("an answer that takes long is computed once or twice, however often one asks meanwhile", async () => {
  const answer = Promise.withResolvers<void>();
  let begun = 0;
  const compute = () => {
    begun++;
    return answer.promise.then(() => {});
  };
  const answers = new SharedAnswers(compute, { sharedMs: 0, longMs: 100 });
  const asked = Array.from({ length: 100 }, () => {
    const each = answers.get("a");
    vi.advanceTimersByTime(99);
    return each;
  });
  expect(begun).toBe(2);
  answer.resolve();
  await Promise.all(asked);
  await answers.get("a");
  expect(begun).toBe(2);
});
