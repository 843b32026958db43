/** Who waits for an erasure asks the store again when a round may have changed something, and not all the time. */
import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { ErasureRunner } from "../../lib/erasure/erasure-runner.ts";
import { manualClock } from "../support/manual-clock.ts";

const WAIT_MS = 700;

function start(isLeader: boolean, run: () => Promise<void>) {
  const clock = manualClock();
  const errors: unknown[] = [];
  const runner = new ErasureRunner({
    eraser: { run },
    erasures: { unfinished: async () => [{ id: "a", requestedAt: "", phase: "erasing", subjects: [], erased: {} }] },
    leaderLeases: { acquire: async () => isLeader, release: async () => {} },
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
  return { runner, clock, errors, asks };
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
  await runner.close();
});
