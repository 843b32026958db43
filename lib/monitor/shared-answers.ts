import { LRUCache } from "lru-cache";
import { type Owner, ownerKey } from "../sessions/owner.ts";
import { SharedAnswer, type SharedAnswerOptions } from "./shared-answer.ts";

/** Maximum owners whose answers are kept. */
const MOST_OWNERS = 1_000;

/** A `SharedAnswer` for each owner, so that the cost does not depend on how often an owner asks. */
export class SharedAnswers<T> {
  readonly #compute: (owner: Owner) => Promise<T>;
  readonly #options: SharedAnswerOptions;
  readonly #answers = new LRUCache<string, SharedAnswer<T>>({ max: MOST_OWNERS });

  constructor(compute: (owner: Owner) => Promise<T>, options: SharedAnswerOptions = {}) {
    this.#compute = compute;
    this.#options = options;
  }

  /** @throws what computing throws. */
  get(owner: Owner): Promise<T> {
    const key = ownerKey(owner);
    const answer = this.#answers.get(key) ?? new SharedAnswer(() => this.#compute(owner), this.#options);
    this.#answers.set(key, answer);
    return answer.get();
  }
}
