import { FairShare } from "../concurrency/fair-share.ts";
import type { Busy, Receiver } from "../ports/webhook-store.ts";

export interface SlotLimits {
  readonly concurrency: number;
  readonly concurrencyPerOrigin: number;
}

/** How many slow receivers are remembered. The one that was slow longest ago is forgotten first. */
const REMEMBERED = 1_000;

/**
 * Divides the slots for attempts among owners, and those of an owner among its receivers, which are origins, so that
 * receivers that do not answer leave slots to the others:
 *
 * - One owner alone gets at most half of all slots, see `FairShare`.
 * - The first attempt at an origin may take any slot of its owner. Further ones, up to a limit, leave half of what an
 *   owner alone gets.
 * - The origins whose last attempt for an owner was slow take at most that half together.
 */
export class Slots {
  readonly #limits: SlotLimits;
  readonly #shares: FairShare;
  /** The receivers of the attempts in progress. */
  readonly #attempts = new Set<Receiver>();
  readonly #slow = new Map<string, Receiver>();

  constructor(limits: SlotLimits) {
    this.#limits = limits;
    this.#shares = new FairShare(limits.concurrency);
  }

  get areFull(): boolean {
    return this.#attempts.size >= this.#limits.concurrency;
  }

  /** Owners, origins and receivers that must not get another attempt now. */
  get busy(): Omit<Busy, "jobIds"> {
    const byOwner = Map.groupBy(this.#attempts, ({ owner }) => owner);
    const owners = [...byOwner.keys()].filter((owner) => !this.#shares.hasRoom(owner, 1));
    const receivers = [...byOwner.values()].flatMap((attempts) => this.#busyReceivers(attempts));
    return { owners, origins: this.#originsAtLimit(), receivers };
  }

  /** @returns the function that frees the slot. */
  take(receiver: Receiver): (wasSlow: boolean) => void {
    const attempt = { ...receiver };
    this.#attempts.add(attempt);
    this.#shares.take(receiver.owner, 1);
    return (wasSlow) => {
      this.#attempts.delete(attempt);
      this.#shares.giveBack(receiver.owner, 1);
      this.#slow.delete(keyOf(receiver));
      if (!wasSlow) return;
      this.#slow.set(keyOf(receiver), receiver);
      const [oldest] = this.#slow.keys();
      if (oldest !== undefined && this.#slow.size > REMEMBERED) this.#slow.delete(oldest);
    };
  }

  #originsAtLimit(): string[] {
    const byOrigin = Map.groupBy(this.#attempts, ({ origin }) => origin);
    const atLimit = [...byOrigin].filter(([, attempts]) => attempts.length >= this.#limits.concurrencyPerOrigin);
    return atLimit.map(([origin]) => origin);
  }

  /** @param attempts Those in progress for one owner. */
  #busyReceivers(attempts: readonly Receiver[]): readonly Receiver[] {
    const half = this.#limits.concurrency / 4;
    const busy = attempts.length < half ? [] : attempts;
    if (attempts.filter((attempt) => this.#slow.has(keyOf(attempt))).length < half) return busy;
    const owner = attempts[0]?.owner;
    return [...busy, ...[...this.#slow.values()].filter((receiver) => receiver.owner === owner)];
  }
}

function keyOf({ owner, origin }: Receiver): string {
  return JSON.stringify([owner, origin]);
}
