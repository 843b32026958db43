import type { Clock } from "../time/clock.ts";

const RETRY_AFTER_MS = 5_000;

export interface ChangeSaverOptions<T> {
  /** Pause between a change and its saving. */
  readonly saveAfterMs: number;
  readonly save: (changed: T) => Promise<void>;
  /** Called if an object could not be saved. It is saved again later. */
  readonly onError: (error: unknown) => void;
  readonly clock: Clock;
}

/** Saves changed objects periodically, however often they change. */
export class ChangeSaver<T> {
  readonly #options: ChangeSaverOptions<T>;
  readonly #changed = new Set<T>();
  #cancel: (() => void) | undefined;
  #saving: Promise<void> | undefined;

  constructor(options: ChangeSaverOptions<T>) {
    this.#options = options;
  }

  add(changed: T): void {
    this.#changed.add(changed);
    if (!this.#saving) this.#schedule(this.#options.saveAfterMs);
  }

  /** Saves the remaining changes. */
  async close(): Promise<void> {
    await this.#saving;
    this.#cancel?.();
    await this.#saveAll().catch(this.#options.onError);
  }

  #schedule(delayMs: number): void {
    const { saveAfterMs, onError, clock } = this.#options;
    this.#cancel ??= clock.after(delayMs, () => {
      this.#cancel = undefined;
      this.#saving = this.#saveAll().then(
        () => this.#scheduleNext(saveAfterMs),
        (error: unknown) => {
          onError(error);
          this.#scheduleNext(RETRY_AFTER_MS);
        },
      );
    });
  }

  #scheduleNext(delayMs: number): void {
    this.#saving = undefined;
    if (this.#changed.size > 0) this.#schedule(delayMs);
  }

  async #saveAll(): Promise<void> {
    for (const changed of [...this.#changed]) {
      // Removed before it is saved, so that a change meanwhile is saved again.
      this.#changed.delete(changed);
      try {
        await this.#options.save(changed);
      } catch (error) {
        this.#changed.add(changed);
        throw error;
      }
    }
  }
}
