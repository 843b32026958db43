/** The same seed gives the same history, step by step. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runHistory } from "./history.ts";
import { type Scenario, scenarioOf } from "./scenario.ts";
import { kindOf } from "./shrink.ts";
import { simulate } from "./simulate.ts";

test.each([1, 2, 3, 4])("seed %i is replayed exactly", async (seed) => {
  const scenario = scenarioOf(seed);
  const first = await runHistory(scenario, { isTraced: true });
  // As when it was kept in a file.
  const second = await runHistory(JSON.parse(JSON.stringify(scenario)), { isTraced: true });
  expect(second.trace).toEqual(first.trace);
  expect(second.fingerprint).toBe(first.fingerprint);
});

test("another seed decides otherwise in the same scenario", async () => {
  const scenario = scenarioOf(1);
  const histories = [];
  for (const seed of [1, 2, 3, 4]) histories.push(await runHistory({ ...scenario, seed }));
  expect(new Set(histories.map(({ fingerprint }) => fingerprint)).size).toBe(4);
});

test("a history with a violation is replayed exactly, and its shrunk scenario violates the same", {
  timeout: 300_000,
}, async () => {
  const name = "no recovery";
  const violating = await simulate({ from: 0, to: 500, threads: 1, mutation: name, isSearch: true });
  const [{ seed, violation } = { seed: 0, violation: "" }] = violating.findings;
  const again = await simulate({ from: seed, to: seed + 1, threads: 1, mutation: name });
  expect(again.findings).toEqual([{ seed, violation }]);
  const command = ["--mutation", name, "--seed", String(seed), "--shrink"];
  const shrunk = spawnSync(process.execPath, [join(import.meta.dirname, "simulate.ts"), ...command], {
    encoding: "utf8",
  });
  const [scenario = "{}", found = ""] = shrunk.stdout.trim().split("\n");
  expect(kindOf(found)).toBe(kindOf(violation));
  const smaller: Scenario = JSON.parse(scenario);
  expect(scenario.length).toBeLessThan(JSON.stringify(scenarioOf(seed)).length);
  const only = { from: smaller.seed, to: smaller.seed + 1, threads: 1, mutation: name, scenario: smaller };
  expect((await simulate(only)).findings).toEqual([{ seed: smaller.seed, violation: found }]);
});
