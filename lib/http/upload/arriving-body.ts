/** The bytes of a request as they come in, from a client that keeps up a least rate. */
import type { IncomingMessage } from "node:http";
import { failure } from "../../errors.ts";

/** The client went away before its request was complete: there is nobody to answer. */
export class ClientGone extends Error {
  constructor() {
    super("The client went away before its request was complete.");
    this.name = "ClientGone";
  }
}

export interface Pace {
  readonly uploadIdleTimeoutMs: number;
  /** 0 for none. */
  readonly minUploadBytesPerSecond?: number;
}

/**
 * Counts the time in which the service waits for the client, not that in which the client waits for the service. Each
 * client has a credit of `uploadIdleTimeoutMs`: waiting uses it up, and what arrives earns it back at the least rate.
 */
export class ArrivingBody implements AsyncIterator<Buffer, void> {
  readonly #request: IncomingMessage;
  readonly #pace: Pace;
  readonly #chunks: AsyncIterator<Buffer>;
  #creditMs: number;
  #waitsSince: number | undefined;
  #endWait: ((error: Error) => void) | undefined;

  constructor(request: IncomingMessage, pace: Pace) {
    this.#request = request;
    this.#pace = pace;
    this.#creditMs = pace.uploadIdleTimeoutMs;
    // The socket must outlive the iterator: an answer to a body that was not read to its end is still sent on it.
    this.#chunks = request.iterator({ destroyOnReturn: false });
  }

  /** How long the client has been silent while it was waited for. */
  get silentMs(): number {
    return this.#waitsSince === undefined ? 0 : performance.now() - this.#waitsSince;
  }

  /** Ends the wait for a client that is silent. */
  giveUp(reason: string): void {
    this.#endWait?.(failure("UPLOAD_TIMEOUT", reason));
  }

  /** @throws UPLOAD_TIMEOUT; ClientGone */
  async next(): Promise<IteratorResult<Buffer, void>> {
    const startedAt = performance.now();
    try {
      const result = await this.#nextInTime(startedAt);
      if (!result.done) this.#account(performance.now() - startedAt, result.value.length);
      return result;
    } catch (error) {
      throw this.#request.destroyed && !this.#request.complete ? new ClientGone() : error;
    }
  }

  /** Lets go of the body, so that the gateway can drop what still comes. Not awaited: after a time-out it never ends. */
  release(): void {
    this.#chunks.return?.().catch(() => {});
  }

  #account(waitedMs: number, bytes: number): void {
    const { uploadIdleTimeoutMs, minUploadBytesPerSecond = 0 } = this.#pace;
    const earnedMs = minUploadBytesPerSecond > 0 ? (bytes * 1000) / minUploadBytesPerSecond : uploadIdleTimeoutMs;
    this.#creditMs = Math.max(0, Math.min(this.#creditMs - waitedMs + earnedMs, uploadIdleTimeoutMs));
  }

  /** Not a race with one promise of all time-outs: that would hold on to every chunk until the body is over. */
  #nextInTime(startedAt: number): Promise<IteratorResult<Buffer, void>> {
    return new Promise((resolve, reject) => {
      this.#waitsSince = startedAt;
      this.#endWait = reject;
      // After a turn of the event loop: if that was busy for long, the bytes may be here and only be unread.
      const expire = () => setImmediate(() => reject(failure("UPLOAD_TIMEOUT", this.#lateness())));
      const timer = setTimeout(expire, this.#creditMs);
      this.#chunks
        .next()
        .then(resolve, reject)
        .finally(() => {
          clearTimeout(timer);
          this.#waitsSince = undefined;
          this.#endWait = undefined;
        });
    });
  }

  #lateness(): string {
    const { uploadIdleTimeoutMs, minUploadBytesPerSecond } = this.#pace;
    if (this.#creditMs >= uploadIdleTimeoutMs) return `Nothing arrived for ${uploadIdleTimeoutMs} ms.`;
    return `Less than ${minUploadBytesPerSecond} bytes a second arrived.`;
  }
}
