/**
 * Length of the prefix of each message: a byte that says whether the message is compressed, and four bytes with its
 * length.
 */
export const PREFIX_BYTES = 5;

/** Follows the messages in the bytes of a call. Each message follows its prefix. */
export class MessageFrames {
  readonly #prefix = Buffer.alloc(PREFIX_BYTES);
  #prefixBytes = 0;
  /** Missing bytes of the message, once its prefix has arrived. */
  #missingBytes = 0;
  #isCompressed = false;

  /** Whether a part of a message has arrived, but not all of it. */
  get isWithin(): boolean {
    return this.#prefixBytes > 0;
  }

  /** Whether one of the messages so far is compressed. */
  get isCompressed(): boolean {
    return this.#isCompressed;
  }

  take(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#prefixBytes < PREFIX_BYTES) {
        const bytes = chunk.copy(this.#prefix, this.#prefixBytes, at, at + PREFIX_BYTES - this.#prefixBytes);
        this.#prefixBytes += bytes;
        at += bytes;
        this.#isCompressed ||= this.#prefix[0] !== 0;
        this.#missingBytes = this.#prefix.readUInt32BE(1);
      } else {
        const bytes = Math.min(this.#missingBytes, chunk.length - at);
        this.#missingBytes -= bytes;
        at += bytes;
      }
      if (this.#prefixBytes === PREFIX_BYTES && this.#missingBytes === 0) this.#prefixBytes = 0;
    }
  }
}
