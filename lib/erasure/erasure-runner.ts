import { type Clock, every, systemClock } from "../clock.ts";
import { LeaderLease } from "../leadership/leader-lease.ts";
import type { ErasureStore, StoredErasure } from "../ports/erasure-store.ts";
import type { LeaderLeases } from "../ports/leader-leases.ts";
import type { Eraser } from "./eraser.ts";

const POLL_MS = 1_000;
/**
 * Pauses after an erasure has failed, doubled each time: an attempt may rewrite a whole database, and changes wait
 * meanwhile.
 */
const PAUSE_MS = { first: 500, longest: 60_000 };

export interface ErasureRunnerOptions {
  readonly eraser: Pick<Eraser, "run">;
  readonly erasures: Pick<ErasureStore, "unfinished">;
  readonly leaderLeases: LeaderLeases;
  readonly onError: (error: unknown) => void;
  readonly clock?: Clock;
}

/** Runs the unfinished erasures one after the other, on one node, including those that a crash has interrupted. */
export class ErasureRunner {
  readonly #options: ErasureRunnerOptions;
  readonly #lease: LeaderLease;
  readonly #clock: Clock;
  readonly #stopPolling: () => void;
  readonly #waiting = new Set<() => void>();
  #running: Promise<void> | undefined;
  /** Work that has failed, as `workOf` names it: the last pause, and when it ends by the clock's `steady`. */
  readonly #paused = new Map<string, { readonly ms: number; readonly endsAt: number }>();
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
        // Otherwise nothing has changed, and callers that ask the store again at once would never stop asking.
        if (!isDone) return;
        for (const resolve of this.#waiting) resolve();
      });
  }

  /** Whether `close` was called, so that it does nothing any more. */
  get isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  /**
   * Resolves when a round of this node has succeeded; after the time, since another node may have run one; or at once
   * when it is closed.
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
   * Waits only for the current part of an erasure in progress. Another node, or the next start, continues it. May be
   * called again.
   */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#stopPolling();
    for (const resolve of this.#waiting) resolve();
    await this.#running;
    await this.#lease.release().catch(this.#options.onError);
  }

  /** @returns whether this node has done all erasures that there were. */
  async #run(): Promise<boolean> {
    return (await this.#lease.lead(this.#closing.signal, (signal) => this.#runUnfinished(signal))) ?? false;
  }

  /** @returns as `#run`. */
  async #runUnfinished(signal: AbortSignal): Promise<boolean> {
    const { erasures } = this.#options;
    const unfinished = await erasures.unfinished();
    const left = new Set(unfinished.map(workOf));
    for (const work of this.#paused.keys()) if (!left.has(work)) this.#paused.delete(work);
    let isDone = true;
    for (const erasure of unfinished) {
      if (signal.aborted) return false;
      // An erasure that fails and is tried again does not delay the others.
      if (this.#isPaused(workOf(erasure)) || !(await this.#erase(erasure, signal))) isDone = false;
    }
    return isDone;
  }

  /** @returns whether the erasure is done. */
  async #erase(erasure: StoredErasure, signal: AbortSignal): Promise<boolean> {
    const { eraser, onError } = this.#options;
    try {
      await eraser.run(erasure.id, signal);
      this.#paused.delete(workOf(erasure));
      return true;
    } catch (error) {
      if (error === signal.reason) return false;
      this.#pause(workOf(erasure));
      onError(error);
      return false;
    }
  }

  #isPaused(work: string): boolean {
    return this.#clock.steady() < (this.#paused.get(work)?.endsAt ?? 0);
  }

  #pause(work: string): void {
    const before = this.#paused.get(work)?.ms;
    const ms = before === undefined ? PAUSE_MS.first : Math.min(2 * before, PAUSE_MS.longest);
    this.#paused.set(work, { ms, endsAt: this.#clock.steady() + ms });
  }
}

/**
 * A failure to scrub concerns all erasures in that phase: they share one database, which each attempt would rewrite.
 */
function workOf({ id, phase }: StoredErasure): string {
  return phase === "scrubbing" ? phase : id;
}
