/** One run of a scenario: faults for a while, then peace, in which everything must come to its end. */
import type { CloudEvent } from "../../lib/jobs/events.ts";
import { jobIdOf } from "../../lib/jobs/events.ts";
import { Random } from "../support/random.ts";
import { Client } from "./client.ts";
import { Cluster } from "./cluster.ts";
import { EventCheck } from "./event-check.ts";
import { type FaultCounts, Faults } from "./faults.ts";
import { finalViolations, unsettled } from "./final-check.ts";
import { Invariants } from "./invariants.ts";
import type { Scenario } from "./scenario.ts";
import { Scheduler } from "./scheduler.ts";

/** Time after the last fault in which every job must end. */
const PEACE_MS = 30 * 60_000;
const REST_MS = 3_000;
const CLOSE_MS = 120_000;
/** Runs that do more go round in circles. */
const MOST_STEPS = 200_000;

export interface HistoryResult {
  /** Undefined if all invariants held. */
  readonly violation: string | undefined;
  readonly steps: number;
  readonly simulatedMs: number;
  readonly faults: FaultCounts;
  /** The same for the same scenario. */
  readonly fingerprint: number;
  readonly trace: readonly string[] | undefined;
}

export async function runHistory(
  scenario: Scenario,
  options: { readonly isTraced?: boolean } = {},
): Promise<HistoryResult> {
  const random = new Random(scenario.seed ^ 0x5eed);
  const scheduler = new Scheduler(random, options);
  const faults = new Faults(random, scenario.rates);
  const world = { scheduler, random, faults };
  const cluster = new Cluster(world, scenario, (what) => invariants.violated(what));
  const { tables, log } = cluster.storage;
  const invariants = new Invariants(tables);
  const violated = (what: string) => invariants.violated(what);
  const events = new EventCheck(violated);
  const stored = new Map<string, string[]>();
  tables.observer = Object.assign(invariants, {
    eventsStored: (made: readonly CloudEvent[]) => {
      for (const event of made) stored.set(jobIdOf(event), [...(stored.get(jobIdOf(event)) ?? []), event.id]);
    },
  });
  const webhooks = new Set<string>();
  cluster.storage.webhooks.observer = ({ event: { id } }) => {
    if (webhooks.has(id)) violated(`the webhook ${id} is stored again`);
    webhooks.add(id);
  };
  const isErasedOwner = ({ owner }: CloudEvent) => owner !== undefined && cluster.storage.erased.has(owner);
  // What is appended anew after an erasure has no order any more.
  log.observer = (event) => {
    if (!isErasedOwner(event)) events.next(event);
  };
  const clients = scenario.jobs.map((plan, n) => new Client(`client${n + 1}`, plan, world, cluster));
  for (const client of clients) client.run().catch((error: unknown) => violated(`a client got ${error}`));

  const isStopped = () => invariants.violations.length > 0 || scheduler.steps > MOST_STEPS;
  const leftOver = () =>
    clients.every(({ isDone }) => isDone) ? unsettled(cluster, scenario, clients, events) : "a client waits";
  const isSettled = () => faults.effectsUnderWay === 0 && leftOver() === undefined;
  await scheduler.run(isStopped, scenario.faultsForMs);
  faults.end();
  cluster.calm();
  const endsAt = scheduler.now + PEACE_MS;
  do {
    await scheduler.run(() => isStopped() || isSettled(), endsAt);
    // What was noticed last may cause more.
    await scheduler.run(isStopped, scheduler.now + REST_MS);
  } while (!isStopped() && !isSettled() && scheduler.now < endsAt);
  if (scheduler.steps > MOST_STEPS) violated(`more than ${MOST_STEPS} steps`);
  if (!isSettled()) violated(`not over in time: ${leftOver()}`);
  let isClosed = false;
  if (invariants.violations.length === 0) {
    cluster.close().then(
      () => {
        isClosed = true;
      },
      (error: unknown) => violated(`closing fails: ${error}`),
    );
    await scheduler.run(() => isClosed || isStopped(), scheduler.now + CLOSE_MS);
    if (!isClosed) violated("a node does not close");
    for (const violation of finalViolations(cluster, scenario, clients, events, stored)) violated(violation);
  }
  return {
    violation: invariants.violations[0],
    steps: scheduler.steps,
    simulatedMs: scheduler.now,
    faults: faults.counts,
    fingerprint: scheduler.fingerprint,
    trace: scheduler.trace,
  };
}
