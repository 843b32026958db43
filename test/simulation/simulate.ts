/**
 * Runs histories of the job engine on all cores, and reports what was violated.
 *
 *   node scripts/run.mjs node test/simulation/simulate.ts --histories 100000
 *   node scripts/run.mjs node test/simulation/simulate.ts --seed 4711 --trace     one history, step by step
 *   node scripts/run.mjs node test/simulation/simulate.ts --seed 4711 --shrink    the smallest one like it
 *   node scripts/run.mjs node test/simulation/simulate.ts --mutations             each fault of mutations.ts
 */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { mutations } from "./mutations.ts";
import type { Scenario } from "./scenario.ts";

/** Seeds, the first inclusive and the last exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Finding {
  readonly seed: number;
  readonly violation: string;
}

export interface Tally {
  readonly histories: number;
  readonly steps: number;
  readonly simulatedMs: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}

interface SimulateOptions extends Range {
  readonly threads: number;
  readonly mutation?: string;
  /** The one of all seeds; by default each seed decides its own. */
  readonly scenario?: Scenario;
  /** Ends with the first violation. */
  readonly isSearch?: boolean;
  readonly onProgress?: (tally: Tally) => void;
}

const CHUNK = 50;
const SHOWN = 20;
/** Histories in which each mutation must be found. */
const MUTATION_HISTORIES = 20_000;

export async function simulate(options: SimulateOptions): Promise<Tally> {
  const { to, threads, mutation, scenario, isSearch = false, onProgress = () => {} } = options;
  let total: Tally = { histories: 0, steps: 0, simulatedMs: 0, faults: {}, findings: [] };
  let next = options.from;
  const work = async () => {
    const worker = new Worker(join(import.meta.dirname, "simulate.worker.ts"), {
      workerData: { isSearch, ...(mutation !== undefined && { mutation }), ...(scenario && { scenario }) },
    });
    try {
      while (next < to && !(isSearch && total.findings.length > 0)) {
        const range: Range = { from: next, to: Math.min(to, next + CHUNK) };
        next = range.to;
        const answer = new Promise<Tally>((resolve, reject) => worker.once("message", resolve).once("error", reject));
        worker.postMessage(range);
        const tally = await answer;
        total = sum(total, tally);
        worker.removeAllListeners("error");
        onProgress(total);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: threads }, work));
  return total;
}

function sum(a: Tally, b: Tally): Tally {
  const kinds = new Set([...Object.keys(a.faults), ...Object.keys(b.faults)]);
  return {
    histories: a.histories + b.histories,
    steps: a.steps + b.steps,
    simulatedMs: a.simulatedMs + b.simulatedMs,
    faults: Object.fromEntries([...kinds].sort().map((kind) => [kind, (a.faults[kind] ?? 0) + (b.faults[kind] ?? 0)])),
    findings: [...a.findings, ...b.findings],
  };
}

function report({ histories, steps, simulatedMs, faults, findings }: Tally, seconds: number): void {
  const perMinute = Math.round((steps / seconds) * 60);
  const hours = Math.round(simulatedMs / 3_600_000);
  console.log(`${histories} histories of ${hours} simulated hours in ${Math.round(seconds)} s`);
  console.log(`${steps} steps, ${perMinute} a minute`);
  for (const [kind, count] of Object.entries(faults)) console.log(`${String(count).padStart(10)} ${kind}`);
  tellFindings({ findings });
}

function tellFindings({ findings }: Pick<Tally, "findings">): void {
  console.log(`${findings.length} violations`);
  for (const { seed, violation } of findings.slice(0, SHOWN)) console.log(`  seed ${seed}: ${violation}`);
}

/** Prints a table as in docs/reliability.md. @returns whether each fault was found. */
async function searchMutations(names: readonly string[], from: number): Promise<boolean> {
  let areAllFound = true;
  console.log("| fault | what would happen | histories until it is found |\n| --- | --- | --- |");
  for (const name of names) {
    // On one thread, so that it is the same number each time.
    const search = { from, to: from + MUTATION_HISTORIES, threads: 1, mutation: name, isSearch: true };
    const [first] = (await simulate(search)).findings;
    const found = first ? first.seed - from + 1 : `more than ${MUTATION_HISTORIES}`;
    console.log(`| ${name} | ${mutations[name]?.effect} | ${found} |`);
    if (first) console.error(`${name}: seed ${first.seed}: ${first.violation}`);
    areAllFound &&= first !== undefined;
  }
  return areAllFound;
}

async function runOne(seed: number, { isShrunk = false, isTraced = false }): Promise<boolean> {
  const { runHistory } = await import("./history.ts");
  const { scenarioOf } = await import("./scenario.ts");
  const { shrink } = await import("./shrink.ts");
  let scenario = scenarioOf(seed);
  const { violation } = await runHistory(scenario);
  if (isShrunk && violation !== undefined) scenario = (await shrink({ scenario, violation })).scenario;
  const result = await runHistory(scenario, { isTraced });
  for (const line of result.trace ?? []) console.log(line);
  console.log(JSON.stringify(scenario));
  console.log(result.violation ?? "nothing is violated");
  return result.violation === undefined;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      histories: { type: "string", default: "10000" },
      from: { type: "string", default: "0" },
      threads: { type: "string", default: String(availableParallelism()) },
      mutation: { type: "string" },
      mutations: { type: "boolean" },
      seed: { type: "string" },
      shrink: { type: "boolean", default: false },
      trace: { type: "boolean", default: false },
    },
  });
  const { mutation } = values;
  const [from, threads, histories] = [Number(values.from), Number(values.threads), Number(values.histories)];
  let isRight: boolean;
  if (values.mutations)
    isRight = await searchMutations(mutation === undefined ? Object.keys(mutations) : [mutation], from);
  else if (values.seed !== undefined) {
    if (mutation !== undefined) (await import("./mutate.ts")).mutate(mutation);
    isRight = await runOne(Number(values.seed), { isShrunk: values.shrink, isTraced: values.trace });
  } else {
    const startedAt = performance.now();
    let shownAt = startedAt;
    const onProgress = (tally: Tally) => {
      if (performance.now() - shownAt < 60_000) return;
      shownAt = performance.now();
      console.log(`${tally.histories} histories`);
      tellFindings(tally);
    };
    const options = { from, to: from + histories, threads, onProgress, ...(mutation !== undefined && { mutation }) };
    const tally = await simulate(options);
    report(tally, (performance.now() - startedAt) / 1000);
    isRight = tally.findings.length === 0;
  }
  process.exitCode = isRight ? 0 : 1;
}
