/** A thread that runs histories. */
import { parentPort, workerData } from "node:worker_threads";
import { mutate } from "./mutate.ts";
import type { Scenario } from "./scenario.ts";
import type { Finding, Range, Tally } from "./simulate.ts";

interface WorkerData {
  readonly mutation?: string;
  readonly scenario?: Scenario;
  readonly isSearch: boolean;
}
const { mutation, scenario, isSearch } = workerData as WorkerData;
if (mutation !== undefined) mutate(mutation);
// Errors are ordinary here, and nobody reads where they come from.
Error.stackTraceLimit = 0;
const { runHistory } = await import("./history.ts");
const { scenarioOf } = await import("./scenario.ts");

parentPort?.on("message", async ({ from, to }: Range) => {
  const faults: Record<string, number> = {};
  const findings: Finding[] = [];
  let [histories, steps, simulatedMs] = [0, 0, 0];
  for (let seed = from; seed < to && !(isSearch && findings.length > 0); seed++) {
    histories++;
    const result = await runHistory(scenario ? { ...scenario, seed } : scenarioOf(seed));
    steps += result.steps;
    simulatedMs += result.simulatedMs;
    for (const [kind, count] of Object.entries(result.faults)) faults[kind] = (faults[kind] ?? 0) + count;
    if (result.violation !== undefined) findings.push({ seed, violation: result.violation });
  }
  const tally: Tally = { histories, steps, simulatedMs, faults, findings };
  parentPort?.postMessage(tally);
});
