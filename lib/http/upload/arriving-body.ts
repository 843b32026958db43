/** The bytes of a request as they arrive, with a minimum upload rate. */
import type { IncomingMessage } from "node:http";
import { type Failure, failure } from "../../errors.ts";

/** The client disconnected before its request was complete, so no response can be sent. */
export class ClientGone extends Error {
  constructor() {
    super("The client went away before its request was complete.");
    this.name = "ClientGone";
  }
}

/** Requirements on an upload while the service waits for it. */
export interface MinUploadRate {
  /** Longest pause of an upload, and how long it may be slower than the minimum rate, in milliseconds. */
  readonly uploadIdleTimeoutMs: number;
  /** Minimum rate in bytes per second. By default 0, which means none. */
  readonly minUploadBytesPerSecond?: number;
}

/** The credit of an upload in milliseconds, after the service has waited for it and more bytes have arrived. */
export function creditAfter(
  { uploadIdleTimeoutMs, minUploadBytesPerSecond = 0 }: MinUploadRate,
  { creditMs, waitedMs, bytes }: { readonly creditMs: number; readonly waitedMs: number; readonly bytes: number },
): number {
  // Without a minimum rate, any bytes restore the whole credit, even after the process itself was suspended.
  const earnedMs = minUploadBytesPerSecond > 0 ? (bytes * 1000) / minUploadBytesPerSecond : Number.POSITIVE_INFINITY;
  return Math.max(0, Math.min(creditMs - waitedMs + earnedMs, uploadIdleTimeoutMs));
}

/**
 * Reads a request's body. Only the time in which the service waits for the client counts, not backpressure in the other
 * direction. Each client has a credit of `uploadIdleTimeoutMs`: waiting consumes it, and arriving bytes restore it at
 * the minimum rate.
 */
export class ArrivingBody implements AsyncIterator<Buffer, void> {
  readonly #request: IncomingMessage;
  readonly #minRate: MinUploadRate;
  readonly #chunks: AsyncIterator<Buffer>;
  #creditMs: number;
  #waitsSince: number | undefined;
  #endWait: ((error: Error) => void) | undefined;
  #givenUp: Failure | undefined;

  constructor(request: IncomingMessage, minRate: MinUploadRate) {
    this.#request = request;
    this.#minRate = minRate;
    this.#creditMs = minRate.uploadIdleTimeoutMs;
    // The socket must outlive the iterator: the response to a partly read body is still sent on it.
    this.#chunks = request.iterator({ destroyOnReturn: false });
  }

  /** How long the current read has waited for the client. */
  get silentMs(): number {
    return this.#waitsSince === undefined ? 0 : performance.now() - this.#waitsSince;
  }

  /** Aborts the current read, or else the next one. */
  giveUp(error: Failure): void {
    this.#givenUp = error;
    this.#endWait?.(error);
  }

  /** @throws UPLOAD_TIMEOUT; ClientGone; what the body was given up with */
  async next(): Promise<IteratorResult<Buffer, void>> {
    if (this.#givenUp) throw this.#givenUp;
    const startedAt = performance.now();
    try {
      const result = await this.#nextInTime(startedAt);
      if (!result.done) this.#account(performance.now() - startedAt, result.value.length);
      return result;
    } catch (error) {
      throw this.#request.destroyed && !this.#request.complete ? new ClientGone() : error;
    }
  }

  /**
   * Releases the body, so that the gateway can drop the rest. It is not awaited, because after a timeout it never
   * resolves.
   */
  release(): void {
    this.#chunks.return?.().catch(() => {});
  }

  #account(waitedMs: number, bytes: number): void {
    this.#creditMs = creditAfter(this.#minRate, { creditMs: this.#creditMs, waitedMs, bytes });
  }

  /** Not a race against one long-lived timeout promise, which would retain every chunk until the body ends. */
  #nextInTime(startedAt: number): Promise<IteratorResult<Buffer, void>> {
    return new Promise((resolve, reject) => {
      this.#waitsSince = startedAt;
      this.#endWait = reject;
      // Waits one turn of the event loop: if it was blocked, bytes may have arrived but not been read yet.
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
    const { uploadIdleTimeoutMs, minUploadBytesPerSecond } = this.#minRate;
    if (this.#creditMs >= uploadIdleTimeoutMs) return `Nothing arrived for ${uploadIdleTimeoutMs} ms.`;
    return `Less than ${minUploadBytesPerSecond} bytes a second arrived.`;
  }
}
