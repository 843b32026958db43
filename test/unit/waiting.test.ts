import { expect, it } from "vitest";
import { MAX_WAIT_SECONDS, waitMsOf } from "../../lib/contracts/waiting.ts";

it("an answer waits as long as the client asks, but not for the 60 s after which proxies give up", () => {
  expect([0, 1, 30, 57].map(waitMsOf)).toEqual([0, 1000, 30_000, 57_000]);
  // With time left for the answer to be read from a store that is slow, and to arrive.
  expect(waitMsOf(MAX_WAIT_SECONDS)).toBeLessThanOrEqual(58_000);
});
