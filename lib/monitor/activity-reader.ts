/**
 * The activity of the last hour, from what was counted when events were appended (`ActivityRecorder`). Events that
 * nobody has counted are read from the log: the last ones before a crash, and those of versions that did not
 * count. The newest are read first, a bounded number at once and the rest in the background. `completeSinceMs`
 * says how far that is.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ActivitySegment, SequenceRange } from "../ports/activity-store.ts";
import type { Backends } from "../ports/backends.ts";
import type { EventLog } from "../ports/event-log.ts";
import { ActivityWindow, WINDOW_MS } from "./activity-window.ts";
import { joined, newestGap, overlap } from "./sequence-ranges.ts";

/** Events in a page. */
const PAGE = 500;
/** Pages read before an answer, and kept in all: 400,000 events. */
const PAGES_AT_ONCE = 4;
const MOST_PAGES = 800;
/** Time within which those who append events have stored what they counted, generously. */
const STORED_WITHIN_MS = 3_000;
/** How far clocks may differ, and stored segments may be late. */
const LATE_MS = 60_000;
/** The time of events that are not there. */
const NEVER = Number.POSITIVE_INFINITY;

/** Events that were counted, and their time. */
type Piece = Pick<ActivitySegment, "ranges" | "oldestMs" | "newestMs" | "buckets">;

export class ActivityReader {
  readonly #log: Pick<EventLog, "read" | "lastSequence">;
  readonly #store: Backends["activity"];
  readonly #window = new ActivityWindow();
  readonly #stored = new Map<string, ActivitySegment>();
  /** Read from the log. */
  #read: Piece[] = [];
  /** The events up to this one are too old. */
  #floor = 0;
  #last = 0;
  #caughtUpMs = 0;
  /** The log's last sequence at some times: what is not stored after a while is read. */
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

  /** Counts what has happened since. Concurrent callers share the work. */
  catchUp(nowMs: number): Promise<void> {
    this.#reading ??= this.#catchUp(nowMs).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** The activity that is known. */
  view(nowMs: number) {
    this.#window.setBuckets(this.#pieces().flatMap(({ buckets }) => buckets));
    return this.#window.view(nowMs);
  }

  /** Resolves when nothing is read in the background any more. */
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
   * A log that was lost begins anew. What its first events were counted for is still true. After the clock was set
   * back, events are in the last hour that were too old before, and segments are saved at times that were over.
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
      // What has not changed stays the same object: see `ActivityWindow.setBuckets`. The time alone does not tell, as a
      // segment may be saved twice within a millisecond, or the clock have been set back.
      if (!known || known.savedMs !== segment.savedMs || lastOf(known) !== lastOf(segment))
        this.#stored.set(segment.id, segment);
      this.#newestSavedMs = Math.max(this.#newestSavedMs, Math.min(segment.savedMs, nowMs));
    }
    const covered = joined([...this.#stored.values()].flatMap(({ ranges }) => ranges));
    this.#read = this.#read.filter(({ ranges }) => !overlap(ranges, covered));
  }

  /** Forgets what is older than the window. */
  #forget(nowMs: number): void {
    const since = nowMs - WINDOW_MS;
    const isOld = ({ newestMs }: Piece) => newestMs < since;
    for (const { ranges, oldestMs } of this.#pieces())
      if (oldestMs < since) this.#floor = Math.max(this.#floor, ranges[0]?.[0] ?? 0);
    for (const piece of this.#pieces()) if (isOld(piece)) this.#floor = Math.max(this.#floor, lastOf(piece));
    for (const [id, segment] of this.#stored) if (isOld(segment)) this.#stored.delete(id);
    this.#read = this.#read.filter((piece) => !isOld(piece) && lastOf(piece) > this.#floor);
  }

  /** The last event that is to be counted now, even if it must be read. */
  #due(last: number): number {
    const now = performance.now();
    const isResumed = now - (this.#looks.at(-1)?.atMs ?? -NEVER) > STORED_WITHIN_MS;
    if (isResumed) this.#looks = [{ atMs: now - STORED_WITHIN_MS, last }];
    this.#looks.push({ atMs: now, last });
    while ((this.#looks[1]?.atMs ?? now) <= now - STORED_WITHIN_MS) this.#looks.shift();
    return this.#looks[0]?.last ?? 0;
  }

  /** Reads the newest uncounted events. @returns whether none is left. */
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
      // They were erased or have expired. Of the latter, there may be any number.
      const [first] = await this.#log.read({ after: start, limit: 1 });
      if (!first || first.sequence > after) after = start;
    }
    const range: SequenceRange = [after, last];
    // Meanwhile it may have been read, or what was counted of it have been loaded.
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
        // Takes at most half of the time.
        await sleep(performance.now() - startedAt);
      }
    } catch {
      // The next look reads on, and tells of the error if there still is one.
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
