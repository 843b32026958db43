/** Who waits for an erasure asks the store again when a round may have changed something, and not all the time. */
import { setImmediate as turn } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import { ErasureRunner } from "../../lib/erasure/erasure-runner.ts";
import type { StoredErasure } from "../../lib/ports/erasure-store.ts";
import { manualClock } from "../support/manual-clock.ts";

const WAIT_MS = 700;

const erasure = (id: string): StoredErasure => ({ id, requestedAt: "", phase: "erasing", subjects: [], erased: {} });

function start(
  isLeader: boolean,
  run: (id: string, signal?: AbortSignal) => Promise<void>,
  unfinished: () => Promise<StoredErasure[]> = async () => [erasure("a")],
) {
  const clock = manualClock();
  const errors: unknown[] = [];
  const acquire = vi.fn(async () => isLeader);
  const release = vi.fn(async () => {});
  const runner = new ErasureRunner({
    eraser: { run },
    erasures: { unfinished },
    leaderLeases: { acquire, release },
    onError: (error) => errors.push(error),
    clock,
  });
  /** Asks again and again for a while. @returns how often that was. */
  const asks = async () => {
    let count = 0;
    const ask = async () => {
      while (count < 20) {
        await runner.round(WAIT_MS);
        count++;
      }
    };
    ask();
    for (let n = 0; n < 100; n++) await turn();
    return () => count;
  };
  return { runner, clock, errors, asks, acquire, release };
}

it("waits on a node that does not run the erasures", async () => {
  const { runner, clock, asks } = start(false, async () => {});
  const asked = await asks();
  expect(asked()).toBe(0);
  clock.advance(WAIT_MS);
  await turn();
  expect(asked()).toBe(1);
  await runner.close();
});

it("waits after a round that failed, and tries again then", async () => {
  let isFull = true;
  let runs = 0;
  const run = async () => {
    runs++;
    if (isFull) throw new Error("no room");
  };
  const { runner, clock, errors, asks } = start(true, run);
  const asked = await asks();
  expect([asked(), runs, errors.length]).toEqual([0, 1, 1]);
  isFull = false;
  clock.advance(WAIT_MS);
  for (let n = 0; n < 100; n++) await turn();
  expect(asked()).toBe(20);
  expect([runs > 1, errors.length]).toEqual([true, 1]);
  // Only for the next look at the store.
  expect(clock.waits()).toEqual([300]);
  await runner.close();
});

it("waits while the store cannot say what is to be erased", async () => {
  const away = new Error("away");
  const unfinished = () => Promise.reject(away);
  const { runner, errors, asks } = start(true, async () => {}, unfinished);
  const asked = await asks();
  expect([asked(), errors]).toEqual([0, [away]]);
  await runner.close();
});

it("runs each second all that is not done, also beside one that fails, and no more once it is closed", async () => {
  const ran: string[] = [];
  const { promise: end, resolve } = Promise.withResolvers<void>();
  const run = async (id: string) => {
    ran.push(id);
    if (ran.length === 1) throw new Error("no room");
    if (ran.length === 3) await end;
  };
  const { runner, clock, errors, acquire, release } = start(true, run, async () => [erasure("a"), erasure("b")]);
  await expect.poll(() => ran).toEqual(["a", "b"]);
  expect(errors).toHaveLength(1);
  for (let n = 0; n < 10; n++) await turn();
  clock.advance(1_000);
  await expect.poll(() => ran).toEqual(["a", "b", "a", "b"]);
  const closed = runner.close();
  // Only to renew the lease.
  expect(clock.waits()).toEqual([1_000]);
  expect(release).not.toHaveBeenCalled();
  resolve();
  await closed;
  expect(release).toHaveBeenCalledOnce();
  clock.advance(10_000);
  runner.wake();
  for (let n = 0; n < 10; n++) await turn();
  expect(ran).toEqual(["a", "b", "a", "b"]);
  expect(acquire).toHaveBeenCalledOnce();
});

