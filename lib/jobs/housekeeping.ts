import type { Duties } from "../ports/duties.ts";
import { Duty } from "./duty.ts";

export interface Chore {
  /** Its name among all nodes: one of them does it at a time. */
  readonly duty: string;
  readonly everyMs: number;
  readonly run: () => Promise<unknown>;
}

/** Does chores again and again, each by one node at a time and never twice at once. */
export class Housekeeping {
  readonly #onError: (error: unknown) => void;
  readonly #timers: NodeJS.Timeout[];
  readonly #duties: Duty[] = [];
  readonly #running = new Map<Chore, Promise<void>>();

  constructor(duties: Duties, chores: readonly Chore[], onError: (error: unknown) => void) {
    this.#onError = onError;
    this.#timers = chores.map((chore) => {
      const duty = new Duty(duties, chore.duty, 2 * chore.everyMs);
      this.#duties.push(duty);
      return setInterval(() => this.#wake(chore, duty), chore.everyMs).unref();
    });
  }

  /** Ends after what is under way, and leaves the chores to other nodes. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#running.values());
    await Promise.all(this.#duties.map((duty) => duty.release().catch(this.#onError)));
  }

  #wake(chore: Chore, duty: Duty): void {
    if (this.#running.has(chore)) return;
    const running = this.#do(chore, duty)
      .catch(this.#onError)
      .finally(() => this.#running.delete(chore));
    this.#running.set(chore, running);
  }

  async #do({ run }: Chore, duty: Duty): Promise<void> {
    if (await duty.isOurs()) await run();
  }
}
