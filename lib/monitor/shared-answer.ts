/** Time for which a result is cached by default, so that the cost does not depend on the number of viewers. */
const SHARED_MS = 500;
/** A slow database gets a pause of many times what an answer took, within bounds. */
const PAUSE = { times: 5, atMostMs: 30_000 };

export interface SharedAnswerOptions {
  /** Shortest time for which a result is cached, in milliseconds. */
  readonly sharedMs?: number;
}

/** An answer that is computed when somebody asks for it, and shared by those who ask for a while afterwards. */
export class SharedAnswer<T> {
  readonly #compute: () => Promise<T>;
  readonly #sharedMs: number;
  #answer: Promise<T> | undefined;
  #expiresAt = 0;

  constructor(compute: () => Promise<T>, { sharedMs = SHARED_MS }: SharedAnswerOptions = {}) {
    this.#compute = compute;
    this.#sharedMs = sharedMs;
  }

  /** @throws what computing throws. */
  get(): Promise<T> {
    const startedAt = performance.now();
    if (!this.#answer || startedAt > this.#expiresAt) {
      this.#expiresAt = Number.POSITIVE_INFINITY;
      const expireAfter = (pauseMs: number) => {
        this.#expiresAt = performance.now() + pauseMs;
      };
      this.#answer = this.#compute();
      this.#answer.then(
        () => {
          const pauseMs = PAUSE.times * (performance.now() - startedAt);
          expireAfter(Math.min(Math.max(this.#sharedMs, pauseMs), PAUSE.atMostMs));
        },
        () => expireAfter(this.#sharedMs),
      );
    }
    return this.#answer;
  }
}
