/**
 * The memory that the messages of one call occupy: bytes that have arrived, and messages until they are answered. They
 * count separately from uploads over HTTP: each message becomes an upload, which could otherwise wait for its own
 * memory.
 */
import type { ServerHttp2Stream } from "node:http2";
import type { ServerDuplexStream, StatusObject } from "@grpc/grpc-js";
import { config } from "../config.ts";
import { type Failure, failure } from "../errors.ts";
import { UNREAD_MS } from "../http/connections/unread-answer.ts";
import { creditAfter } from "../http/upload/arriving-body.ts";
import { type UploadAccount, UploadMemory } from "../http/upload/upload-memory.ts";
import { asFailure } from "../transport/failures.ts";
import { MessageFrames, PREFIX_BYTES } from "./message-frames.ts";
import { statusOf } from "./status.ts";

const { maxUploadBytesInFlight, uploadIdleTimeoutMs } = config;
const STATUS_MS = 1_000;
/** Memory of a call without messages: 59 kB, measured with 10,000 calls. */
const CALL_BYTES = 2 ** 16;
/** Minimum rate at which a client must read a large message: 10 kB a second. */
const READ_BYTES_PER_MS = 10;
const BYTES_PER_CHECK = READ_BYTES_PER_MS * UNREAD_MS;
/**
 * Interval between searches for a call that stands still. In a flood of calls, a search at each call would take too
 * long: one takes a millisecond.
 */
const LOOK_EVERY_MS = 20;
let lookedAt = Number.NEGATIVE_INFINITY;
export const messageMemory = new UploadMemory("grpc", maxUploadBytesInFlight, uploadIdleTimeoutMs);

/**
 * The library reads a whole message before it hands it on, and reports nothing until then, so the bytes are counted on
 * the HTTP/2 stream below. The library pauses that stream when a message is complete, until the next one is requested.
 */
interface Transport {
  readonly stream: ServerHttp2Stream;
  /** Sends the status at once. Data that arrives afterwards is dropped. */
  sendStatus(status: StatusObject): void;
}

function transportOf(call: ServerDuplexStream<unknown, object>): Transport {
  return (call as unknown as { readonly call: Transport }).call;
}

export class MessageAccount {
  readonly #account: UploadAccount;
  readonly #transport: Transport;
  readonly #stream: ServerHttp2Stream;
  readonly #frames = new MessageFrames();
  readonly #refuse: (reason: Failure) => void;
  readonly #follow = (chunk: Buffer) => this.#followFrames(chunk);
  readonly #receive = (chunk: Buffer) => this.#count(chunk.length);
  readonly #waitForRest = () => this.#frames.isWithin && this.#waitsSince === undefined && this.#wait();
  /** Bytes of messages that were not handed on yet. */
  #arrivedBytes = 0;
  #creditMs = uploadIdleTimeoutMs;
  /** Since when the call waits for the rest of a message, or for its only message. */
  #waitsSince: number | undefined;
  /** Since when no message arrives or is being answered. */
  #idleSince: number | undefined = performance.now();
  /** Since when only answers are left to send. */
  #answeredAt: number | undefined;
  /** Messages that were handed on and are unanswered. */
  #handed = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #unread: NodeJS.Timeout;
  #unsentBytes = 0;
  /** Number of consecutive checks that found as many unsent bytes as the check before. */
  #unsentChecks = 0;

  /**
   * @param network Whose memory it is: a key is only looked at with a message.
   * @param refuse Ends the call: OVERLOADED if there is no room, UPLOAD_TIMEOUT if a message does not arrive in time,
   * TRANSFER_CODING_NOT_IMPLEMENTED if it is compressed.
   */
  constructor(call: ServerDuplexStream<unknown, object>, network: string, refuse: (reason: Failure) => void) {
    this.#account = messageMemory.open(network);
    this.#transport = transportOf(call);
    this.#stream = this.#transport.stream;
    this.#refuse = refuse;
    this.#account.readFrom(this, CALL_BYTES);
    // Must run before the library's own listener, which would decompress a message.
    this.#stream.prependListener("data", this.#follow);
    // Must run after the library's listener, which has paused the stream if a message is complete.
    this.#stream.on("data", this.#receive);
    // The beginning of a message may have come with the end of the previous one.
    this.#stream.on("resume", this.#waitForRest);
    this.#unread = setInterval(() => this.#endIfUnread(), UNREAD_MS).unref();
    this.#stream.once("close", () => clearInterval(this.#unread));
  }

