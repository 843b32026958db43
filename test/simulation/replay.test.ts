/** The same seed gives the same history, step by step. */
import { expect, test } from "vitest";
import { runHistory } from "./history.ts";
import { scenarioOf } from "./scenario.ts";

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
