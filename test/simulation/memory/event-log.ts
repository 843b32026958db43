import { cursorGone } from "../../../lib/jobs/event-cursor.ts";
import { type CloudEvent, jobIdOf } from "../../../lib/jobs/events.ts";
import type { AppendedEvents, EventLog, EventPageRequest, LoggedEvent } from "../../../lib/ports/event-log.ts";
import { EVERYBODY, isInScope } from "../../../lib/sessions/owner.ts";
import { Listeners } from "./listeners.ts";

/** One log for all nodes. */
export class MemoryEventLog implements EventLog {
  readonly #listeners = new Listeners();
  readonly #ids = new Set<string>();
  #last = 0;
  events: LoggedEvent[] = [];
  /** Is told of each event that is appended. */
  observer: (event: CloudEvent) => void = () => {};

  append(events: readonly CloudEvent[]): Promise<AppendedEvents[]>;
  append(events: readonly CloudEvent[], end: number): Promise<AppendedEvents[] | undefined>;
  async append(events: readonly CloudEvent[], end?: number): Promise<AppendedEvents[] | undefined> {
    if (end !== undefined && end !== this.#last) return undefined;
    const fresh = events.filter(({ id }, n) => !this.#ids.has(id) && events.findIndex((e) => e.id === id) === n);
    if (fresh.length === 0) return [];
    const after = this.#last;
    for (const event of fresh) {
      this.#ids.add(event.id);
      this.events.push({ sequence: ++this.#last, event });
      this.observer(event);
    }
    this.#listeners.wake();
    return [{ after, events: fresh }];
  }

  async read({ after, limit, jobId, owner = EVERYBODY }: EventPageRequest): Promise<LoggedEvent[]> {
    if (after > this.#last) throw cursorGone(after, this.#last);
    return this.events
      .filter(({ sequence, event }) => sequence > after && (jobId === undefined || jobIdOf(event) === jobId))
      .filter(({ event }) => isInScope(event, owner))
      .slice(0, limit);
  }

  async lastSequence(): Promise<number> {
    return this.#last;
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  async sweep(before: string): Promise<number> {
    return this.#removeIf(({ time }) => time < before);
  }

  async erase(owners: readonly string[]): Promise<void> {
    if (owners.length === 0) return;
    this.#removeIf(({ owner }) => owner !== undefined && owners.includes(owner));
    this.#last++;
  }

  async countOf(owner: string): Promise<number> {
    return this.events.filter(({ event }) => event.owner === owner).length;
  }

  /** Ids are remembered as long as their events are kept. */
  #removeIf(isRemoved: (event: CloudEvent) => boolean): number {
    const removed = this.events.filter(({ event }) => isRemoved(event));
    if (removed.length === 0) return 0;
    for (const { event } of removed) this.#ids.delete(event.id);
    this.events = this.events.filter(({ event }) => !isRemoved(event));
    return removed.length;
  }
}
