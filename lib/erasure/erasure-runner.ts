import { LeaderLease } from "../leadership/leader-lease.ts";
import type { ErasureStore, StoredErasure } from "../ports/erasure-store.ts";
import type { LeaderLeases } from "../ports/leader-leases.ts";
import { type Clock, every, systemClock } from "../time/clock.ts";
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

/**
 * Runs the unfinished erasures side by side, on one node, including those that a crash has interrupted. A new one begins
 * at once, so that its keys become invalid however long the others take.
 */
export class ErasureRunner {
  readonly #options: ErasureRunnerOptions;
  readonly #lease: LeaderLease;
  readonly #clock: Clock;
  readonly #stopPolling: () => void;
  readonly #waiting = new Set<() => void>();
  #running: Promise<void> | undefined;
  /** Makes the round in progress look for erasures that have come since. */
  #lookAgain = () => {};
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
    this.#lookAgain();
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
    const running = new Map<string, Promise<void>>();
    const begun = new Set<string>();
    let isDone = true;
    const start = (work: string, erasures: readonly StoredErasure[]) => {
      for (const { id } of erasures) begun.add(id);
      const end = (areDone: boolean) => {
        isDone &&= areDone;
        running.delete(work);
        for (const { id } of erasures) begun.delete(id);
      };
      running.set(work, this.#eraseAll(erasures, signal).then(end));
    };
    try {
      do {
        const { promise: woken, resolve } = Promise.withResolvers<void>();
        this.#lookAgain = resolve;
        const unfinished = await this.#options.erasures.unfinished();
        if (signal.aborted) return false;
        const others = Map.groupBy(
          unfinished.filter(({ id }) => !begun.has(id)),
          workOf,
        );
        this.#forgetPauses(new Set(unfinished.map(workOf)));
        for (const [work, erasures] of others) {
          // An erasure that fails and is tried again does not delay the others.
          if (this.#isPaused(work)) isDone = false;
          else if (!running.has(work)) start(work, erasures);
        }
        await Promise.race([Promise.all(running.values()), woken]);
      } while (running.size > 0);
    } finally {
      await Promise.all(running.values());
    }
    return isDone;
  }

  #forgetPauses(left: ReadonlySet<string>): void {
    for (const work of this.#paused.keys()) if (!left.has(work)) this.#paused.delete(work);
  }

  /** Erasures of the same work, as `workOf` names it: if the first one fails, the others would too. */
  async #eraseAll([first, ...others]: readonly StoredErasure[], signal: AbortSignal): Promise<boolean> {
    if (first && !(await this.#erase(first, signal))) return false;
    const areDone = await Promise.all(others.map((erasure) => this.#erase(erasure, signal)));
    return areDone.every((isDone) => isDone);
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
