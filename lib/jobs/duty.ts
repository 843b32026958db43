import type { Duties } from "../ports/duties.ts";

/** What is asked of a duty by who does the work. */
export type DutyOf = Pick<Duty, "isOurs" | "release">;

/** That of a node which shares its storage with no other. */
export const aloneOnDuty: DutyOf = { isOurs: async () => true, release: async () => {} };

/** A work of which this node learns, cheaply and often, whether it is the one to do it. */
export class Duty {
  readonly #duties: Duties;
  readonly #name: string;
  readonly #holdMs: number;
  #isHeld = false;
  #askAgainAt = 0;

  /** @param holdMs How long the duty stays with a node that died. */
  constructor(duties: Duties, name: string, holdMs = 10_000) {
    this.#duties = duties;
    this.#name = name;
    this.#holdMs = holdMs;
  }

  /**
   * Takes the duty if no living node has it. What was learned holds for a part of the time, so that neither asking
   * often costs much nor the hold runs out meanwhile.
   */
  async isOurs(): Promise<boolean> {
    if (performance.now() < this.#askAgainAt) return this.#isHeld;
    const askedAt = performance.now();
    this.#isHeld = await this.#duties.hold(this.#name, this.#holdMs);
    this.#askAgainAt = askedAt + this.#holdMs / (this.#isHeld ? 3 : 10);
    return this.#isHeld;
  }

  /** Lets another node have it at once. */
  async release(): Promise<void> {
    if (this.#isHeld) await this.#duties.release(this.#name);
    this.#isHeld = false;
  }
}
