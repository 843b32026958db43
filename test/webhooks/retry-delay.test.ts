import { describe, expect, it } from "vitest";
import { parseRetryAfterMs, retryDelayMs } from "../../lib/webhooks/retry-delay.ts";

const almostOne = 1 - Number.EPSILON;
const hour = 3_600_000;

describe("the back-off", () => {
  it("doubles its bound from 5 seconds to an hour, however many attempts there were", () => {
    const bounds = [1, 2, 3, 10, 11, 12, 60, 5000].map((attempts) => retryDelayMs(attempts, almostOne));
    expect(bounds).toEqual([5_000, 10_000, 20_000, 2_560_000, hour, hour, hour, hour]);
  });

  it("takes any share of the bound", () => {
    expect([0, 0.25, 0.5].map((random) => retryDelayMs(2, random))).toEqual([0, 2_500, 5_000]);
  });

  it("is at least what the receiver asks for, up to an hour", () => {
    expect(retryDelayMs(1, 0.5, 60_000)).toBe(60_000);
    expect(retryDelayMs(10, almostOne, 60_000)).toBe(2_560_000);
    expect(retryDelayMs(1, 0.5, 30 * hour)).toBe(hour);
    expect(retryDelayMs(1, 0.5, Number.POSITIVE_INFINITY)).toBe(hour);
  });
});

describe("Retry-After", () => {
  const now = Date.parse("2026-02-03T04:05:06Z");
  it.each([
    [undefined, 0],
    ["0", 0],
    ["120", 120_000],
    ["9".repeat(400), Number.POSITIVE_INFINITY],
    ["Tue, 03 Feb 2026 04:06:06 GMT", 60_000],
    ["Tue, 03 Feb 2026 04:04:06 GMT", 0],
    ["soon", 0],
    ["-5s", 0],
    ["", 0],
  ])("%s", (value, expected) => {
    expect(parseRetryAfterMs(value, now)).toBe(expected);
  });
});
