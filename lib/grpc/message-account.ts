/**
 * The memory that the messages of one call occupy: bytes that have arrived, and messages until they are answered. They
 * count apart from uploads over HTTP, because each message becomes such an upload: it could wait for its own memory.
 */

import type { ServerHttp2Stream } from "node:http2";
import type { ServerDuplexStream, StatusObject } from "@grpc/grpc-js";
import { config } from "../config.ts";
import { type Failure, failure } from "../errors.ts";
import { UNREAD_MS } from "../http/gateway/unread-answer.ts";
import { creditAfter } from "../http/upload/arriving-body.ts";
import { UploadMemory } from "../http/upload/upload-memory.ts";
import { asFailure } from "../transport/failures.ts";
import { MessageFrames, PREFIX_BYTES } from "./message-frames.ts";
import { statusOf } from "./status.ts";

const { maxUploadBytesInFlight, uploadIdleTimeoutMs } = config;
const STATUS_MS = 1_000;
/** What a call occupies without any message: measured with 10,000 of them, 59 kB each. */
const CALL_BYTES = 2 ** 16;
/** Of a large message, a client reads at least 10 kB a second. */
const READ_BYTES_PER_MS = 10;
const BYTES_PER_CHECK = READ_BYTES_PER_MS * UNREAD_MS;
/** Of a flood of calls, not each looks at all others for one that stands still: it would take a millisecond. */
const LOOK_EVERY_MS = 20;
let lookedAt = Number.NEGATIVE_INFINITY;
const memory = new UploadMemory(maxUploadBytesInFlight, uploadIdleTimeoutMs);

/**
 * The library reads a whole message before it hands it on, and says nothing until then, so the bytes are counted on the
 * stream of HTTP/2 below. It pauses that stream when a message is complete, until the next is asked for.
 */
interface Transport {
  readonly stream: ServerHttp2Stream;
  /** At once. What arrives after it is dropped. */
  sendStatus(status: StatusObject): void;
}

function transportOf(call: ServerDuplexStream<unknown, object>): Transport {
  return (call as unknown as { readonly call: Transport }).call;
}

export class MessageAccount {
  readonly #account = memory.open();
  readonly #transport: Transport;
  readonly #stream: ServerHttp2Stream;
  readonly #frames = new MessageFrames();
  readonly #refuse: (reason: Failure) => void;
  readonly #follow = (chunk: Buffer) => this.#followFrames(chunk);
  readonly #receive = (chunk: Buffer) => this.#count(chunk.length);
  readonly #waitForRest = () => this.#frames.isWithin && this.#waitsSince === undefined && this.#wait();
  /** Of messages that were not handed on yet. */
  #arrivedBytes = 0;
  #creditMs = uploadIdleTimeoutMs;
  /** Since when the rest of a message is waited for, or the first one of a call that has one. */
  #waitsSince: number | undefined;
  /** Since when no message arrives or is being answered. */
  #idleSince: number | undefined = performance.now();
  /** Since when there is nothing left to do but to send what is made. */
  #answeredAt: number | undefined;
  /** Messages that were handed on and are not answered. */
  #handed = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #unread: NodeJS.Timeout;
  #unsentBytes = 0;
  /** Checks in a row that found as many as the one before. */
  #unsentChecks = 0;

  /**
   * @param refuse Ends the call: OVERLOADED if there is no room, UPLOAD_TIMEOUT if a message does not arrive in time,
   * TRANSFER_CODING_NOT_IMPLEMENTED if it is compressed.
   */
  constructor(call: ServerDuplexStream<unknown, object>, refuse: (reason: Failure) => void) {
    this.#transport = transportOf(call);
    this.#stream = this.#transport.stream;
    this.#refuse = refuse;
    this.#account.readFrom(this, CALL_BYTES);
    // Before the library's own listener, which would decompress a message.
    this.#stream.prependListener("data", this.#follow);
    // After it: it has paused the stream if a message is complete.
    this.#stream.on("data", this.#receive);
    // The beginning of a message may have come with the end of another.
    this.#stream.on("resume", this.#waitForRest);
    this.#unread = setInterval(() => this.#endIfUnread(), UNREAD_MS).unref();
    this.#stream.once("close", () => clearInterval(this.#unread));
  }

  /**
   * How long the client has sent nothing, although nothing of its is being done, or how much longer than it may it
   * takes to read its answer: others may have the memory then.
   */
  get silentMs(): number {
    if (this.#answeredAt !== undefined)
      return performance.now() - this.#answeredAt - this.#stream.writableLength / READ_BYTES_PER_MS;
    const since = this.#waitsSince ?? this.#idleSince;
    return since === undefined ? 0 : performance.now() - since;
  }

  /** Whether there is something to send that the client does not read. */
  get isUnread(): boolean {
    return this.#stream.writableLength > 0;
  }

  get #isClosed(): boolean {
    return this.#answeredAt !== undefined;
  }

