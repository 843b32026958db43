/**
 * The activity of the last hour, from what was counted when events were appended (`ActivityRecorder`). Uncounted events
 * are read from the log: the last ones before a crash, and those of versions that did not count. The newest are read
 * first, a bounded number at once and the rest in the background. `completeSinceMs` says how far this has got.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ActivitySegment, SequenceRange } from "../ports/activity-store.ts";
import type { Backends } from "../ports/backends.ts";
import type { EventLog } from "../ports/event-log.ts";
import { ActivityWindow, WINDOW_MS } from "./activity-window.ts";
import { joined, newestGap, overlap } from "./sequence-ranges.ts";

/** Number of events in a page. */
const PAGE = 500;
/** Pages that are read before an answer, and pages that are kept in total: 400,000 events. */
const PAGES_AT_ONCE = 4;
const MOST_PAGES = 800;
/** Time within which nodes that append events have stored their counts, generously. */
const STORED_WITHIN_MS = 3_000;
/** How far clocks may differ, and stored segments may be late. */
const LATE_MS = 60_000;
/** Time of events that do not exist. */
const NEVER = Number.POSITIVE_INFINITY;

/** Counted events and their times. */
type Piece = Pick<ActivitySegment, "ranges" | "oldestMs" | "newestMs" | "buckets">;

export class ActivityReader {
  readonly #log: Pick<EventLog, "read" | "lastSequence">;
  readonly #store: Backends["activity"];
  readonly #window = new ActivityWindow();
  readonly #stored = new Map<string, ActivitySegment>();
  /** Pieces that were read from the log. */
  #read: Piece[] = [];
  /** Events up to this sequence are too old. */
  #floor = 0;
  #last = 0;
  #caughtUpMs = 0;
  /** The log's last sequence at some times. Events that are not in a segment after a while are read. */
  #looks: { readonly atMs: number; readonly last: number }[] = [];
  #newestSavedMs = 0;
  #completeSinceMs = 0;
  #reading: Promise<void> | undefined;
  #filling: Promise<void> | undefined;
  #isClosed = false;

  constructor({
    log,
    activity,
  }: Pick<Backends, "activity"> & { readonly log: Pick<EventLog, "read" | "lastSequence"> }) {
    this.#log = log;
    this.#store = activity;
  }

  /** Time since which no event is missing, in milliseconds since 1970. */
  get completeSinceMs(): number {
    return this.#completeSinceMs;
  }

  /** Counts the latest events. Concurrent callers share the work. */
  catchUp(nowMs: number): Promise<void> {
    this.#reading ??= this.#catchUp(nowMs).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** The known activity. */
  view(nowMs: number) {
    this.#window.setBuckets(this.#pieces().flatMap(({ buckets }) => buckets));
    return this.#window.view(nowMs);
  }

  /** Resolves when no reading continues in the background. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#filling;
  }

  async #catchUp(nowMs: number): Promise<void> {
    const last = await this.#log.lastSequence();
    if (last < this.#last || nowMs < this.#caughtUpMs - LATE_MS) this.#startAnew();
    this.#last = last;
    this.#caughtUpMs = nowMs;
    await this.#load(nowMs);
    this.#forget(nowMs);
    const due = this.#due(last);
    const isComplete = await this.#readBack(due, nowMs, PAGES_AT_ONCE);
    this.#noteCompleteness(due, nowMs);
    if (!isComplete) this.#filling ??= this.#fill(due, nowMs);
  }

  /**
   * Starts again after the log was replaced or the clock was set back. A log that was lost begins anew, but earlier
   * counts stay valid. After the clock was set back, the last hour includes events that were too old before, and
   * segments may be saved at times that had passed already.
   */
  #startAnew(): void {
    this.#read = [];
    this.#floor = 0;
    this.#looks = [];
    this.#newestSavedMs = 0;
  }

