/** Which faults happen to the cluster, and when: the same for the same seed. Pure. */
import { Random } from "../support/random.ts";

/** What happens to packets from one host to another. */
export type Harm = "cut" | "lossy" | "slow";

export type Fault =
  | { readonly kind: "killed"; readonly hosts: readonly string[]; readonly ms: number }
  | { readonly kind: "frozen"; readonly host: string; readonly ms: number }
  | { readonly kind: "restarted"; readonly hosts: readonly string[] }
  | {
      readonly kind: Harm;
      readonly from: readonly string[];
      readonly to: readonly string[];
      /** Only packets from the first group to the second. */
      readonly isOneWay: boolean;
      readonly ms: number;
    }
  | { readonly kind: "clock"; readonly host: string; readonly shiftMs: number; readonly ms: number }
  | { readonly kind: "full disk" | "lost disk"; readonly host: string; readonly ms: number };

/** A fault, and the pause before it. */
export interface Planned {
  readonly pauseMs: number;
  readonly fault: Fault;
}

export const GATEWAYS = ["api-1", "api-2"] as const;
export const KEEPERS = ["jobs-1", "jobs-2"] as const;
export const DETECTORS = ["detector-1", "detector-2"] as const;
export const NATS = ["nats-1", "nats-2", "nats-3"] as const;
export const DATABASE = "database";
export const NODES = [...GATEWAYS, ...KEEPERS, ...DETECTORS] as const;
export const HOSTS = [...NODES, ...NATS, DATABASE] as const;

const SHORTEST_MS = 2_000;
/** Longer than connections to NATS are kept without a sign of life, and than a lease. */
const LONGEST_MS = 12_000;
/** Longer than an idempotency key stays with a request that does not go on. */
const LONG_MS = 25_000;
const LONGEST_SHIFT_MS = 120_000;
/**
 * An empty server comes back only after the others have a leader: it might vote for one that lacks
 * what is acknowledged.
 */
const REPLACED_AFTER_MS = 8_000;
const SHORTEST_PAUSE_MS = 500;
export const LONGEST_PAUSE_MS = 6_000;
/** Faults in a round. */
export const KINDS = 19;

/**
 * Endless. Each kind comes once in every round, in an order of its own, so that no kind is missing from a short run.
 * @param longestPauseMs Between the beginnings of two faults.
 */
export function* faults(seed: number, longestPauseMs = LONGEST_PAUSE_MS): Generator<Planned, never> {
  const random = new Random(seed);
  const ms = () => (random.chance(0.15) ? LONG_MS : random.integer(SHORTEST_MS, LONGEST_MS));
  const some = (hosts: readonly string[]) => {
    const chosen = hosts.filter(() => random.chance(0.4));
    return chosen.length > 0 && chosen.length < hosts.length ? chosen : [random.pick(hosts)];
  };
  const between = (kind: Harm): Fault => {
    const from = some(HOSTS);
    const rest = HOSTS.filter((host) => !from.includes(host));
    return { kind, from, to: random.chance(0.5) ? rest : some(rest), isOneWay: random.chance(0.3), ms: ms() };
  };
  const around = (kind: Harm, hosts: readonly string[], others: readonly string[]): Fault => {
    const from = random.pick(hosts);
    const to = others.filter((host) => host !== from);
    return { kind, from: [from], to, isOneWay: random.chance(0.3), ms: ms() };
  };
  const kinds: readonly (() => Fault)[] = [
    () => ({ kind: "killed", hosts: [random.pick(GATEWAYS)], ms: random.integer(0, 3_000) }),
    () => ({ kind: "killed", hosts: [random.pick(KEEPERS)], ms: random.integer(0, 3_000) }),
    () => ({ kind: "killed", hosts: [random.pick(DETECTORS)], ms: random.integer(0, 3_000) }),
    () => ({ kind: "killed", hosts: [random.pick(NATS)], ms: random.integer(0, 6_000) }),
    () => ({ kind: "killed", hosts: NATS, ms: random.integer(0, 6_000) }),
    () => ({ kind: "killed", hosts: [DATABASE], ms: random.integer(0, 6_000) }),
    () => ({ kind: "frozen", host: random.pick(NODES), ms: ms() }),
    () => ({ kind: "frozen", host: random.pick(HOSTS), ms: ms() }),
    () => around("cut", KEEPERS, [DATABASE]),
    () => around("cut", NODES, NATS),
    () => around("cut", NATS, NATS),
    () => between("cut"),
    () => between("lossy"),
    () => between("slow"),
    () => ({
      kind: "clock",
      host: random.pick(NODES),
      shiftMs: random.integer(-LONGEST_SHIFT_MS, LONGEST_SHIFT_MS),
      ms: ms(),
    }),
    () => ({ kind: "full disk", host: random.pick(NATS), ms: ms() }),
    () => ({ kind: "full disk", host: DATABASE, ms: ms() }),
    () => ({ kind: "lost disk", host: random.pick(NATS), ms: REPLACED_AFTER_MS }),
    () => ({ kind: "restarted", hosts: random.chance(0.3) ? NODES : [random.pick(NODES)] }),
  ];
  for (;;) {
    const round = kinds.map((kind) => ({ kind, place: random.next() }));
    for (const { kind } of round.sort((a, b) => a.place - b.place))
      yield { pauseMs: random.integer(SHORTEST_PAUSE_MS, longestPauseMs), fault: kind() };
  }
}

/** The hosts that the fault is done to. */
export function hostsOf(fault: Fault): readonly string[] {
  if ("host" in fault) return [fault.host];
  return "hosts" in fault ? fault.hosts : [...fault.from, ...fault.to];
}
