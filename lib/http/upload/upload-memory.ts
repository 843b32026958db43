/**
 * Memory accounting for all uploads of this process: bodies being read, and images until they are processed or stored.
 */
import { config } from "../../config.ts";
import { failure } from "../../errors.ts";

/** A client that is silent for this long may be evicted to make room for others. */
const STALLED_MS = 1000;
/** Measurement window for the rate at which memory is freed. */
const RATE_WINDOW_MS = 10_000;

/** A sending client, such as `ArrivingBody`. */
interface Sender {
  readonly silentMs: number;
  giveUp(reason: string): void;
}

export class UploadMemory {
  readonly #maxBytes: number;
  readonly #stallMs: number;
  readonly #uploads = new Set<UploadAccount>();
  #usedBytes = 0;
  #inWorkBytes = 0;
  #freed = Promise.withResolvers<void>();
  #freedBytes = 0;
  #windowStart = performance.now();

  /** @param stallMs Time after which a stalled upload times out by itself. */
  constructor(maxBytes: number, stallMs: number) {
    this.#maxBytes = maxBytes;
    this.#stallMs = stallMs;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Opens the account of one request. Close it when nothing more is read. */
  open(): UploadAccount {
    const upload = new UploadAccount(this);
    this.#uploads.add(upload);
    return upload;
  }

  forget(upload: UploadAccount): void {
    this.#uploads.delete(upload);
  }

  /**
   * Whether the bytes fit. A request always fits if it alone occupies memory and none of its images is being processed,
   * since it could starve otherwise.
   */
  hasRoom({ readingBytes }: UploadAccount, bytes: number): boolean {
    return this.#usedBytes + bytes <= this.#maxBytes || this.#usedBytes === readingBytes;
  }

  /** Whether memory will become free without action by a client: images are being processed, or another upload ends. */
  isFreeing(upload: UploadAccount): boolean {
    const ends = (other: UploadAccount) => other !== upload && other.isEnding && other.readingBytes > 0;
    return this.#inWorkBytes > 0 || [...this.#uploads].some(ends);
  }

  changeInWork(bytes: number): void {
    this.#inWorkBytes += bytes;
    this.change(bytes);
  }

  change(bytes: number): void {
    this.#usedBytes += bytes;
    if (bytes >= 0) return;
    this.#freedBytes -= bytes;
    const freed = this.#freed;
    this.#freed = Promise.withResolvers();
    freed.resolve();
  }

  /** Resolves the next time that memory is freed. */
  get freed(): Promise<void> {
    return this.#freed.promise;
  }

  /** Aborts the upload that has stalled longest. @returns whether there was one. */
  endStalled(): boolean {
    let worst: UploadAccount | undefined;
    let longestMs = STALLED_MS;
    for (const upload of this.#uploads) {
      const silentMs = upload.readingBytes > 0 ? upload.silentMs : 0;
      if (silentMs < longestMs) continue;
      worst = upload;
      longestMs = silentMs;
    }
    worst?.giveUp();
    return worst !== undefined;
  }

  /** Estimated seconds until `bytes` fit, at the recent rate. At most the time in which stalled uploads time out. */
  secondsUntil(bytes: number): number {
    const now = performance.now();
    const elapsedMs = Math.max(now - this.#windowStart, 1);
    const needed = this.#usedBytes + bytes - this.#maxBytes;
    const longest = Math.max(1, Math.ceil(this.#stallMs / 1000));
    const seconds = this.#freedBytes > 0 ? Math.ceil((needed / this.#freedBytes) * (elapsedMs / 1000)) : longest;
    if (elapsedMs > RATE_WINDOW_MS) {
      this.#windowStart = now;
      this.#freedBytes = 0;
    }
    return Math.min(Math.max(seconds, 1), longest);
  }
}

/** The memory that one request occupies. */
export class UploadAccount {
  readonly #memory: UploadMemory;
  #sender: Sender | undefined;
  #isGivenUp = false;
  #isEnding = false;
  #readingBytes = 0;
  #keptBytes = 0;
  #windowBytes = 0;
  #heldBytes = 0;
  #fetchedBytes = 0;

  constructor(memory: UploadMemory) {
    this.#memory = memory;
  }

  /** Bytes that are freed only as more of the request arrives. */
  get readingBytes(): number {
    return this.#readingBytes;
  }

  /** Whether the memory will be freed soon, whatever the client does. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  get silentMs(): number {
    return this.#isGivenUp ? 0 : (this.#sender?.silentMs ?? 0);
  }

  /** Call it when nothing more is read, but what was read is not freed yet. */
  end(): void {
    this.#isEnding = true;
  }

  giveUp(): void {
    this.#isGivenUp = true;
    this.#sender?.giveUp("The upload stood still while others needed the memory.");
  }

  /** @param windowBytes Memory that the decoder occupies until the end of the body. */
  readFrom(sender: Sender, windowBytes: number): void {
    this.#sender = sender;
    this.#windowBytes = windowBytes;
    this.keep(0);
  }

  /** @param bytes Total bytes of images that have been handed on and wait for further images of the request. */
  hold(bytes: number): void {
    this.#heldBytes = bytes;
    this.#count();
  }

  /** @param change Change of the bytes of images that are fetched for the request and not yet handed on. */
  fetched(change: number): void {
    this.#fetchedBytes += change;
    this.#count();
  }

  /**
   * Waits until `bytes` more fit, as long as images of any request are being processed, a refused upload ends, or
   * stalled uploads can be aborted.
   * @throws OVERLOADED if all memory is held by uploads that are making progress.
   */
  async room(bytes: number): Promise<void> {
    while (!this.#memory.hasRoom(this, bytes)) {
      if (!this.#memory.isFreeing(this) && !this.#memory.endStalled()) {
        this.end();
        throw failure("OVERLOADED", "The uploads in progress occupy as much memory as they may.", {
          retryAfterSeconds: this.#memory.secondsUntil(bytes),
        });
      }
      await this.#memory.freed;
    }
  }

  /** @param bytes Total bytes that are kept of the data read. */
  keep(bytes: number): void {
    this.#keptBytes = bytes;
    this.#count();
  }

  /** Accounts for an image until it has been processed. @returns a function that releases its memory. */
  hand(bytes: number): () => void {
    this.#memory.changeInWork(bytes);
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      this.#memory.changeInWork(-bytes);
    };
  }

  /**
   * Ends reading. Images that are being processed stay accounted for, and images that are being fetched until their
   * fetch ends.
   */
  close(): void {
    this.#windowBytes = 0;
    this.#heldBytes = 0;
    this.keep(0);
    this.#memory.forget(this);
  }

  #count(): void {
    const change = this.#keptBytes + this.#windowBytes + this.#heldBytes + this.#fetchedBytes - this.#readingBytes;
    this.#readingBytes += change;
    this.#memory.change(change);
  }
}

export const uploadMemory = new UploadMemory(config.maxUploadBytesInFlight, config.uploadIdleTimeoutMs);