  get #waitedMs(): number {
    return this.#waitsSince === undefined ? 0 : this.silentMs;
  }

  /** Ends the call that has stood still longest if there are too many. @throws OVERLOADED if none can. */
  requireRoom(): void {
    if (memory.hasRoom(this.#account, 0)) return;
    const now = performance.now();
    const mayLook = now - lookedAt >= LOOK_EVERY_MS;
    if (mayLook) lookedAt = now;
    if (mayLook && memory.endStalled()) return;
    throw failure("OVERLOADED", "The calls in progress occupy as much memory as they may.", {
      retryAfterSeconds: memory.secondsUntil(0),
    });
  }

  /** The only message of the call must begin to arrive in time. */
  expectMessage(): void {
    if (this.#arrivedBytes === 0 && this.#waitsSince === undefined) this.#wait();
  }

  giveUp(reason: string): void {
    if (this.#isClosed) this.#stream.destroy();
    else this.#refuse(failure("UPLOAD_TIMEOUT", reason));
  }

  /** Counts a message until it is answered. @returns a function that releases its memory. */
  hand(bytes: number): () => void {
    this.#arrivedBytes = Math.max(0, this.#arrivedBytes - PREFIX_BYTES - bytes);
    this.#account.keep(this.#arrivedBytes);
    const release = this.#account.hand(bytes);
    this.#handed += 1;
    this.#idleSince = undefined;
    return () => {
      release();
      this.#handed -= 1;
      if (this.#handed === 0 && this.#arrivedBytes === 0 && !this.#isClosed) this.#idleSince = performance.now();
    };
  }

  /**
   * Messages that were handed on stay counted.
   * @param onSent Called when the client has the answer, or will not get it.
   */
  close(onSent: () => void): void {
    this.#answeredAt = performance.now();
    this.#stream.off("data", this.#follow).off("data", this.#receive).off("resume", this.#waitForRest);
    this.#endWait();
    this.#idleSince = undefined;
    const end = () => {
      this.#account.close();
      onSent();
    };
    if (this.#stream.closed) end();
    else this.#closeAfterAnswer(end);
  }

  /**
   * As `closeIfUnread`, but the bytes of a message count only once all of it is sent, and the time-out of Node's
   * streams never comes, since the pings of the connection count for it as something sent.
   */
  #endIfUnread(): void {
    const { writableLength } = this.#stream;
    this.#unsentChecks = writableLength === this.#unsentBytes ? this.#unsentChecks + 1 : 0;
    this.#unsentBytes = writableLength;
    if (writableLength > 0 && this.#unsentChecks * BYTES_PER_CHECK >= writableLength) this.#stream.destroy();
  }

  /** The time in which it reads a large answer does not count. */
  #closeAfterAnswer(end: () => void): void {
    this.#stream.once("close", end);
    if (this.#stream.writableFinished) this.#reset();
    else this.#stream.once("finish", () => this.#reset());
  }

  /**
   * The library keeps the call, and the beginning of a message, until its stream is closed, for which a client may take
   * any time. So it is closed here, when the client has had time to read the status (RFC 9113, section 8.1).
   */
  #reset(): void {
    this.#account.end();
    const timer = setTimeout(() => this.#stream.destroy(), STATUS_MS).unref();
    this.#stream.once("close", () => clearTimeout(timer));
  }

  /**
   * The library decompresses a message before anyone can tell how long it becomes: a thousand times as long as it was.
   */
  #followFrames(chunk: Buffer): void {
    this.#frames.take(chunk);
    if (!this.#frames.isCompressed) return;
    const reason = failure(
      "TRANSFER_CODING_NOT_IMPLEMENTED",
      "Messages must not be compressed. Image files are compressed already.",
    );
    this.#refuse(reason);
    // The library would have the chunk before the call ends.
    this.#transport.sendStatus(statusOf(reason));
  }

  #count(bytes: number): void {
    this.#creditMs = creditAfter(config, { creditMs: this.#creditMs, waitedMs: this.#waitedMs, bytes });
    this.#endWait();
    this.#idleSince = undefined;
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
        // The call has ended meanwhile, and its stream is reset.
        if (this.#isClosed) return;
        this.#wait();
        this.#stream.resume();
      },
      (error) => this.#refuse(asFailure(error)),
    );
  }

  #wait(): void {
    this.#waitsSince = performance.now();
    // One turn of the event loop later: if it was blocked, bytes may have arrived but not been read yet.
    const expire = () => setImmediate(() => this.#waitedMs >= this.#creditMs && this.#refuse(this.#lateness()));
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
