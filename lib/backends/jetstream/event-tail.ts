import { LRUCache } from "lru-cache";
import { type CloudEvent, jobIdOf } from "../../jobs/events.ts";
import type { EventPageRequest, LoggedEvent } from "../../ports/event-log.ts";
import { EVERYBODY, isInScope } from "../../sessions/owner.ts";

/** Cached events: some seconds of a busy cluster. */
const TAIL_LENGTH = 2048;
/** Limit on the JSON of the cached events. In memory they take a multiple of it, and one event has up to 256 KiB. */
const TAIL_BYTES = 16 * 2 ** 20;
/** Events that are read at once. */
const GROWTH = 256;
/** Owners that are remembered to have been erased, for as long as a server may still have their events. */
const MOST_ERASED = 1000;

/** An event with the bytes of its JSON. */
export interface SizedEvent extends LoggedEvent {
  readonly bytes: number;
}

/** What was read of the log from some sequence on. */
export interface ReadEvents {
  readonly events: readonly SizedEvent[];
  /** All events up to this sequence were read; those of the messages behind the last event are none. */
  readonly upTo: number;
}

type Read = (from: number, limit: number) => Promise<ReadEvents>;

/** Sequences of the first and the last event of the log, as the stream's leader has it. */
export interface LogBounds {
  readonly first: number;
  readonly last: number;
}

/**
 * In-memory cache of the newest events: all followers read the same few, so they are fetched once. Entries stay valid,
 * since an event never changes its sequence, until they are swept or erased. The server that they are read from may
 * have them a moment longer than the stream's leader.
 */
export class EventTail {
  readonly #read: Read;
  #events: (SizedEvent & { readonly jobId: string })[] = [];
  #bytes = 0;
  /** The cache has every event after this sequence, up to `#last`. */
  #after = 0;
  #last = 0;
  #growing: Promise<void> | undefined;
  /** How often the cache was emptied. */
  #emptied = 0;
  /** The sequence up to which each owner's events were erased. They may be among events that are being read. */
  readonly #erased = new LRUCache<string, number>({ max: MOST_ERASED });

  constructor(read: Read) {
    this.#read = read;
  }

  /** The page, within the log's bounds; undefined if it begins before the tail. */
  async page(request: EventPageRequest, { first, last }: LogBounds): Promise<LoggedEvent[] | undefined> {
    const { after, limit, jobId, owner = EVERYBODY } = request;
    if (last - this.#last > TAIL_LENGTH) {
      if (last - after > TAIL_LENGTH) return undefined;
      this.#startAfter(after);
    }
    if (after < this.#after) return undefined;
    while (this.#last < last) {
      const [before, emptied] = [this.#last, this.#emptied];
      this.#growing ??= this.#grow(last).finally(() => {
        this.#growing = undefined;
      });
      await this.#growing;
      if (this.#last === before && this.#emptied === emptied) break;
    }
    if (after < this.#after) return undefined;
    const page: LoggedEvent[] = [];
    for (const { sequence, event, jobId: ofJob } of this.#events) {
      if (sequence <= after || sequence < first || (jobId !== undefined && ofJob !== jobId)) continue;
      if (!isInScope(event, owner)) continue;
      page.push({ sequence, event });
      if (page.length === limit) break;
    }
    return page;
  }

  /** Takes events that were read in another way, after this sequence. A tail that ends far before them begins there. */
  begin(after: number, { events, upTo }: ReadEvents): void {
    if (upTo - this.#last <= TAIL_LENGTH) return;
    this.#startAfter(events.at(-1)?.sequence ?? after);
    this.#last = upTo;
  }

  /** Drops the owner's events up to the sequence, because they were erased from the log. */
  forget(owner: string, upTo: number): void {
    this.#erased.set(owner, upTo);
    this.#events = this.#events.filter(({ event, sequence }) => event.owner !== owner || sequence > upTo);
    this.#bytes = this.#events.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Drops everything, because some of it may have been erased from the log. */
  empty(): void {
    this.#startAfter(this.#last);
  }

  /**
   * Drops everything if the log ends earlier than before: it was restored from a backup, and continues with other
   * events.
   */
  endAt(last: number): void {
    if (last >= this.#last) return;
    this.#startAfter(last);
    this.#erased.clear();
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
    const { events, upTo } = await this.#read(this.#last + 1, Math.min(last - this.#last, GROWTH));
    if (this.#emptied !== emptied) return;
    for (const { sequence, event, bytes } of events) {
      if (sequence <= this.#last) continue;
      this.#last = sequence;
      if (sequence <= (this.#erased.get(event.owner ?? "") ?? 0)) continue;
      this.#events.push({ sequence, event, bytes, jobId: jobIdOf(event as CloudEvent) });
      this.#bytes += bytes;
    }
    this.#last = Math.max(this.#last, upTo);
    let surplus = 0;
    for (; this.#events.length - surplus > TAIL_LENGTH || this.#bytes > TAIL_BYTES; surplus++)
      this.#bytes -= this.#events[surplus]?.bytes ?? 0;
    if (surplus === 0) return;
    this.#after = this.#events[surplus - 1]?.sequence ?? this.#after;
    this.#events = this.#events.slice(surplus);
  }
}
