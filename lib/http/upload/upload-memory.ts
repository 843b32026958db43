/**
 * Memory accounting for all uploads of this process: bodies being read, and images until they are processed or stored.
 * Clients share it: when it is full, uploads of the client that holds most make room for those of the others.
 */
import { config } from "../../config.ts";
import { type Failure, failure } from "../../errors.ts";
import { UploadRefusals } from "./upload-refusals.ts";

/** A client that is silent for this long may be evicted to make room for others. */
const STALLED_MS = 1000;
/** Measurement window for the rate at which memory is freed. */
const RATE_WINDOW_MS = 10_000;

/** A sending client, such as `ArrivingBody`. */
interface Sender {
  readonly silentMs: number;
  /** Ends the upload with this error. */
  giveUp(error: Failure): void;
}

export class UploadMemory {
  readonly refusals: UploadRefusals;
  readonly #maxBytes: number;
  readonly #stallMs: number;
  readonly #uploads = new Set<UploadAccount>();
  #usedBytes = 0;
  #inWorkBytes = 0;
  #freed = Promise.withResolvers<void>();
  #freedBytes = 0;
  #windowStart = performance.now();

  /** @param stallMs Time after which a stalled upload times out by itself. */
  constructor(protocol: "http" | "grpc", maxBytes: number, stallMs: number) {
    this.refusals = new UploadRefusals(protocol, maxBytes, () => this.#usedBytes);
    this.#maxBytes = maxBytes;
    this.#stallMs = stallMs;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /**
   * Opens the account of one request. Close it when nothing more is read.
   * @param client The client that sent the request: an owner, or a network.
   */
  open(client: string): UploadAccount {
    const upload = new UploadAccount(this, client);
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

  /**
   * Waits for memory that becomes free without action by a client, because images are being processed or uploads end.
   * If that is not enough, ends other uploads.
   * @throws OVERLOADED if nothing becomes free.
   */
  async makeRoom(upload: UploadAccount, bytes: number): Promise<void> {
    const endingBytes = sumOf(this.#others(upload).filter(({ isEnding }) => isEnding));
    const isEnough = this.#usedBytes - this.#inWorkBytes - endingBytes + bytes <= this.#maxBytes;
    const isFreeing = this.#inWorkBytes + endingBytes > 0;
    const isMade = (!isEnough && this.endHeavier(upload, bytes)) || isFreeing || this.endStalled(upload);
    if (!isMade) {
      upload.end();
      throw this.refusal(bytes);
    }
    await this.#freed.promise;
  }

  /** The failure OVERLOADED for an upload that needs this many more bytes. Counts the refusal. */
  refusal(bytes: number, what = "The uploads in progress occupy as much memory as they may."): Failure {
    this.refusals.add("refused");
    return failure("OVERLOADED", what, { retryAfterSeconds: this.secondsUntil(bytes) });
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

  /**
   * Ends an upload of the client that holds most, if that is more than this upload's client would hold with `bytes`
   * more. Chooses the upload that has been silent for longest, or else the largest.
   * @returns whether an upload was ended
   */
  endHeavier(upload: UploadAccount, bytes: number): boolean {
    const held = this.#heldByClient();
    const own = (held.get(upload.client) ?? 0) + bytes;
    const ended = this.#heaviest(held, (other) => (held.get(other.client) ?? 0) > own);
    ended?.giveUp(this.refusal(bytes, "Others needed the memory, of which your uploads occupied most."));
    return ended !== undefined;
  }

  /**
   * Ends an upload whose client is silent. A client that holds more than half of the memory must not end the uploads of
   * others this way, because a silence of a second is common on slow networks.
   * @returns whether an upload was ended
   */
  endStalled(upload: UploadAccount): boolean {
    const held = this.#heldByClient();
    const isHeavy = (held.get(upload.client) ?? 0) > this.#maxBytes / 2;
    const mayTake = ({ client }: UploadAccount) => client === upload.client || !isHeavy;
    const ended = this.#heaviest(held, (other) => other.stalledMs > 0 && mayTake(other));
    if (!ended) return false;
    this.refusals.add("stalled");
    ended.giveUp(failure("UPLOAD_TIMEOUT", "The upload stood still while others needed the memory."));
    return true;
  }

  #heaviest(held: ReadonlyMap<string, number>, mayEnd: (upload: UploadAccount) => boolean): UploadAccount | undefined {
    const heldBy = ({ client }: UploadAccount) => held.get(client) ?? 0;
    const compare = (a: UploadAccount, b: UploadAccount) =>
      heldBy(a) - heldBy(b) || a.stalledMs - b.stalledMs || a.readingBytes - b.readingBytes;
    let heaviest: UploadAccount | undefined;
    for (const upload of this.#uploads) {
      if (upload.readingBytes === 0 || upload.isEnding || !mayEnd(upload)) continue;
      if (!heaviest || compare(upload, heaviest) > 0) heaviest = upload;
    }
    return heaviest;
  }

  /** Bytes that are only freed as more arrives, or as an upload ends. */
  #heldByClient(): Map<string, number> {
    const held = new Map<string, number>();
    for (const { client, readingBytes } of this.#uploads) held.set(client, (held.get(client) ?? 0) + readingBytes);
    return held;
  }

  #others(upload: UploadAccount): UploadAccount[] {
    return [...this.#uploads].filter((other) => other !== upload);
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

function sumOf(uploads: readonly UploadAccount[]): number {
  return uploads.reduce((sum, { readingBytes }) => sum + readingBytes, 0);
}

/** The memory that one request occupies. */
export class UploadAccount {
  readonly client: string;
  readonly #memory: UploadMemory;
  #sender: Sender | undefined;
  #givenUp: Failure | undefined;
  #isEnding = false;
  #readingBytes = 0;
  #keptBytes = 0;
  #windowBytes = 0;
  #heldBytes = 0;
  #fetchedBytes = 0;

  constructor(memory: UploadMemory, client: string) {
    this.#memory = memory;
    this.client = client;
  }

  /** Bytes that are freed only as more of the request arrives. */
  get readingBytes(): number {
    return this.#readingBytes;
  }

  /** Whether the memory will be freed soon, whatever the client does. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** How long the client has been silent; 0 if that is not long enough to be ended for it. */
  get stalledMs(): number {
    const { silentMs = 0 } = this.#sender ?? {};
    return silentMs >= STALLED_MS ? silentMs : 0;
  }

  /** Call it when nothing more is read, but what was read is not freed yet. */
  end(): void {
    this.#isEnding = true;
  }

  /** Ends the upload with this error as soon as it reads on, or needs room. */
  giveUp(error: Failure): void {
    this.#givenUp = error;
    this.end();
    this.#sender?.giveUp(error);
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
   * Waits until `bytes` more fit, as long as images of any request are being processed, or uploads end or can be ended.
   * @throws OVERLOADED if all memory is held by uploads that go on; the error with which the upload was given up.
   */
  async room(bytes: number): Promise<void> {
    for (;;) {
      if (this.#givenUp) throw this.#givenUp;
      if (this.#memory.hasRoom(this, bytes)) return;
      await this.#memory.makeRoom(this, bytes);
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

export const uploadMemory = new UploadMemory("http", config.maxUploadBytesInFlight, config.uploadIdleTimeoutMs);
