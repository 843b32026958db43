/**
 * The memory that the messages of one call occupy: bytes that have arrived, and messages until they are answered. They
 * count apart from uploads over HTTP, because each message becomes such an upload: it could wait for its own memory.
 */

import type { ServerHttp2Stream } from "node:http2";
import type { ServerDuplexStream } from "@grpc/grpc-js";
import { config } from "../config.ts";
import { type Failure, failure } from "../errors.ts";
import { creditAfter } from "../http/upload/arriving-body.ts";
import { UploadMemory } from "../http/upload/upload-memory.ts";
import { asFailure } from "../transport/failures.ts";

const { maxUploadBytesInFlight, uploadIdleTimeoutMs } = config;
/** Before each message: whether it is compressed, and its length. */
const PREFIX_BYTES = 5;
const STATUS_MS = 1_000;
const memory = new UploadMemory(maxUploadBytesInFlight, uploadIdleTimeoutMs);

/**
 * The library reads a whole message before it hands it on, and says nothing until then, so the bytes are counted on the
 * stream of HTTP/2 below. It pauses that stream when a message is complete, until the next is asked for.
 */
function transportOf(call: ServerDuplexStream<unknown, object>): ServerHttp2Stream {
  return (call as unknown as { readonly call: { readonly stream: ServerHttp2Stream } }).call.stream;
}

export class MessageAccount {
  readonly #account = memory.open();
  readonly #stream: ServerHttp2Stream;
  readonly #refuse: (reason: Failure) => void;
  readonly #receive = (chunk: Buffer) => this.#count(chunk.length);
  /** Of messages that were not handed on yet. */
  #arrivedBytes = 0;
  #creditMs = uploadIdleTimeoutMs;
  /** Since when the rest of a message is waited for. */
  #waitsSince: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param refuse Ends the call: OVERLOADED if there is no room, UPLOAD_TIMEOUT if a message does not arrive in time. */
  constructor(call: ServerDuplexStream<unknown, object>, refuse: (reason: Failure) => void) {
    this.#stream = transportOf(call);
    this.#refuse = refuse;
    this.#account.readFrom(this, 0);
    // After the library's own listener: it has paused the stream if a message is complete.
    this.#stream.on("data", this.#receive);
  }

  /** How long the rest of a message has been waited for. */
  get silentMs(): number {
    return this.#waitsSince === undefined ? 0 : performance.now() - this.#waitsSince;
  }

  giveUp(reason: string): void {
    this.#refuse(failure("UPLOAD_TIMEOUT", reason));
  }

  /** Counts a message until it is answered. @returns a function that releases its memory. */
  hand(bytes: number): () => void {
    this.#arrivedBytes = Math.max(0, this.#arrivedBytes - PREFIX_BYTES - bytes);
    this.#account.keep(this.#arrivedBytes);
    return this.#account.hand(bytes);
  }

  /** Messages that were handed on stay counted. */
  close(): void {
    this.#stream.off("data", this.#receive);
    this.#endWait();
    if (this.#arrivedBytes === 0 || this.#stream.closed) this.#account.close();
    else this.#reset();
  }

  /**
   * The library keeps the beginning of a message until its stream is closed, for which a client may take any time. So it is
   * closed here, when the client has had time to read the status (RFC 9113, section 8.1).
   */
  #reset(): void {
    this.#account.end();
    const timer = setTimeout(() => this.#stream.destroy(), STATUS_MS).unref();
    this.#stream.once("close", () => {
      clearTimeout(timer);
      this.#account.close();
    });
  }

  #count(bytes: number): void {
    this.#creditMs = creditAfter(config, { creditMs: this.#creditMs, waitedMs: this.silentMs, bytes });
    this.#endWait();
    this.#arrivedBytes += bytes;
    this.#account.keep(this.#arrivedBytes);
    if (this.#stream.isPaused()) return;
    if (memory.hasRoom(this.#account, 0)) this.#wait();
    else this.#makeRoom();
  }

  #makeRoom(): void {
    this.#stream.pause();
    this.#account.room(0).then(
      () => {
        this.#wait();
        this.#stream.resume();
      },
      (error) => this.#refuse(asFailure(error)),
    );
  }

  #wait(): void {
    this.#waitsSince = performance.now();
    // One turn of the event loop later: if it was blocked, bytes may have arrived but not been read yet.
    const expire = () => setImmediate(() => this.silentMs >= this.#creditMs && this.#refuse(this.#lateness()));
    this.#timer = setTimeout(expire, this.#creditMs + 1);
  }

  #endWait(): void {
    this.#waitsSince = undefined;
    clearTimeout(this.#timer);
  }

  #lateness(): Failure {
    const { minUploadBytesPerSecond } = config;
    const isSlow = this.#creditMs < uploadIdleTimeoutMs;
    return failure(
      "UPLOAD_TIMEOUT",
      isSlow
        ? `Less than ${minUploadBytesPerSecond} bytes a second of the message arrived.`
        : `Nothing of the message arrived for ${uploadIdleTimeoutMs} ms.`,
    );
  }
}