  async #load(nowMs: number): Promise<void> {
    const since = Math.max(this.#newestSavedMs, nowMs - WINDOW_MS) - LATE_MS;
    for (const segment of await this.#store.list(since)) {
      const known = this.#stored.get(segment.id);
      // An unchanged segment stays the same object: see `ActivityWindow.setBuckets`. The time alone does not show a
      // change, as a segment may be saved twice within a millisecond, or the clock may have been set back.
      if (!known || known.savedMs !== segment.savedMs || lastOf(known) !== lastOf(segment))
        this.#stored.set(segment.id, segment);
      this.#newestSavedMs = Math.max(this.#newestSavedMs, Math.min(segment.savedMs, nowMs));
    }
    const covered = joined([...this.#stored.values()].flatMap(({ ranges }) => ranges));
    this.#read = this.#read.filter(({ ranges }) => !overlap(ranges, covered));
  }

  /** Drops what is older than the window. */
  #forget(nowMs: number): void {
    const since = nowMs - WINDOW_MS;
    const isOld = ({ newestMs }: Piece) => newestMs < since;
    for (const { ranges, oldestMs } of this.#pieces())
      if (oldestMs < since) this.#floor = Math.max(this.#floor, ranges[0]?.[0] ?? 0);
    for (const piece of this.#pieces()) if (isOld(piece)) this.#floor = Math.max(this.#floor, lastOf(piece));
    for (const [id, segment] of this.#stored) if (isOld(segment)) this.#stored.delete(id);
    this.#read = this.#read.filter((piece) => !isOld(piece) && lastOf(piece) > this.#floor);
  }

  /** Sequence of the last event that must be counted now, even if it has to be read. */
  #due(last: number): number {
    const now = performance.now();
    const isResumed = now - (this.#looks.at(-1)?.atMs ?? -NEVER) > STORED_WITHIN_MS;
    if (isResumed) this.#looks = [{ atMs: now - STORED_WITHIN_MS, last }];
    this.#looks.push({ atMs: now, last });
    while ((this.#looks[1]?.atMs ?? now) <= now - STORED_WITHIN_MS) this.#looks.shift();
    return this.#looks[0]?.last ?? 0;
  }

  /** Reads the newest uncounted events. @returns whether none are left. */
  async #readBack(due: number, nowMs: number, mostPages: number): Promise<boolean> {
    for (let pages = 0; ; pages++) {
      const gap = this.#gap(due);
      if (!gap) return true;
      if (pages === mostPages || this.#read.length >= MOST_PAGES) return false;
      await this.#readPage(gap, nowMs);
    }
  }

  async #readPage([start, last]: SequenceRange, nowMs: number): Promise<void> {
    let after = Math.max(start, last - PAGE);
    const page = await this.#log.read({ after, limit: last - after });
    const events = page.flatMap(({ sequence, event }) => (sequence <= last ? [event] : []));
    if (events.length === 0) {
      // The events before the first one were erased or have expired, and any number may have expired.
      const [first] = await this.#log.read({ after: start, limit: 1 });
      if (!first || first.sequence > after) after = start;
    }
    const range: SequenceRange = [after, last];
    // Meanwhile the range may have been read, or its counts have been loaded.
    if (overlap([range], this.#covered())) return;
    const window = new ActivityWindow();
    for (const event of events) window.add(event);
    const times = events.map(({ time }) => Date.parse(time));
    const [oldestMs, newestMs] = times.length > 0 ? [Math.min(...times), Math.max(...times)] : [NEVER, NEVER];
    this.#read.push({ ranges: [range], oldestMs, newestMs, buckets: window.buckets });
    if (oldestMs < nowMs - WINDOW_MS) this.#floor = Math.max(this.#floor, after);
  }

  async #fill(due: number, nowMs: number): Promise<void> {
    try {
      for (let isDone = false; !isDone && !this.#isClosed && this.#read.length < MOST_PAGES; ) {
        const startedAt = performance.now();
        isDone = await this.#readBack(due, nowMs, 1);
        // Sleeps so that reading takes at most half of the time.
        await sleep(performance.now() - startedAt);
      }
    } catch {
      // The next call continues, and reports the error if it persists.
    }
    this.#filling = undefined;
  }

  #noteCompleteness(due: number, nowMs: number): void {
    const gap = this.#gap(due);
    const next = gap && this.#pieces().find(({ ranges }) => ranges.some(([after]) => after === gap[1]));
    this.#completeSinceMs = gap ? Math.min(next?.oldestMs ?? nowMs, nowMs) : nowMs - WINDOW_MS;
  }

  #gap(due: number): SequenceRange | undefined {
    return newestGap([this.#floor, due], this.#covered());
  }

  #covered(): SequenceRange[] {
    return joined(this.#pieces().flatMap(({ ranges }) => ranges));
  }

  #pieces(): Piece[] {
    return [...this.#stored.values(), ...this.#read];
  }
}

function lastOf({ ranges }: Piece): number {
  return ranges.at(-1)?.[1] ?? 0;
}
