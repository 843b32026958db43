import { expect, test, vi } from "vitest";
import { Housekeeping } from "../../lib/leadership/housekeeping.ts";
import { manualClock } from "../support/manual-clock.ts";

test("an error names the chore that failed, and the lease that could not be released", async () => {
  const clock = manualClock();
  const onError = vi.fn();
  const leases = {
    acquire: async () => true,
    release: async (lease: string) => {
      throw new Error(`${lease} is kept`);
    },
  };
  const failing = (lease: string) => ({
    lease,
    everyMs: 100,
    run: async () => {
      throw new Error(`${lease} failed`);
    },
  });
  const housekeeping = new Housekeeping(leases, [failing("retention"), failing("recovery")], onError, clock);
  clock.advance(100);
  await vi.waitFor(() => expect(onError).toHaveBeenCalledTimes(2));
  await housekeeping.close();
  const named = onError.mock.calls.map(([error, lease]) => `${lease}: ${error.message}`);
  expect(named).toEqual([
    "retention: retention failed",
    "recovery: recovery failed",
    "retention: retention is kept",
    "recovery: recovery is kept",
  ]);
});
