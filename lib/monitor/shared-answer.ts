/** Time for which a result is cached, so that the cost does not depend on the number of viewers. */
const SHARED_MS = 500;
/** A slow database gets a pause of many times what an answer took, within bounds. */
const PAUSE = { times: 5, atMostMs: 30_000 };

/** An answer that is computed when somebody asks for it, and shared by those who ask for a while afterwards. */
export class SharedAnswer<T> {
  readonly #compute: () => Promise<T>;
  #answer: Promise<T> | undefined;
  #expiresAt = 0;

  constructor(compute: () => Promise<T>) {
    this.#compute = compute;
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
        () => expireAfter(Math.min(Math.max(SHARED_MS, PAUSE.times * (performance.now() - startedAt)), PAUSE.atMostMs)),
        () => expireAfter(SHARED_MS),
      );
    }
    return this.#answer;
  }
}
