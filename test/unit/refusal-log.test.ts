import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { failure } from "../../lib/errors.ts";
import { RefusalLog } from "../../lib/http/connections/refusal-log.ts";

const MINUTE_MS = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

it("has one line a minute for what is refused for one reason, however often", () => {
  const info = vi.fn();
  const log = new RefusalLog({ info });
  const counts = () => info.mock.calls.map(([{ reason, count }]) => [reason, count]);
  for (let n = 0; n < 100; n += 1) log.add(failure("MALFORMED_REQUEST", "No HTTP."));
  log.add(failure("HEADERS_TIMEOUT", "Too late."));
  const first = [
    ["No HTTP.", 1],
    ["Too late.", 1],
  ];
  expect(counts()).toEqual(first);
  vi.advanceTimersByTime(MINUTE_MS);
  expect(counts()).toEqual([...first, ["No HTTP.", 99]]);
  vi.advanceTimersByTime(2 * MINUTE_MS);
  log.add(failure("MALFORMED_REQUEST", "No HTTP."));
  expect(counts()).toEqual([...first, ["No HTTP.", 99], ["No HTTP.", 1]]);
});
