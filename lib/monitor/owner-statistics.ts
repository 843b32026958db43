import { LRUCache } from "lru-cache";
import type { Statistics } from "../contracts/monitor.ts";
import type { Backends } from "../ports/backends.ts";
import { countDeadLetters } from "./dead-letters.ts";
import { SharedAnswer } from "./shared-answer.ts";

/** Owners whose answers are kept. */
const MOST_OWNERS = 1_000;

/** The statistics of each owner's jobs: what tells nothing of what others send. */
export class OwnerStatisticsReader {
  readonly #backends: Pick<Backends, "store" | "log">;
  readonly #answers = new LRUCache<string, SharedAnswer<Omit<Statistics, "lastSequence">>>({ max: MOST_OWNERS });

  constructor(backends: Pick<Backends, "store" | "log">) {
    this.#backends = backends;
  }

  /** @param owner Null for what was made without a key. */
  async read(owner: string | null): Promise<Statistics> {
    const lastSequence = await this.#backends.log.lastSequence();
    return { ...(await this.#answerFor(owner).get()), lastSequence };
  }

  #answerFor(owner: string | null): SharedAnswer<Omit<Statistics, "lastSequence">> {
    const key = owner ?? "";
    const answer = this.#answers.get(key) ?? new SharedAnswer(() => this.#compute(owner));
    this.#answers.set(key, answer);
    return answer;
  }

  async #compute(owner: string | null): Promise<Omit<Statistics, "lastSequence">> {
    const { store } = this.#backends;
    const [jobs, deadLetters] = await Promise.all([store.countJobs({ owner }), countDeadLetters(store, { owner })]);
    return { time: new Date().toISOString(), jobs, deadLetters };
  }
}
