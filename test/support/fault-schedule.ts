/** Which faults happen in a test, and when: the same for the same seed. */
import type { Interruption } from "./link.ts";
import { Random } from "./random.ts";

export type Fault =
  | { readonly kind: "kill" | "hang"; readonly node: string; readonly ms: number }
  | {
      readonly kind: "partition";
      readonly node: string;
      readonly from: Server;
      readonly how: Interruption;
      readonly ms: number;
    }
  | {
      readonly kind: "nats killed" | "nats hangs" | "nats loses its disk";
      readonly server: number;
      readonly ms: number;
    }
  | { readonly kind: "all of nats killed" }
  | { readonly kind: "database killed" };
export type Server = "nats" | "database";

const JOBS = ["jobs 1", "jobs 2"];
const DETECTORS = ["detector 1", "detector 2"];
const NODES = ["api", ...JOBS, ...DETECTORS];
const INTERRUPTIONS = ["delay", "drop", "close"] as const;
const NATS_SERVERS = 3;
/** Faults in a round. */
export const KINDS = 14;
const SHORTEST_MS = 2_000;
/** Longer than connections to NATS are kept without a sign of life. */
const LONGEST_MS = 12_000;
/** Longer than an idempotency key stays with a request that does not go on. */
const LONG_PARTITION_MS = 25_000;

/** Endless. Each kind comes once in every round, so that no kind is missing from a short test. */
export function* faultSchedule(seed: number): Generator<Fault, never> {
  const random = new Random(seed);
  const ms = () => random.integer(SHORTEST_MS, LONGEST_MS);
  const partition = (nodes: readonly string[], from: Server): Fault => ({
    kind: "partition",
    node: random.pick(nodes),
    from,
    how: random.pick(INTERRUPTIONS),
    ms: random.chance(0.2) ? LONG_PARTITION_MS : ms(),
  });
  const server = () => random.integer(0, NATS_SERVERS - 1);
  const kinds: readonly (() => Fault)[] = [
    () => ({ kind: "kill", node: random.pick(JOBS), ms: 0 }),
    () => ({ kind: "kill", node: random.pick(DETECTORS), ms: 0 }),
    () => ({ kind: "kill", node: "api", ms: 0 }),
    () => ({ kind: "hang", node: random.pick(JOBS), ms: ms() }),
    () => ({ kind: "hang", node: random.pick(NODES), ms: ms() }),
    () => partition(JOBS, "database"),
    () => partition(JOBS, "database"),
    () => partition(JOBS, "nats"),
    () => partition(NODES, "nats"),
    () => ({ kind: "nats killed", server: server(), ms: random.integer(0, 4_000) }),
    () => ({ kind: "nats hangs", server: server(), ms: ms() }),
    () => ({ kind: "nats loses its disk", server: server(), ms: 8_000 }),
    () => ({ kind: "all of nats killed" }),
    () => ({ kind: "database killed" }),
  ];
  for (;;) {
    const round = kinds.map((fault) => ({ fault, place: random.next() }));
    for (const { fault } of round.sort((a, b) => a.place - b.place)) yield fault();
  }
}
