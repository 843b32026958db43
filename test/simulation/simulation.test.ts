/** The short form of `simulate.ts`: some histories, in which every kind of fault happens. */
import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { faultKinds } from "./faults.ts";
import { simulate } from "./simulate.ts";

const HISTORIES = 800;

test("histories with all kinds of faults violate no invariant", { timeout: 300_000 }, async () => {
  const tally = await simulate({ from: 0, to: HISTORIES, threads: Math.min(4, availableParallelism()) });
  expect(tally.findings).toEqual([]);
  expect(tally.histories).toBe(HISTORIES);
  expect(Object.keys(tally.faults).sort()).toEqual([...faultKinds].sort());
});
