import { type Failure, failure } from "../../errors.ts";

export interface FetchTimes {
  readonly idleMs: number;
  readonly totalMs: number;
}

/** The time limits of one fetch. When one has passed, its signal is aborted with IMAGE_FETCH_TIMEOUT as the reason. */
export class FetchClock {
  readonly #idleMs: number;
  readonly #controller = new AbortController();
  readonly #total: NodeJS.Timeout;
  #idle: NodeJS.Timeout | undefined;

  constructor({ idleMs, totalMs }: FetchTimes) {
    this.#idleMs = idleMs;
    this.#total = setTimeout(() => this.#abort(`The image did not arrive within ${totalMs} ms.`), totalMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Restarts the wait for the server, because it has responded. */
  restart(): void {
    this.pause();
    const expire = () => {
      if (this.#idle === idle) this.#abort(`The server was silent for ${this.#idleMs} ms.`);
    };
    // Waits one turn of the event loop: if it was blocked, bytes may have arrived but not been read yet.
    const idle = setTimeout(() => setImmediate(expire), this.#idleMs);
    this.#idle = idle;
  }

  /** Pauses the wait for the server while the service itself needs time. */
  pause(): void {
    clearTimeout(this.#idle);
    this.#idle = undefined;
  }

  stop(): void {
    this.pause();
    clearTimeout(this.#total);
  }

  #abort(reason: string): void {
    this.#controller.abort(fetchTimeout(reason));
  }
}

export function fetchTimeout(reason: string): Failure {
  return failure("IMAGE_FETCH_TIMEOUT", reason);
}
