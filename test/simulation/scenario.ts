/** What a simulation is about, all of it decided by the seed. Plain data, so that it can be shrunk and kept. */
import { Random } from "../support/random.ts";
import { type FaultKind, type FaultRates, faultKinds } from "./faults.ts";

/** How an image behaves. `crashes` kills the detector that has it. */
export type Behaviour = "good" | "undecodable" | "crashes";

export interface JobPlan {
  readonly startsAtMs: number;
  /** Images of one parcel each if they are large. */
  readonly images: readonly { readonly behaviour: Behaviour; readonly isLarge: boolean }[];
  readonly owner?: string;
  /** Whether its requests have an `Idempotency-Key`. Without one, a request that is sent again makes another job. */
  readonly isKeyed: boolean;
  /** The job is created first; this many images are added, and then it is executed. */
  readonly added?: number;
  readonly hasCallback: boolean;
  readonly deadlineMs?: number;
  readonly priority: number;
  /** What the client does with its job, how long after it was accepted. */
  readonly later: readonly { readonly what: "cancel" | "delete" | "retry" | "erase"; readonly afterMs: number }[];
}

export interface Scenario {
  readonly seed: number;
  /** Nodes that share their storage; 0 for one process with storage of its own. */
  readonly nodes: number;
  readonly concurrency: number;
  /** By how much the wall clocks of the nodes are wrong at most, in milliseconds. */
  readonly skewMs: number;
  readonly faultsForMs: number;
  /** Longest time that detectors usually take for a parcel. */
  readonly detectionMs: number;
  readonly jobRetentionMs: number;
  readonly jobs: readonly JobPlan[];
  readonly rates: FaultRates;
}

/** Faults of nodes are decided several times a second, all others at each call. */
const perTick: readonly FaultKind[] = [
  "node killed",
  "node removed",
  "node suspended",
  "node restarted",
  "clock jumps",
  "all tasks lost",
];
/** A store of one's own answers or dies with its process. */
const ofNetwork: readonly FaultKind[] = [
  "answer lost",
  "effect after the error",
  "node removed",
  "node suspended",
  "lease message lost",
  "all tasks lost",
];
const RARE = 0.004;
const SOME = 0.03;
const OFTEN = 0.15;
const DAY_MS = 86_400_000;

/** What a part of all scenarios is about, since some faults show only where several things come together. */
type Theme = "anything" | "retries" | "webhooks" | "erasures";
const themes: readonly Theme[] = ["anything", "anything", "anything", "retries", "retries", "webhooks", "erasures"];

export function scenarioOf(seed: number): Scenario {
  const random = new Random(seed);
  const theme = random.pick(themes);
  const nodes = theme === "anything" && random.chance(0.3) ? 0 : random.integer(theme === "webhooks" ? 2 : 1, 3);
  const hasCallbacks = theme === "webhooks" || random.chance(0.25);
  const faultsForMs = random.integer(2_000, 30_000);
  return {
    seed,
    nodes,
    concurrency: random.pick([1, 8, 64]),
    skewMs: random.pick([0, 0, 100, 3_000, 120_000]),
    faultsForMs,
    detectionMs: random.pick([40, 40, 2_000]),
    jobRetentionMs: random.chance(0.1) ? 20_000 : DAY_MS,
    jobs: Array.from({ length: random.integer(1, 3) }, () => jobPlan(random, theme, hasCallbacks, faultsForMs)),
    rates: ratesOf(random, theme, nodes > 0),
  };
}

function ratesOf(random: Random, theme: Theme, isShared: boolean): FaultRates {
  if (random.chance(0.05)) return {};
  const kinds = faultKinds.filter((kind) => random.chance(0.4) && (isShared || !ofNetwork.includes(kind)));
  const rates: Partial<Record<FaultKind, number>> = {};
  for (const kind of kinds)
    rates[kind] = random.pick(perTick.includes(kind) ? [RARE, SOME] : [RARE, SOME, SOME, OFTEN]);
  if (theme === "retries" || theme === "erasures") rates["call late"] = OFTEN;
  if (theme === "erasures") rates["effect after the error"] = SOME;
  if (theme === "webhooks") rates["node removed"] = SOME;
  return rates;
}

function jobPlan(random: Random, theme: Theme, hasCallbacks: boolean, faultsForMs: number): JobPlan {
  const behaviours: readonly Behaviour[] =
    theme === "retries" ? ["good", "undecodable"] : ["good", "good", "good", "good", "undecodable", "crashes"];
  const images = Array.from({ length: random.integer(1, random.pick([2, 6])) }, () => ({
    behaviour: random.pick(behaviours),
    isLarge: random.chance(0.3),
  }));
  const owner = theme === "erasures" || random.chance(0.5) ? random.pick(["ann", "ben"]) : undefined;
  const later: JobPlan["later"][number][] = [];
  for (let n = theme === "retries" ? random.integer(1, 2) : Number(random.chance(0.3)); n > 0; n--)
    later.push({ what: "retry", afterMs: random.integer(0, 4_000) });
  if (random.chance(0.15)) later.push({ what: "cancel", afterMs: random.integer(0, 8_000) });
  if (random.chance(0.12)) later.push({ what: "delete", afterMs: random.integer(0, 15_000) });
  if (owner !== undefined && random.chance(theme === "erasures" ? 0.6 : 0.1))
    later.push({ what: "erase", afterMs: random.integer(0, 15_000) });
  return {
    startsAtMs: random.integer(0, theme === "webhooks" ? faultsForMs : 6_000),
    images,
    ...(owner !== undefined && { owner }),
    isKeyed: random.chance(0.8),
    ...(random.chance(0.25) && { added: random.integer(0, images.length) }),
    hasCallback: hasCallbacks && random.chance(0.8),
    ...(random.chance(0.1) && { deadlineMs: random.integer(0, 10_000) }),
    priority: random.pick([5, 5, 9]),
    later,
  };
}
