import { once } from "node:events";
import { threadId, Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { MemoryBudget } from "../../lib/vision/memory-budget.ts";

const MiB = 2 ** 20;
const TOTAL = 10 * MiB;
const LONG_MS = 20_000;
/** Long enough to be seen while it waits. */
const SHORT_MS = 4_000;

/** A thread that takes memory. It sends `waits` before, and `taken` or `late` after, and lives until it is ended. */
function taker(shared: SharedArrayBuffer, bytes: number, timeoutMs: number): Worker {
  const file = new URL("../../lib/vision/memory-budget.ts", import.meta.url).href;
  const source = `
    const { parentPort, workerData } = require("node:worker_threads");
    parentPort.on("message", () => {});
    import(${JSON.stringify(file)}).then(({ MemoryBudget }) => {
      const budget = new MemoryBudget(workerData, ${TOTAL});
      parentPort.postMessage("waits");
      const taken = budget.take(${bytes}, ${timeoutMs});
      parentPort.postMessage(taken ? "taken" : "late");
    });`;
  return new Worker(source, { eval: true, workerData: shared });
}

/** Resolves once the thread has sent so many messages, with the last of them. */
function nthMessage(worker: Worker, count: number): Promise<unknown> {
  let sent = 0;
  return new Promise((resolve) => {
    worker.on("message", (message) => ++sent === count && resolve(message));
  });
}

/** Waits until a thread waits for more than there is: then others do not get what is free. */
async function untilQueued(budget: MemoryBudget): Promise<void> {
  const takeAtOnce = () => {
    const taken = budget.take(1, 0);
    taken?.[Symbol.dispose]();
    return taken;
  };
  await expect.poll(takeAtOnce, { timeout: LONG_MS }).toBeUndefined();
}

describe("the memory budget", { timeout: 2 * LONG_MS }, () => {
  it("gives what there is, and no more", () => {
    const budget = new MemoryBudget(MemoryBudget.create(TOTAL, 1), TOTAL);
    const first = budget.take(6 * MiB, 0);
    expect(budget.take(5 * MiB, 20)).toBeUndefined();
    const second = budget.take(4 * MiB, 0);
    expect([first, second]).not.toContain(undefined);
    first?.[Symbol.dispose]();
    expect(budget.take(6 * MiB, 0)).toBeDefined();
  });

  it("lets an image that needs more than all have all", () => {
    const budget = new MemoryBudget(MemoryBudget.create(TOTAL, 1), TOTAL);
    const all = budget.take(10 * TOTAL, 0);
    expect(budget.take(1, 0)).toBeUndefined();
    all?.[Symbol.dispose]();
    expect(budget.take(TOTAL, 0)).toBeDefined();
  });

  it("wakes a thread that waits", async () => {
    const shared = MemoryBudget.create(TOTAL, 2);
    const reserved = new MemoryBudget(shared, TOTAL).take(TOTAL, 0);
    const worker = taker(shared, MiB, LONG_MS);
    expect(await once(worker, "message")).toEqual(["waits"]);
    reserved?.[Symbol.dispose]();
    expect(await once(worker, "message")).toEqual(["taken"]);
    await worker.terminate();
  });

  it("serves a thread that waits for all of it before those that come later and need little", async () => {
    const shared = MemoryBudget.create(TOTAL, 2);
    const budget = new MemoryBudget(shared, TOTAL);
    const reserved = budget.take(6 * MiB, 0);
    const worker = taker(shared, TOTAL, LONG_MS);
    await untilQueued(budget);
    const answer = once(worker, "message");
    reserved?.[Symbol.dispose]();
    expect(await answer).toEqual(["taken"]);
    await worker.terminate();
  });

  it("forgets a thread that gave up", async () => {
    const shared = MemoryBudget.create(TOTAL, 2);
    const budget = new MemoryBudget(shared, TOTAL);
    budget.take(6 * MiB, 0);
    const worker = taker(shared, TOTAL, SHORT_MS);
    await untilQueued(budget);
    expect(budget.take(4 * MiB, LONG_MS)).toBeDefined();
    await worker.terminate();
  });

  it("gives back what a thread had that died, and nothing of others", async () => {
    const shared = MemoryBudget.create(TOTAL, 3);
    const budget = new MemoryBudget(shared, TOTAL);
    const [living, dead] = [taker(shared, 3 * MiB, 0), taker(shared, 5 * MiB, 0)];
    expect(await Promise.all([nthMessage(living, 2), nthMessage(dead, 2)])).toEqual(["taken", "taken"]);
    const own = budget.take(MiB, 0);
    await dead.terminate();
    expect(budget.take(6 * MiB, 0)).toBeUndefined();
    for (let time = 0; time < 2; time++) budget.giveBackOfDead([threadId, living.threadId]);
    const others = budget.take(6 * MiB, 0);
    expect(budget.take(1, 0)).toBeUndefined();
    own?.[Symbol.dispose]();
    others?.[Symbol.dispose]();
    expect(budget.take(7 * MiB, 0)).toBeDefined();
    expect(budget.take(1, 0)).toBeUndefined();
    await living.terminate();
  });

  it("forgets a thread that died while it waited, after the time for which it would have waited", async () => {
    // The only place for a thread that waits is that of the dead one.
    const shared = MemoryBudget.create(TOTAL, 1);
    const budget = new MemoryBudget(shared, TOTAL);
    const reserved = budget.take(6 * MiB, 0);
    const dead = taker(shared, TOTAL, SHORT_MS);
    await untilQueued(budget);
    await dead.terminate();
    const next = taker(shared, TOTAL, LONG_MS);
    expect(await once(next, "message")).toEqual(["waits"]);
    const answer = once(next, "message");
    reserved?.[Symbol.dispose]();
    expect(await answer).toEqual(["taken"]);
    await next.terminate();
  });
});
