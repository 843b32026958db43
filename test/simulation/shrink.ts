/** Makes a scenario that violates an invariant as small as it can be. */
import type { FaultKind } from "./faults.ts";
import { runHistory } from "./history.ts";
import type { JobPlan, Scenario } from "./scenario.ts";

/** A smaller scenario has other histories: so many of them are tried. */
const SEEDS = 15;

export interface Shrunk {
  readonly scenario: Scenario;
  readonly violation: string;
}

/** @returns the smallest scenario found with a violation of the same kind. */
export async function shrink(found: Shrunk): Promise<Shrunk> {
  let smallest = found;
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const smaller of smallerThan(smallest.scenario)) {
      const shrunk = await violating(smaller, kindOf(found.violation));
      if (!shrunk) continue;
      smallest = shrunk;
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

/** What was violated, whatever the names of jobs and the numbers of images. */
export function kindOf(violation: string): string {
  return violation
    .replace(/client\d+-\d+/g, "job")
    .replace(/\d+/g, "n")
    .replace(/ (got|has|with) .*/, "");
}

async function violating(scenario: Scenario, kind: string): Promise<Shrunk | undefined> {
  for (let n = 0; n < SEEDS; n++) {
    const tried = { ...scenario, seed: scenario.seed + n };
    const { violation } = await runHistory(tried);
    if (violation !== undefined && kindOf(violation) === kind) return { scenario: tried, violation };
  }
  return undefined;
}

function* smallerThan(scenario: Scenario): Generator<Scenario> {
  const { jobs, rates } = scenario;
  if (jobs.length > 1) for (const n of jobs.keys()) yield { ...scenario, jobs: jobs.toSpliced(n, 1) };
  for (const kind of Object.keys(rates) as FaultKind[]) {
    const { [kind]: _, ...others } = rates;
    yield { ...scenario, rates: others };
  }
  if (scenario.nodes > 1) yield { ...scenario, nodes: scenario.nodes - 1 };
  for (const [n, job] of jobs.entries())
    for (const smaller of smallerJobs(job)) yield { ...scenario, jobs: jobs.with(n, smaller) };
  if (scenario.skewMs > 0) yield { ...scenario, skewMs: 0 };
  if (scenario.detectionMs > 40) yield { ...scenario, detectionMs: 40 };
  if (scenario.concurrency > 1) yield { ...scenario, concurrency: 1 };
  if (scenario.jobRetentionMs < 86_400_000) yield { ...scenario, jobRetentionMs: 86_400_000 };
  if (scenario.faultsForMs > 2_000) yield { ...scenario, faultsForMs: Math.round(scenario.faultsForMs / 2) };
}

function* smallerJobs(job: JobPlan): Generator<JobPlan> {
  const { images, later, added, deadlineMs, owner, ...rest } = job;
  const changed = (change: Partial<JobPlan>): JobPlan => ({ ...job, ...change });
  if (images.length > 1)
    for (const n of images.keys()) {
      const fewer = images.toSpliced(n, 1);
      yield changed({ images: fewer, ...(added !== undefined && { added: Math.min(added, fewer.length) }) });
    }
  for (const n of later.keys()) yield changed({ later: later.toSpliced(n, 1) });
  for (const [n, image] of images.entries())
    if (image.behaviour !== "good") yield changed({ images: images.with(n, { ...image, behaviour: "good" }) });
  const plain = { ...rest, images, later };
  if (added !== undefined)
    yield { ...plain, ...(owner !== undefined && { owner }), ...(deadlineMs !== undefined && { deadlineMs }) };
  if (deadlineMs !== undefined)
    yield { ...plain, ...(owner !== undefined && { owner }), ...(added !== undefined && { added }) };
  if (job.hasCallback) yield changed({ hasCallback: false });
  if (job.startsAtMs > 0) yield changed({ startsAtMs: 0 });
}
