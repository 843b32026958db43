/**
 * Each fault that is put into the engine on purpose is found within some histories. The scenarios in which the
 * simulation found the faults that the engine had stay here for good (`found-in.json`).
 */
import { expect, test } from "vitest";
import { runHistory } from "./history.ts";
import { mutated, sourceOf } from "./mutate.ts";
import { foundIn, mutations } from "./mutations.ts";
import { simulate } from "./simulate.ts";

const HISTORIES = 2_000;
/** Of a scenario, its fault is found in fewer. */
const HISTORIES_WITHOUT = 20;
/**
 * Seeds that showed a fault which the seeds before do not show: the search begins there. If a change of the engine has
 * moved them, it takes longer.
 */
const BEGINNINGS: Readonly<Record<string, number>> = {
  "late retry": 92,
  "webhooks without standing by": 12,
  "webhooks led by one round": 49,
  "images of another run": 3125,
  "counts of another run": 459,
  "outcome of another attempt": 42,
  "recovery of retries": 687,
  "recovery of lost attempts": 18,
  "no recovery": 12,
  "marked before appended": 11,
  "commit that is undecided is discarded": 180,
  "failed webhooks are removed": 20,
  "leadership learned in the wrong order": 234,
  "stale page of webhooks": 226,
  "stale events": 396,
  "erasure without a fence": 145,
  "erasure of deleted jobs": 145,
  "late jobs": 67,
  "erasure that is not repeated": 934,
};
const firstSeed = (name: string) => BEGINNINGS[name] ?? 0;
const names = Object.keys(mutations);

test.each(names)("the text of the fault %s is in the engine once", (name) => {
  expect(mutated(sourceOf(name), name)).not.toBe(sourceOf(name));
});

test.each(names)("the fault %s is found", { timeout: 300_000 }, async (name) => {
  const scenario = foundIn[name];
  // Each thread would have to load the engine.
  const from = firstSeed(name);
  const search = { from, to: from + HISTORIES, threads: 1, mutation: name, isSearch: true };
  const { findings } = await simulate({ ...search, ...(scenario && { scenario: { ...scenario, seed: 0 } }) });
  expect(findings.length).toBeGreaterThan(0);
});

test.each(Object.entries(foundIn))(
  "without the fault, %s is not found",
  { timeout: 300_000 },
  async (name, scenario) => {
    for (let n = 0; n < HISTORIES_WITHOUT; n++)
      expect((await runHistory({ ...scenario, seed: firstSeed(name) + n })).violation).toBeUndefined();
  },
);
