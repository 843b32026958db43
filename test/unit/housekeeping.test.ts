import { setImmediate as turn } from "node:timers/promises";
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
  // Only to renew the lease.
  expect(clock.waits()).toEqual([20]);
  resolve();
  await closed;
  expect(steps).toEqual(["acquire for 200", "begin", "acquire for 200", "end", "release"]);
  expect(clock.waits()).toEqual([]);
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

/** A lease that one of two nodes holds, by the clock. */
function sharedLease() {
  const clock = manualClock();
  let held = { by: "", until: 0 };
  let answers = true;
  const leasesOf = (node: string) => ({
    acquire: async (_name: string, ms: number) => {
      if (!answers) throw new Error("no answer");
      if (held.by !== node && clock.steady() < held.until) return false;
      held = { by: node, until: clock.steady() + ms };
      return true;
    },
    release: async () => {},
  });
  const advance = async (ms: number) => {
    for (let end = clock.steady() + ms; clock.steady() < end; ) {
      clock.advance(Math.min(100, end - clock.steady()));
      for (let n = 0; n < 10; n++) await turn();
    }
  };
  const fail = () => {
    answers = false;
  };
  const give = (node: string, ms: number) => {
    held = { by: node, until: clock.steady() + ms };
  };
  return { clock, leasesOf, advance, fail, give };
}

test("a chore that takes longer than its lease runs on one node", async () => {
  const { clock, leasesOf, advance } = sharedLease();
  const steps: string[] = [];
  const { promise: end, resolve } = Promise.withResolvers<void>();
  const nodes = ["a", "b"].map((node) => {
    const run = async (signal: AbortSignal) => {
      steps.push(`${node} begins`);
      await end;
      steps.push(`${node} ends: ${signal.aborted}`);
    };
    return new Housekeeping(leasesOf(node), [{ lease: "retention", everyMs: 1_000, run }], vi.fn(), clock);
  });
  await advance(20_000);
  resolve();
  await expect.poll(() => steps).toEqual(["a begins", "a ends: false"]);
  await Promise.all(nodes.map((node) => node.close()));
});

test("a chore ends when another node has its lease, or may have it, which is no error", async () => {
  const { clock, leasesOf, advance, fail, give } = sharedLease();
  const onError = vi.fn();
  const ended: number[] = [];
  const run = (signal: AbortSignal) =>
    new Promise((_, reject) =>
      signal.addEventListener("abort", () => {
        ended.push(clock.steady() - startedAt);
        reject(signal.reason);
      }),
    );
  const startedAt = clock.steady();
  const housekeeping = new Housekeeping(leasesOf("a"), [{ lease: "retention", everyMs: 3_000, run }], onError, clock);
  await advance(4_000);
  // Begun at 3 s, and renewed each 2.4 s (a third of 6 s, seen each 0.6 s). The node stood still meanwhile.
  give("b", 6_000);
  await advance(2_000);
  expect(ended).toEqual([5_400]);
  // Begun anew at 12 s.
  await advance(7_000);
  fail();
  await advance(6_000);
  expect(ended).toEqual([5_400, 18_000]);
  await housekeeping.close();
  expect(onError).not.toHaveBeenCalledWith(expect.objectContaining({ name: "AbortError" }), "retention");
});
