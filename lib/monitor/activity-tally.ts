/**
 * Counts images for the history, and stores the counts periodically. A crash loses what the process has counted since,
 * which is at most the pause between two writes.
 */
import { randomUUID } from "node:crypto";
import type { CloudEvent } from "../jobs/events.ts";
import type { ActivityHistory, ActivityKind, BucketSeconds } from "../ports/activity-history.ts";
import type { ActivityBucket } from "../ports/activity-store.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import { FINE_SECONDS, inBucketsOf, KEPT_MS } from "./activity-ranges.ts";
import { ActivityWindow } from "./activity-window.ts";
import { ChangeSaver } from "./change-saver.ts";

/** How often a record is written, and how long it grows, so that each write is small and few records are read. */
const pace: Readonly<Record<BucketSeconds, { readonly saveAfterMs: number; readonly growsMs: number }>> = {
  10: { saveAfterMs: 2_000, growsMs: 60_000 },
  900: { saveAfterMs: 30_000, growsMs: 3_600_000 },
};

/** A record that is still growing. */
interface Growing {
  readonly id: string;
  /** When the record was begun, by the clock's `steady`. */
  readonly begunAt: number;
  readonly window: ActivityWindow;
  isStored: boolean;
}

export interface ActivityTallyOptions {
  readonly kind: ActivityKind;
  readonly bucketSeconds: BucketSeconds;
  /** Called if a record could not be saved, which is tried again later. */
  readonly onError: (error: unknown) => void;
  readonly clock?: Clock;
}

export class ActivityTally {
  readonly #history: ActivityHistory;
  readonly #kind: ActivityKind;
  readonly #bucketSeconds: BucketSeconds;
  readonly #clock: Clock;
  readonly #saver: ChangeSaver<Growing>;
  #growing: Growing | undefined;

  constructor(history: ActivityHistory, { kind, bucketSeconds, onError, clock = systemClock }: ActivityTallyOptions) {
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

  /** Adds the counts of another process, in buckets of ten seconds. */
  addBuckets(buckets: readonly ActivityBucket[]): void {
    this.#grow().window.addBuckets(inBucketsOf(this.#bucketSeconds, buckets, FINE_SECONDS));
  }

  /** Saves the remaining counts. */
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
    // Sweeping once for each record is enough.
    if (!isStored) await this.#history.sweep(bucketSeconds, savedMs - KEPT_MS[bucketSeconds]);
  }
}
