import type { Statistics } from "../contracts/monitor.ts";
import type { Backends } from "../ports/backends.ts";
import type { Owner } from "../sessions/owner.ts";
import { countDeadLetters } from "./dead-letters.ts";
import { SharedAnswers } from "./shared-answers.ts";

/** The statistics of each owner's jobs. They reveal nothing about what others send. */
export class OwnerStatisticsReader {
  readonly #backends: Pick<Backends, "store" | "log">;
  readonly #answers = new SharedAnswers((owner) => this.#compute(owner));

  constructor(backends: Pick<Backends, "store" | "log">) {
    this.#backends = backends;
  }

  async read(owner: Owner): Promise<Statistics> {
    const lastSequence = await this.#backends.log.lastSequence();
    return { ...(await this.#answers.get(owner)), lastSequence };
  }

  async #compute(owner: Owner): Promise<Omit<Statistics, "lastSequence">> {
    const { store } = this.#backends;
    const [jobs, deadLetters] = await Promise.all([store.countJobs({ owner }), countDeadLetters(store, { owner })]);
    return { time: new Date().toISOString(), jobs, deadLetters };
  }
}
