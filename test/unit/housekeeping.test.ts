import { expect, test, vi } from "vitest";
import { Housekeeping } from "../../lib/leadership/housekeeping.ts";
import { LeaderLease } from "../../lib/leadership/leader-lease.ts";
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

test("a chore is not begun again while it runs, and is waited for before its lease is released", async () => {
  const clock = manualClock();
  const steps: string[] = [];
  const { promise: end, resolve } = Promise.withResolvers<void>();
  const leases = {
    acquire: async (_name: string, ms: number) => {
      steps.push(`acquire for ${ms}`);
      return true;
    },
    release: async () => {
      steps.push("release");
    },
  };
  const run = async () => {
    steps.push("begin");
    await end;
    steps.push("end");
  };
  const housekeeping = new Housekeeping(leases, [{ lease: "recovery", everyMs: 100, run }], vi.fn(), clock);
  clock.advance(100);
  await vi.waitFor(() => expect(steps).toContain("begin"));
  clock.advance(100);
  const closed = housekeeping.close();
  expect(clock.waits()).toEqual([]);
  resolve();
  await closed;
  expect(steps).toEqual(["acquire for 200", "begin", "end", "release"]);
});

test("a lease is renewed by when it was asked for, however late the answer, and released if it is held", async () => {
  const clock = manualClock();
  const steps: string[] = [];
  const leases = {
    acquire: async () => {
      steps.push("acquire");
      clock.advance(1_000);
      return true;
    },
    release: async () => {
      steps.push("release");
    },
  };
  const lease = new LeaderLease(leases, "work", clock, 9_000);
  await lease.release();
  expect(await lease.isLeader()).toBe(true);
  clock.advance(1_999);
  expect(await lease.isLeader()).toBe(true);
  expect(steps).toEqual(["acquire"]);
  clock.advance(1);
  expect(await lease.isLeader()).toBe(true);
  await lease.release();
  expect(await lease.isLeader()).toBe(false);
  expect(steps).toEqual(["acquire", "acquire", "release"]);
});
