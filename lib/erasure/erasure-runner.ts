import { type Clock, every, systemClock } from "../clock.ts";
import { LeaderLease } from "../leadership/leader-lease.ts";
import type { ErasureStore } from "../ports/erasure-store.ts";
import type { LeaderLeases } from "../ports/leader-leases.ts";
import type { Eraser } from "./eraser.ts";

const POLL_MS = 1_000;

export interface ErasureRunnerOptions {
  readonly eraser: Pick<Eraser, "run">;
  readonly erasures: Pick<ErasureStore, "unfinished">;
  readonly leaderLeases: LeaderLeases;
  readonly onError: (error: unknown) => void;
  readonly clock?: Clock;
}

/** Runs the erasures that are not done, one after the other, on one node: also those that a crash has interrupted. */
export class ErasureRunner {
  readonly #options: ErasureRunnerOptions;
  readonly #lease: LeaderLease;
  readonly #clock: Clock;
  readonly #stopPolling: () => void;
  readonly #waiting = new Set<() => void>();
  #running: Promise<void> | undefined;
  readonly #closing = new AbortController();

  constructor(options: ErasureRunnerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#lease = new LeaderLease(options.leaderLeases, "erasures", this.#clock);
    this.#stopPolling = every(this.#clock, POLL_MS, () => this.wake());
    this.wake();
  }

  wake(): void {
    if (this.#closing.signal.aborted) return;
    this.#running ??= this.#run()
      .catch((error) => {
        this.#options.onError(error);
        return false;
      })
      .then((isDone) => {
        this.#running = undefined;
        // Otherwise nothing has changed: who asked the store again at once would do so all the time.
        if (!isDone) return;
        for (const resolve of this.#waiting) resolve();
      });
  }

  /** Whether it does nothing any more: `close` was called. */
  get isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  /**
   * Resolves when a round of this node has succeeded, and after the time: perhaps one of another node has. At once, when
   * it is closed.
   */
  async round(milliseconds: number): Promise<void> {
    if (this.isClosing) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#clock.after(milliseconds, resolve);
    this.#waiting.add(resolve);
    this.wake();
    await promise;
    cancel();
    this.#waiting.delete(resolve);
  }

  /**
   * Waits for the next part of an erasure in progress only. Another node continues it, or the next start. May be called
   * again.
   */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#stopPolling();
    for (const resolve of this.#waiting) resolve();
    await this.#running;
    await this.#lease.release().catch(this.#options.onError);
  }

  /** @returns whether this node has done all that there was. */
  async #run(): Promise<boolean> {
    const { eraser, erasures, onError } = this.#options;
    if (!(await this.#lease.isLeader())) return false;
    const { signal } = this.#closing;
    let isDone = true;
    for (const { id } of await erasures.unfinished()) {
      if (signal.aborted) return false;
      // One that fails, and is tried again, does not delay the others.
      await eraser.run(id, signal).catch((error) => {
        isDone = false;
        if (error !== signal.reason) onError(error);
      });
    }
    return isDone;
  }
}
