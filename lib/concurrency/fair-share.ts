/**
 * A limit that owners or clients share. What one of them already has counts twice when it takes more, so that one alone
 * leaves half of the limit to others.
 */
export class FairShare {
  readonly #limit: number;
  #taken = 0;
  readonly #takenBy = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether the owner may take the amount. While nothing is taken, anybody may take any amount. */
  hasRoom(owner: string, amount: number): boolean {
    const own = this.#takenBy.get(owner) ?? 0;
    return this.#taken === 0 || this.#taken + own + amount <= this.#limit;
  }

  hasAny(owner: string): boolean {
    return this.#takenBy.has(owner);
  }

  take(owner: string, amount: number): void {
    this.#taken += amount;
    const own = (this.#takenBy.get(owner) ?? 0) + amount;
    if (own === 0) this.#takenBy.delete(owner);
    else this.#takenBy.set(owner, own);
  }

  giveBack(owner: string, amount: number): void {
    this.take(owner, -amount);
  }
}
