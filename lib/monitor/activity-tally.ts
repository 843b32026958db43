/**
 * Counts images for the history, and stores what was counted every now and then. What a process has counted since is
 * lost if it crashes; that is at most the pause between two writes.
 */
import { randomUUID } from "node:crypto";
import { type Clock, systemClock } from "../clock.ts";
import type { CloudEvent } from "../jobs/events.ts";
import type { ActivityHistory, ActivityKind, BucketSeconds } from "../ports/activity-history.ts";
import type { ActivityBucket } from "../ports/activity-store.ts";
import { FINE_SECONDS, inBucketsOf, KEPT_MS } from "./activity-ranges.ts";
import { ActivityWindow } from "./activity-window.ts";
import { ChangeSaver } from "./change-saver.ts";

/** How often a record is written, and how long it grows: then little is written again each time, and few are read. */
const pace: Readonly<Record<BucketSeconds, { readonly saveAfterMs: number; readonly growsMs: number }>> = {
  10: { saveAfterMs: 2_000, growsMs: 60_000 },
  900: { saveAfterMs: 30_000, growsMs: 3_600_000 },
};

/** A record in work. */
interface Growing {
  readonly id: string;
  /** Of the clock's `steady`. */
  readonly begunAt: number;
  readonly window: ActivityWindow;
  isStored: boolean;
}

export class ActivityTally {
  readonly #history: ActivityHistory;
  readonly #kind: ActivityKind;
  readonly #bucketSeconds: BucketSeconds;
  readonly #clock: Clock;
  readonly #saver: ChangeSaver<Growing>;
  #growing: Growing | undefined;

  /** @param onError Called if a record could not be saved, which is tried again later. */
  constructor(
    history: ActivityHistory,
    kind: ActivityKind,
    bucketSeconds: BucketSeconds,
    onError: (error: unknown) => void,
    clock = systemClock,
  ) {
    this.#history = history;
    this.#kind = kind;
    this.#bucketSeconds = bucketSeconds;
    this.#clock = clock;
    const { saveAfterMs } = pace[bucketSeconds];
    this.#saver = new ChangeSaver({ saveAfterMs, save: (growing) => this.#store(growing), onError, clock });
  }

  /** Counts events about the outcome of an image; ignores others. */
  addEvents(events: readonly CloudEvent[]): void {
    const { window } = this.#grow();
    for (const event of events) window.add(event);
  }

  /** Adds what another process has counted, in buckets of ten seconds. */
  addBuckets(buckets: readonly ActivityBucket[]): void {
    this.#grow().window.addBuckets(inBucketsOf(this.#bucketSeconds, buckets, FINE_SECONDS));
  }

  /** Saves the rest. */
  close(): Promise<void> {
    return this.#saver.close();
  }

  #grow(): Growing {
    const now = this.#clock.steady();
    if (!this.#growing || now - this.#growing.begunAt > pace[this.#bucketSeconds].growsMs)
      this.#growing = {
        id: randomUUID(),
        begunAt: now,
        window: new ActivityWindow(this.#bucketSeconds * 1000),
        isStored: false,
      };
    this.#saver.add(this.#growing);
    return this.#growing;
  }

  async #store(growing: Growing): Promise<void> {
    const { id, window, isStored } = growing;
    const { buckets } = window;
    if (buckets.length === 0) return;
    const [bucketSeconds, savedMs] = [this.#bucketSeconds, this.#clock.now()];
    await this.#history.save({ id, kind: this.#kind, bucketSeconds, savedMs, buckets });
    growing.isStored = true;
    // Once for each record is often enough.
    if (!isStored) await this.#history.sweep(bucketSeconds, savedMs - KEPT_MS[bucketSeconds]);
  }
}
