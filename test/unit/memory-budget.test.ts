import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { MemoryBudget } from "../../lib/vision/memory-budget.ts";

const MiB = 2 ** 20;

describe("the memory budget", () => {
  it("gives what there is, and no more", () => {
    const budget = new MemoryBudget(MemoryBudget.create(10 * MiB), 10 * MiB);
    const first = budget.take(6 * MiB, 0);
    expect(budget.take(5 * MiB, 20)).toBeUndefined();
    const second = budget.take(4 * MiB, 0);
    expect([first, second]).not.toContain(undefined);
    first?.[Symbol.dispose]();
    expect(budget.take(6 * MiB, 0)).toBeDefined();
  });

  it("lets an image that needs more than all have all", () => {
    const budget = new MemoryBudget(MemoryBudget.create(10 * MiB), 10 * MiB);
    const all = budget.take(100 * MiB, 0);
    expect(budget.take(1, 0)).toBeUndefined();
    all?.[Symbol.dispose]();
    expect(budget.take(10 * MiB, 0)).toBeDefined();
  });

  it("wakes a thread that waits", async () => {
    const shared = MemoryBudget.create(10 * MiB);
    const reserved = new MemoryBudget(shared, 10 * MiB).take(10 * MiB, 0);
    const file = new URL("../../lib/vision/memory-budget.ts", import.meta.url).href;
    const source = `
      const { parentPort, workerData } = require("node:worker_threads");
      import(${JSON.stringify(file)}).then(({ MemoryBudget }) => {
        parentPort.postMessage("waits");
        const taken = new MemoryBudget(workerData, ${10 * MiB}).take(${MiB}, 20_000);
        parentPort.postMessage(taken ? "taken" : "late");
      });`;
    const worker = new Worker(source, { eval: true, workerData: shared });
    expect(await once(worker, "message")).toEqual(["waits"]);
    reserved?.[Symbol.dispose]();
    expect(await once(worker, "message")).toEqual(["taken"]);
    await worker.terminate();
  });
});
