import { type CloudEvent, jobIdOf } from "../../jobs/events.ts";
import type { EventPageRequest, LoggedEvent } from "../../ports/event-log.ts";

/** Cached events: some seconds of a busy cluster. */
const TAIL_LENGTH = 2048;
/** Of their JSON. In memory they take a multiple of it, and one has up to 256 KiB. */
const TAIL_BYTES = 16 * 2 ** 20;
/** Events that are read at once. */
const GROWTH = 256;

/** An event with the bytes of its JSON. */
export interface SizedEvent extends LoggedEvent {
  readonly bytes: number;
}

type Read = (from: number, limit: number) => Promise<SizedEvent[]>;

/**
 * In-memory cache of the newest events: all followers read the same few, so they are fetched once. Entries stay valid,
 * since an event never changes its sequence.
 */
export class EventTail {
  readonly #read: Read;
  #events: (SizedEvent & { readonly jobId: string })[] = [];
  #bytes = 0;
  /** The tail has every event after this sequence, up to `#last`. */
  #after = 0;
  #last = 0;
  #growing: Promise<void> | undefined;
  /** How often it was emptied. */
  #emptied = 0;
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
      const [before, emptied] = [this.#last, this.#emptied];
      this.#growing ??= this.#grow(last).finally(() => {
        this.#growing = undefined;
        this.#erased.clear();
      });
      await this.#growing;
      if (this.#last === before && this.#emptied === emptied) break;
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
    this.#bytes = this.#events.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Drops everything: some of it may have been erased from the log. */
  empty(): void {
    this.#startAfter(this.#last);
  }

  /** Drops everything if the log ends earlier than it did: it was restored from a backup, and goes on with others. */
  endAt(last: number): void {
    if (last < this.#last) this.#startAfter(last);
  }

  #startAfter(sequence: number): void {
    this.#events = [];
    this.#bytes = 0;
    this.#emptied++;
    this.#after = sequence;
    this.#last = sequence;
  }

  async #grow(last: number): Promise<void> {
    const emptied = this.#emptied;
    const events = await this.#read(this.#last + 1, Math.min(last - this.#last, GROWTH));
    if (this.#emptied !== emptied) return;
    for (const { sequence, event, bytes } of events) {
      if (sequence <= this.#last) continue;
      this.#last = sequence;
      if (this.#erased.has(event.owner ?? "")) continue;
      this.#events.push({ sequence, event, bytes, jobId: jobIdOf(event as CloudEvent) });
      this.#bytes += bytes;
    }
    let surplus = 0;
    for (; this.#events.length - surplus > TAIL_LENGTH || this.#bytes > TAIL_BYTES; surplus++)
      this.#bytes -= this.#events[surplus]?.bytes ?? 0;
    if (surplus === 0) return;
    this.#after = this.#events[surplus - 1]?.sequence ?? this.#after;
    this.#events = this.#events.slice(surplus);
  }
}
