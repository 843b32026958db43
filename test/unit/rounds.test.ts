import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { Rounds } from "../../lib/time/rounds.ts";
import { manualClock } from "../support/manual-clock.ts";

const RETRY_MS = 1_000;

/** Rounds of which each ends as the test says. */
function start() {
  const clock = manualClock();
  const errors: unknown[] = [];
  const begun: PromiseWithResolvers<void>[] = [];
  const work = () => {
    const round = Promise.withResolvers<void>();
    begun.push(round);
    return round.promise;
  };
  const rounds = new Rounds(work, { clock, retryDelayMs: RETRY_MS, onError: (error) => errors.push(error) });
  return { rounds, clock, errors, begun };
}

it("a wake-up during a round begins another when it ends, and several begin one", async () => {
  const { rounds, begun } = start();
  for (let n = 0; n < 3; n++) rounds.wake();
  expect(begun.length).toBe(1);
  begun[0]?.resolve();
  await turn();
  expect(begun.length).toBe(2);
  begun[1]?.resolve();
  await turn();
  expect(begun.length).toBe(2);
  rounds.wake();
  expect(begun.length).toBe(3);
});

it("a round that failed is repeated after the delay, and not sooner by a wake-up", async () => {
  const { rounds, clock, errors, begun } = start();
  rounds.wake();
  begun[0]?.reject("away");
  await turn();
  rounds.wake();
  expect([errors, begun.length, clock.waits()]).toEqual([["away"], 1, [RETRY_MS]]);
  clock.advance(RETRY_MS);
  expect([begun.length, clock.waits()]).toEqual([2, []]);
});

it("closing waits for the round, after which there is none, nor a repetition of one that failed", async () => {
  for (const isClosedBefore of [true, false]) {
    const { rounds, clock, begun } = start();
    rounds.wake();
    rounds.wake();
    const steps: string[] = [];
    const close = () => rounds.close().then(() => steps.push("closed"));
    const closed = isClosedBefore ? close() : turn().then(close);
    steps.push("failed");
    begun[0]?.reject("away");
    await closed;
    rounds.wake();
    expect([steps, begun.length, clock.waits()]).toEqual([["failed", "closed"], 1, []]);
  }
});
