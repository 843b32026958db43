/**
 * Divides the slots for attempts among receivers, by origin, so that those that do not answer leave
 * slots to the others:
 *
 * - The first attempt at an origin may take any slot. Further ones, up to a limit, leave half of all slots free.
 * - Origins whose last attempt was slow together take at most half of the slots.
 */
export interface SlotLimits {
  readonly concurrency: number;
  readonly concurrencyPerOrigin: number;
}

/** How many slow origins are remembered. The one that was slow longest ago is forgotten first. */
const REMEMBERED = 1_000;

export class Slots {
  readonly #limits: SlotLimits;
  readonly #taken = new Map<string, number>();
  readonly #slow = new Set<string>();
  #total = 0;

  constructor(limits: SlotLimits) {
    this.#limits = limits;
  }

  get areFull(): boolean {
    return this.#total >= this.#limits.concurrency;
  }

  /** Origins that must not get another attempt now. */
  get busyOrigins(): string[] {
    const { concurrency, concurrencyPerOrigin } = this.#limits;
    const half = concurrency / 2;
    const limit = this.#total < half ? concurrencyPerOrigin : 1;
    const busy = [...this.#taken].filter(([, count]) => count >= limit).map(([origin]) => origin);
    const takenBySlow = [...this.#slow].reduce((sum, origin) => sum + (this.#taken.get(origin) ?? 0), 0);
    return takenBySlow < half ? busy : [...new Set([...busy, ...this.#slow])];
  }

  /** @returns the function that frees the slot. */
  take(origin: string): (wasSlow: boolean) => void {
    this.#total++;
    this.#taken.set(origin, (this.#taken.get(origin) ?? 0) + 1);
    return (wasSlow) => {
      this.#total--;
      const left = (this.#taken.get(origin) ?? 0) - 1;
      if (left > 0) this.#taken.set(origin, left);
      else this.#taken.delete(origin);
      this.#slow.delete(origin);
      if (!wasSlow) return;
      this.#slow.add(origin);
      const [oldest] = this.#slow;
      if (oldest !== undefined && this.#slow.size > REMEMBERED) this.#slow.delete(oldest);
    };
  }
}