  /**
   * How long the client has sent nothing although none of its messages is being processed, or by how much it exceeds
   * the time to read its answer. Other calls may then have its memory.
   */
  get silentMs(): number {
    if (this.#answeredAt !== undefined)
      return performance.now() - this.#answeredAt - this.#stream.writableLength / READ_BYTES_PER_MS;
    const since = this.#waitsSince ?? this.#idleSince;
    return since === undefined ? 0 : performance.now() - since;
  }

  /** Whether there is data to send that the client does not read. */
  get isUnread(): boolean {
    return this.#stream.writableLength > 0;
  }

  get #isClosed(): boolean {
    return this.#answeredAt !== undefined;
  }

  get #waitedMs(): number {
    return this.#waitsSince === undefined ? 0 : this.silentMs;
  }

  /**
   * If there are too many calls, ends one of the client that occupies most memory, or the one that has stood still for
   * longest. @throws OVERLOADED if none can be ended.
   */
  requireRoom(): void {
    if (messageMemory.hasRoom(this.#account, 0)) return;
    const now = performance.now();
    const mayLook = now - lookedAt >= LOOK_EVERY_MS;
    if (mayLook) lookedAt = now;
    if (mayLook && (messageMemory.endHeavier(this.#account, 0) || messageMemory.endStalled(this.#account))) return;
    throw messageMemory.refusal(0, "The calls in progress occupy as much memory as they may.");
  }

  /** Starts the time within which the call's only message must begin to arrive. */
  expectMessage(): void {
    if (this.#arrivedBytes === 0 && this.#waitsSince === undefined) this.#wait();
  }

  giveUp(error: Failure): void {
    // The status would wait behind what the client does not read.
    if (this.#isClosed || this.isUnread) this.#stream.destroy();
    else this.#refuse(error);
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
   * Ends the account. Messages that were handed on stay counted.
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
   * Like `closeIfUnread`, but the bytes of a message count only once all of it is sent. The time-out of Node's streams
   * never fires, since the pings of the connection count as something sent.
   */
  #endIfUnread(): void {
    const { writableLength } = this.#stream;
    this.#unsentChecks = writableLength === this.#unsentBytes ? this.#unsentChecks + 1 : 0;
    this.#unsentBytes = writableLength;
    if (writableLength > 0 && this.#unsentChecks * BYTES_PER_CHECK >= writableLength) this.#stream.destroy();
  }

  /** Calls `end` when the stream is closed. The time in which the client reads a large answer does not count. */
  #closeAfterAnswer(end: () => void): void {
    this.#stream.once("close", end);
    if (this.#stream.writableFinished) this.#reset();
    else this.#stream.once("finish", () => this.#reset());
  }

  /**
   * The library keeps the call, and the beginning of a message, until its stream is closed, which a client may delay
   * for any time. So the stream is closed here, after the client has had time to read the status (RFC 9113, section
   * 8.1).
   */
  #reset(): void {
    this.#account.end();
    const timer = setTimeout(() => this.#stream.destroy(), STATUS_MS).unref();
    this.#stream.once("close", () => clearTimeout(timer));
  }

  /**
   * Refuses compressed messages: the library decompresses a message before anyone can tell its length, which may be a
   * thousand times as long.
   */
  #followFrames(chunk: Buffer): void {
    this.#frames.take(chunk);
    if (!this.#frames.isCompressed) return;
    const reason = failure(
      "TRANSFER_CODING_NOT_IMPLEMENTED",
      "Messages must not be compressed. Image files are compressed already.",
    );
    this.#refuse(reason);
    // The library would otherwise get the chunk before the call ends.
    this.#transport.sendStatus(statusOf(reason));
  }

  #count(bytes: number): void {
    this.#creditMs = creditAfter(config, { creditMs: this.#creditMs, waitedMs: this.#waitedMs, bytes });
    this.#endWait();
    this.#idleSince = undefined;
    this.#arrivedBytes += bytes;
    this.#account.keep(this.#arrivedBytes);
    if (this.#stream.isPaused()) return;
    if (messageMemory.hasRoom(this.#account, 0)) this.#wait();
    else this.#makeRoom();
  }

  #makeRoom(): void {
    this.#stream.pause();
    this.#account.room(0).then(
      () => {
        // The call has ended meanwhile, and its stream was reset.
        if (this.#isClosed) return;
        this.#wait();
        this.#stream.resume();
      },
      (error) => this.#refuse(asFailure(error)),
    );
  }

  #wait(): void {
    this.#waitsSince = performance.now();
    // Waits one turn of the event loop: if it was blocked, bytes may have arrived but not been read yet.
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
