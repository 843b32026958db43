/**
 * What the uploads of this process hold in memory, together: bodies that are being read, and images until they are
 * processed or stored. This is the one place that accounts for it.
 */
import { config } from "../../config.ts";
import { failure } from "../../errors.ts";

/** A client that has been silent for so long has to make room for others. */
const STALLED_MS = 1000;
/** Over what time the rate is measured at which memory comes free. */
const RATE_WINDOW_MS = 10_000;

/** A client that is waited for, as `ArrivingBody` is. */
interface Sender {
  readonly silentMs: number;
  giveUp(reason: string): void;
}

export class UploadMemory {
  readonly #maxBytes: number;
  readonly #stallMs: number;
  readonly #uploads = new Set<HeldUpload>();
  #usedBytes = 0;
  #freed = Promise.withResolvers<void>();
  #freedBytes = 0;
  #windowStart = performance.now();

  /** @param stallMs An upload that stands still ends by itself after so long. */
  constructor(maxBytes: number, stallMs: number) {
    this.#maxBytes = maxBytes;
    this.#stallMs = stallMs;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** The memory of one request, to be closed when no more of it is read. */
  open(): HeldUpload {
    const upload = new HeldUpload(this);
    this.#uploads.add(upload);
    return upload;
  }

  forget(upload: HeldUpload): void {
    this.#uploads.delete(upload);
  }

  /** One that is alone, and waits for none of its images, may go on: or there would be requests that are never served. */
  hasRoom({ readingBytes }: HeldUpload, bytes: number): boolean {
    return this.#usedBytes + bytes <= this.#maxBytes || this.#usedBytes === readingBytes;
  }

  change(bytes: number): void {
    this.#usedBytes += bytes;
    if (bytes >= 0) return;
    this.#freedBytes -= bytes;
    const freed = this.#freed;
    this.#freed = Promise.withResolvers();
    freed.resolve();
  }

  /** When memory comes free next. */
  get freed(): Promise<void> {
    return this.#freed.promise;
  }

  /** Ends the upload that has stood still for longest. @returns whether there is one. */
  endStalled(): boolean {
    const stalled = [...this.#uploads].filter((upload) => upload.readingBytes > 0 && upload.silentMs >= STALLED_MS);
    const [worst] = stalled.sort((a, b) => b.silentMs - a.silentMs);
    worst?.giveUp();
    return worst !== undefined;
  }

  /** Seconds in which so many bytes should come free, by the rate of late; a stalled upload ends in any case. */
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

/** What one request holds. */
export class HeldUpload {
  readonly #memory: UploadMemory;
  #sender: Sender | undefined;
  #isGivenUp = false;
  #readingBytes = 0;
  #inWorkBytes = 0;
  #windowBytes = 0;

  constructor(memory: UploadMemory) {
    this.#memory = memory;
  }

  get readingBytes(): number {
    return this.#readingBytes;
  }

  get silentMs(): number {
    return this.#isGivenUp ? 0 : (this.#sender?.silentMs ?? 0);
  }

  giveUp(): void {
    this.#isGivenUp = true;
    this.#sender?.giveUp("The upload stood still while others needed the memory.");
  }

  /** Says who sends, and what decoding it takes all the time. */
  readFrom(sender: Sender, windowBytes: number): void {
    this.#sender = sender;
    this.#windowBytes = windowBytes;
    this.keep(0);
  }

  /**
   * Waits until so many bytes more can be held, while images of this request are in work or stalled uploads make room.
   * @throws OVERLOADED
   */
  async room(bytes: number): Promise<void> {
    while (!this.#memory.hasRoom(this, bytes)) {
      if (this.#inWorkBytes === 0 && !this.#memory.endStalled())
        throw failure("OVERLOADED", "The uploads in progress hold as much memory as they may.", {
          retryAfterSeconds: this.#memory.secondsUntil(bytes),
        });
      await this.#memory.freed;
    }
  }

  /** @param bytes That are held of what was read, all together. */
  keep(bytes: number): void {
    const change = bytes + this.#windowBytes - this.#readingBytes;
    this.#readingBytes += change;
    this.#memory.change(change);
  }

  /** Holds an image until it has been processed. @returns what gives its memory back. */
  hand(bytes: number): () => void {
    this.#inWorkBytes += bytes;
    this.#memory.change(bytes);
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      this.#inWorkBytes -= bytes;
      this.#memory.change(-bytes);
    };
  }

  /** Nothing more is read. Images in work stay held. */
  close(): void {
    this.#windowBytes = 0;
    this.keep(0);
    this.#memory.forget(this);
  }
}

export const uploadMemory = new UploadMemory(config.maxUploadBytesInFlight, config.uploadIdleTimeoutMs);
