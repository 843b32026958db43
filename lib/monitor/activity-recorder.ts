/**
 * Counts the activity that appended events report, and stores the counts about once a second, so that an image costs
 * only a counter in memory. A crash loses the last second, which `ActivityReader` then reads from the log.
 */
import { randomUUID } from "node:crypto";
import type { ActivitySegment, ActivityStore, SequenceRange } from "../ports/activity-store.ts";
import type { AppendedEvents } from "../ports/event-log.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import { ActivityWindow, WINDOW_MS } from "./activity-window.ts";
import { ChangeSaver } from "./change-saver.ts";

const SAVE_AFTER_MS = 1_000;
/** Age up to which a segment is rewritten: few segments are read at a start, and little is rewritten each time. */
const SEGMENT_MS = 60_000;
const KEPT_MS = 2 * WINDOW_MS;

/** Counts that are still changing: see `ActivitySegment`. */
class Counting {
  readonly id = randomUUID();
  readonly begunAt: number;
  readonly #ranges: [after: number, last: number][] = [];
  readonly #window = new ActivityWindow();
  #oldestMs = Number.POSITIVE_INFINITY;
  #newestMs = 0;

  /** @param begunAt Time by the clock's `steady`. */
  constructor(begunAt: number) {
    this.begunAt = begunAt;
  }

  add({ after, events }: AppendedEvents): void {
    const last = after + events.length;
    const newest = this.#ranges.at(-1);
    if (newest?.[1] === after) newest[1] = last;
    else this.#ranges.push([after, last]);
    for (const event of events) {
      const timeMs = Date.parse(event.time);
      this.#oldestMs = Math.min(this.#oldestMs, timeMs);
      this.#newestMs = Math.max(this.#newestMs, timeMs);
      this.#window.add(event);
    }
  }

  segment(savedMs: number): ActivitySegment {
    return {
      id: this.id,
      ranges: this.#ranges.map(([after, last]): SequenceRange => [after, last]),
      oldestMs: this.#oldestMs,
      newestMs: this.#newestMs,
      savedMs,
      buckets: this.#window.buckets,
    };
  }
}

export class ActivityRecorder {
  readonly #store: ActivityStore;
  readonly #clock: Clock;
  readonly #saver: ChangeSaver<Counting>;
  #counting: Counting | undefined;

  /** @param onError Called if counts could not be saved. They are saved again later. */
  constructor(store: ActivityStore, onError: (error: unknown) => void, clock = systemClock) {
    this.#store = store;
    this.#clock = clock;
    this.#saver = new ChangeSaver({
      saveAfterMs: SAVE_AFTER_MS,
      save: (counting) => this.#save(counting),
      onError,
      clock,
    });
  }

  add(appended: AppendedEvents): void {
    if (appended.events.length === 0) return;
    this.#counting ??= new Counting(this.#clock.steady());
    this.#counting.add(appended);
    this.#saver.add(this.#counting);
  }

  /** Saves the remaining counts. */
  close(): Promise<void> {
    return this.#saver.close();
  }

  async #save(counting: Counting): Promise<void> {
    const isEnding = this.#clock.steady() - counting.begunAt > SEGMENT_MS;
    if (isEnding && counting === this.#counting) this.#counting = undefined;
    await this.#store.save(counting.segment(this.#clock.now()));
    if (isEnding) await this.#store.sweep(this.#clock.now() - KEPT_MS);
  }
}
