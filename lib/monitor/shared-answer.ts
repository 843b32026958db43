/** How long a result is cached by default, so that the cost does not depend on the number of viewers. */
const SHARED_MS = 500;
/** Pause between computations: a multiple of what the last one took, within bounds, to relieve a slow database. */
const PAUSE = { times: 5, atMostMs: 30_000 };

export interface SharedAnswerOptions {
  /** Shortest time for which a result is cached, in milliseconds. A failure is cached for half a second at most. */
  readonly sharedMs?: number;
  /** An answer that takes less time is not shared: each then has all that was stored before it was asked for. */
  readonly longMs?: number;
}

/** An answer that is computed when a caller asks for it, and shared with those who ask for a while afterwards. */
export class SharedAnswer<T> {
  readonly #compute: () => Promise<T>;
  readonly #sharedMs: number;
  readonly #longMs: number;
  /** The computation that was begun last. */
  #answer: Promise<T> | undefined;
  /** When the unfinished computations began, oldest first. */
  readonly #begunAt = new Map<Promise<T>, number>();
  /** When the answer expires; undefined until it is there. */
  #expiresAt: number | undefined;

  constructor(compute: () => Promise<T>, { sharedMs = SHARED_MS, longMs = 0 }: SharedAnswerOptions = {}) {
    this.#compute = compute;
    this.#sharedMs = sharedMs;
    this.#longMs = longMs;
  }

  /** @throws what computing throws. */
  get(): Promise<T> {
    return this.#isShared() && this.#answer ? this.#answer : this.#begin();
  }

  #isShared(): boolean {
    const now = performance.now();
    if (this.#expiresAt !== undefined) return now < this.#expiresAt;
    // If the oldest computation takes long, so will the others. Otherwise each caller would begin another one.
    const [oldestAt = now] = this.#begunAt.values();
    return now - oldestAt >= this.#longMs;
  }

  #begin(): Promise<T> {
    const startedAt = performance.now();
    const answer = this.#compute();
    this.#answer = answer;
    this.#begunAt.set(answer, startedAt);
    this.#expiresAt = undefined;
    const expireAfter = (pauseMs: number) => {
      this.#begunAt.delete(answer);
      if (this.#answer === answer) this.#expiresAt = performance.now() + pauseMs;
    };
    answer.then(
      () => {
        const tookMs = performance.now() - startedAt;
        const pauseMs = tookMs < this.#longMs ? 0 : PAUSE.times * tookMs;
        expireAfter(Math.min(Math.max(this.#sharedMs, pauseMs), PAUSE.atMostMs));
      },
      () => expireAfter(Math.min(this.#sharedMs, SHARED_MS)),
    );
    return answer;
  }
}
