import type { Bucket } from "./bucket.ts";

/** Whether a bucket keeps deleted objects as old versions. This may be switched on at any time. */
export class OldVersions {
  readonly #bucket: Bucket;
  readonly #folder: string;
  readonly #onNotice: (notice: string) => void;
  #areKept = false;
  #answeredAt = Number.NEGATIVE_INFINITY;
  #notice: string | undefined;
  #asking: Promise<void> | undefined;

  /**
   * @param folder Prefix of all keys.
   * @param onNotice Called with a sentence that an operator should know, when it is new.
   */
  constructor(bucket: Bucket, folder: string, onNotice: (notice: string) => void) {
    this.#bucket = bucket;
    this.#folder = folder;
    this.#onNotice = onNotice;
  }

  /** Whether there may be old versions that can be listed, according to the last answer. */
  get areKept(): boolean {
    return this.#areKept;
  }

  /**
   * Concurrent calls share one request.
   * @param maxAgeMs Maximum age of an earlier answer that may be used.
   * @throws STORE_UNAVAILABLE
   */
  async ask(maxAgeMs = 0): Promise<void> {
    if (performance.now() - this.#answeredAt < maxAgeMs) return;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    await this.#asking;
  }

  async #ask(): Promise<void> {
    const askedAt = performance.now();
    const areKept = await this.#bucket.keepsVersions();
    if (areKept === undefined)
      this.#tell("does not tell whether it keeps old versions. If it does, images that are deleted stay in it.");
    else if (areKept && !(await this.#bucket.canListVersions(this.#folder))) {
      this.#areKept = false;
      this.#tell("keeps old versions, which cannot be listed: images that are deleted stay in it.");
    } else {
      this.#areKept = areKept;
      this.#notice = undefined;
    }
    this.#answeredAt = askedAt;
  }

  #tell(notice: string): void {
    if (notice === this.#notice) return;
    this.#notice = notice;
    this.#onNotice(`The bucket ${this.#bucket.name} ${notice}`);
  }
}
