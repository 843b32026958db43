import { type CloudEvent, jobIdOf } from "../../jobs/events.ts";
import type { EventPageRequest, LoggedEvent } from "../../ports/event-log.ts";

/** Cached events: some seconds of a busy cluster. */
const TAIL_LENGTH = 2048;

type Read = (from: number, limit: number) => Promise<LoggedEvent[]>;

/**
 * In-memory cache of the newest events: all followers read the same few, so they are fetched once. Entries stay valid,
 * since an event never changes its sequence.
 */
export class EventTail {
  readonly #read: Read;
  #events: (LoggedEvent & { readonly jobId: string })[] = [];
  /** The tail has every event after this sequence, up to `#last`. */
  #after = 0;
  #last = 0;
  #growing: Promise<void> | undefined;
  /** Owners whose events were erased while others are being read: they may be among these. */
  readonly #erased = new Set<string>();

  constructor(read: Read) {
    this.#read = read;
  }

  /** The page, up to the log's last sequence; undefined if it begins before the tail. */
  async page({ after, limit, jobId, owner }: EventPageRequest, last: number): Promise<LoggedEvent[] | undefined> {
    if (last - after > TAIL_LENGTH) return undefined;
    if (last - this.#last > TAIL_LENGTH) this.#startAfter(after);
    if (after < this.#after) return undefined;
    while (this.#last < last) {
      const before = this.#last;
      this.#growing ??= this.#grow(last).finally(() => {
        this.#growing = undefined;
        this.#erased.clear();
      });
      await this.#growing;
      if (this.#last === before) break;
    }
    if (after < this.#after) return undefined;
    const page: LoggedEvent[] = [];
    for (const { sequence, event, jobId: ofJob } of this.#events) {
      if (sequence <= after || (jobId !== undefined && ofJob !== jobId)) continue;
      if (owner !== undefined && (event.owner ?? null) !== owner) continue;
      page.push({ sequence, event });
      if (page.length === limit) break;
    }
    return page;
  }

  /** Drops the owner's events, which were erased from the log. */
  forget(owner: string): void {
    if (this.#growing) this.#erased.add(owner);
    this.#events = this.#events.filter(({ event }) => event.owner !== owner);
  }

  /** Drops everything if the log ends earlier than it did: it was restored from a backup, and goes on with others. */
  endAt(last: number): void {
    if (last < this.#last) this.#startAfter(last);
  }

  #startAfter(sequence: number): void {
    this.#events = [];
    this.#after = sequence;
    this.#last = sequence;
  }

  async #grow(last: number): Promise<void> {
    const before = this.#last;
    const events = await this.#read(before + 1, last - before);
    if (this.#last !== before) return;
    for (const { sequence, event } of events) {
      if (sequence <= this.#last) continue;
      this.#last = sequence;
      if (this.#erased.has(event.owner ?? "")) continue;
      this.#events.push({ sequence, event, jobId: jobIdOf(event as CloudEvent) });
    }
    const surplus = this.#events.length - TAIL_LENGTH;
    if (surplus <= 0) return;
    this.#after = this.#events[surplus - 1]?.sequence ?? this.#after;
    this.#events = this.#events.slice(surplus);
  }
}