it("begins a new one at once while others take long", async () => {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const run = (id: string) => {
    begun.push(id);
    return new Promise<void>((resolve) => ends.push(resolve));
  };
  const all = [erasure("a"), erasure("b")];
  const { runner, acquire } = start(true, run, async () => [...all]);
  await expect.poll(() => begun).toEqual(["a", "b"]);
  all.push(erasure("new"));
  runner.wake();
  for (let n = 0; n < 10; n++) await turn();
  expect(begun).toEqual(["a", "b", "new"]);
  const closed = runner.close();
  for (const end of ends) end();
  await closed;
  expect(acquire).toHaveBeenCalledOnce();
});

it("tries one that fails again and again less and less often, and others as soon as there are some", async () => {
  const tried: [string, number][] = [];
  const all = [erasure("fails")];
  const { runner, clock } = start(
    true,
    async (id) => {
      tried.push([id, (clock.steady() - startedAt) / 1000]);
      if (id === "fails") throw new Error("no room");
      all.pop();
    },
    async () => [...all],
  );
  const startedAt = clock.steady();
  for (let second = 0; second < 200; second++) {
    if (second === 100) all.push(erasure("new"));
    for (let n = 0; n < 10; n++) await turn();
    clock.advance(1_000);
  }
  const seconds = tried.filter(([id]) => id === "fails").map(([, second]) => second);
  expect(seconds).toEqual([0, 1, 2, 4, 8, 16, 32, 64, 124, 184]);
  expect(tried.filter(([id]) => id === "new")).toEqual([["new", 100]]);
  await runner.close();
});

it("tries only one of many that wait for the same database, and then all of them", async () => {
  const all = new Set(["a", "b", "c"]);
  const tried: [string, number][] = [];
  const { runner, clock } = start(
    true,
    async (id) => {
      const second = (clock.steady() - startedAt) / 1000;
      tried.push([id, second]);
      if (second < 6) throw new Error("it is being read");
      all.delete(id);
    },
    async () => Array.from(all, (id) => ({ ...erasure(id), phase: "scrubbing" as const })),
  );
  const startedAt = clock.steady();
  for (let second = 0; second < 10; second++) {
    for (let n = 0; n < 10; n++) await turn();
    clock.advance(1_000);
  }
  expect(tried).toEqual([0, 1, 2, 4].map((second) => ["a", second]).concat(["a", "b", "c"].map((id) => [id, 8])));
  await runner.close();
});

it("ends an erasure in progress when it is closed, which is no error", async () => {
  const run = (_id: string, signal?: AbortSignal) =>
    new Promise<void>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  const { runner, errors, acquire, release } = start(true, run);
  await expect.poll(() => acquire).toHaveBeenCalled();
  for (let n = 0; n < 10; n++) await turn();
  let isAnswered = false;
  runner.round(WAIT_MS).then(() => {
    isAnswered = true;
  });
  await runner.close();
  expect(errors).toEqual([]);
  expect(release).toHaveBeenCalledOnce();
  // Nobody waits for what it does no more.
  expect([isAnswered, runner.isClosing]).toEqual([true, true]);
  await runner.round(WAIT_MS);
});

it("keeps the lease during a long erasure, and ends the erasure when it has lost the lease", async () => {
  let runs = 0;
  const run = (_id: string, signal?: AbortSignal) => {
    runs++;
    return new Promise<void>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  };
  const { runner, clock, errors, acquire } = start(true, run);
  const advance = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1_000);
      for (let n = 0; n < 10; n++) await turn();
    }
  };
  for (let n = 0; n < 10; n++) await turn();
  await advance(20);
  expect([runs, acquire.mock.calls.length]).toEqual([1, 6]);
  acquire.mockResolvedValue(false);
  await advance(10);
  acquire.mockResolvedValue(true);
  await advance(3);
  expect([runs, errors]).toEqual([2, []]);
  await runner.close();
});
