const LOG_EVERY_MS = 60_000;

/**
 * Logs the first of many equal events, and then once a minute how many followed, so that a flood does not fill the log.
 */
export class FloodLog {
  readonly #write: (count: number) => void;
  #unlogged = 0;
  #isQuiet = false;

  /** @param write Writes one line for `count` events. */
  constructor(write: (count: number) => void) {
    this.#write = write;
  }

  add(): void {
    this.#unlogged += 1;
    if (!this.#isQuiet) this.#log();
  }

  #log(): void {
    this.#isQuiet = this.#unlogged > 0;
    if (!this.#isQuiet) return;
    this.#write(this.#unlogged);
    this.#unlogged = 0;
    setTimeout(() => this.#log(), LOG_EVERY_MS).unref();
  }
}
