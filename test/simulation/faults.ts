/** Which faults happen, and how often: decided by the seed. */
import type { Random } from "../support/random.ts";

export const faultKinds = [
  /** A call has no effect, and its caller gets an error. */
  "call lost",
  /** A call has its effect, but its caller gets an error. */
  "answer lost",
  /** A call's caller gets an error, and the effect comes later. */
  "effect after the error",
  /** A call, or its answer, takes seconds. */
  "call late",
  "node killed",
  /** A node dies and is never started again, unless it is the last. */
  "node removed",
  /** A node does nothing for seconds, and then continues. */
  "node suspended",
  "node restarted",
  /** The wall clock of a node jumps. */
  "clock jumps",
  /** An end, extension or return of a lease does not reach the queue. */
  "lease message lost",
  "task delivered twice",
  "all tasks lost",
  /** A detector dies with the images it has. */
  "detector killed",
  "detector busy",
  "detector late",
  /** The bytes of an image are briefly out of reach. */
  "image away",
  "receiver fails",
  /** A receiver accepts a webhook, but its answer is lost. */
  "receiver's answer lost",
  /** A request reaches the service, but its client gives up and sends it again. */
  "request repeated",
] as const;

export type FaultKind = (typeof faultKinds)[number];
/** The probability of each kind at each occasion. */
export type FaultRates = Readonly<Partial<Record<FaultKind, number>>>;
export type FaultCounts = Partial<Record<FaultKind, number>>;

export class Faults {
  readonly counts: FaultCounts = {};
  readonly #random: Random;
  readonly #rates: FaultRates;
  /** Of calls that were sent. They come although their node has died, or has been told of an error. */
  effectsUnderWay = 0;
  #areOver = false;

  constructor(random: Random, rates: FaultRates) {
    this.#random = random;
    this.#rates = rates;
  }

  get total(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  /** Whether the fault happens on this occasion. */
  happens(kind: FaultKind): boolean {
    const rate = this.#rates[kind];
    if (rate === undefined || this.#areOver || !this.#random.chance(rate)) return false;
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    return true;
  }

  /** From now on nothing fails. */
  end(): void {
    this.#areOver = true;
  }
}
