/**
 * Each fault that is put into the engine on purpose is found within some histories. The scenarios in which the simulation
 * found the faults that the engine had stay here for good (`found-in.json`).
 */
import { expect, test } from "vitest";
import { runHistory } from "./history.ts";
import { mutated, sourceOf } from "./mutate.ts";
import { foundIn, mutations } from "./mutations.ts";
import { simulate } from "./simulate.ts";

const HISTORIES = 2_000;
const HISTORIES_WITHOUT = 100;
const names = Object.keys(mutations);

test.each(names)("the text of the fault %s is in the engine once", (name) => {
  expect(mutated(sourceOf(name), name)).not.toBe(sourceOf(name));
});

test.each(names)("the fault %s is found", { timeout: 300_000 }, async (name) => {
  const scenario = foundIn[name];
  // Each thread would have to load the engine.
  const search = { from: 0, to: HISTORIES, threads: 1, mutation: name, isSearch: true };
  const { findings } = await simulate({ ...search, ...(scenario && { scenario: { ...scenario, seed: 0 } }) });
  expect(findings.length).toBeGreaterThan(0);
});

test.each(Object.entries(foundIn))("without the fault, %s is not found", { timeout: 300_000 }, async (_, scenario) => {
  for (let seed = 0; seed < HISTORIES_WITHOUT; seed++)
    expect((await runHistory({ ...scenario, seed })).violation).toBeUndefined();
});
