import { setTimeout as sleep } from "node:timers/promises";
import type { JsMsg, Subscription } from "nats";
import pMap from "p-map";
import { cursorGone } from "../../jobs/event-cursor.ts";
import type { CloudEvent } from "../../jobs/events.ts";
import type { AppendedEvents, EventLog, EventPageRequest, LoggedEvent } from "../../ports/event-log.ts";
import { EVERYBODY } from "../../sessions/owner.ts";
import { isId } from "../id.ts";
import { Listeners } from "../listeners.ts";
import type { JetStreamConnection } from "./connection.ts";
import { EventAppender } from "./event-appender.ts";
import { eventOf, unreadableEvent } from "./event-message.ts";
import { type EventPage, readEventPage } from "./event-pages.ts";
import { EventTail, type LogBounds, type ReadEvents, type SizedEvent } from "./event-tail.ts";
import { jetStreamUnavailable } from "./failure.ts";
import { hasMajority } from "./majority.ts";

/** How long a server that has just become the stream's leader may not know the newest messages yet. */
const LAGGING_MS = 3000;
const LAG_POLL_MS = 250;
/** Messages that are read at once to find a few events among others. */
const MOST_READ = 256;
/**
 * Subject token in place of a job's id. An erasure appends a message without data and removes it at once, which moves
 * the log's end.
 */
const ERASURE = "erasure";
const NOTHING = new Uint8Array();
/** Owners whose events are removed at once. */
const PURGES_IN_FLIGHT = 8;

/** Message by which nodes tell each other of an erasure: the events of this owner are gone up to this sequence. */
interface Erased {
  readonly owner: string;
  readonly upTo: number;
}

interface Bounds extends LogBounds {
  /** Whether no other server can have a later message that was acknowledged. */
  readonly areCertain: boolean;
}

export interface EventLogOptions {
  /** Polling interval for events whose notification was lost. */
  readonly pollMs: number;
  /** Called with a sentence about the first message that is no event. */
  readonly onNotice: (notice: string) => void;
}

/**
 * The event log as a stream, with a subject per owner and job. Sequences are the stream's own: JetStream assigns none
 * to rejected messages.
 */
export class JetStreamEventLog implements EventLog {
  readonly #jetstream: JetStreamConnection;
  readonly #appender: EventAppender;
  readonly #listeners = new Listeners();
  readonly #tail: EventTail;
  readonly #hints: Subscription;
  readonly #erasures: Subscription;
  readonly #poll: NodeJS.Timeout;
  readonly #stopWatching: () => void;
  readonly #onNotice: (notice: string) => void;
  #hasNoted = false;
  #seen = 0;
  #bounds: Promise<Bounds> | undefined;

  constructor(jetstream: JetStreamConnection, options: EventLogOptions) {
    this.#jetstream = jetstream;
    this.#onNotice = options.onNotice;
    this.#appender = new EventAppender(jetstream);
    this.#tail = new EventTail((from, limit) => this.#page({ from, limit }));
    // Published after the events are stored. Subscribers to the events' own subjects would get them before that.
    this.#hints = jetstream.listen("appended", () => {
      this.#askAnew();
      this.#listeners.wake();
    });
    this.#erasures = jetstream.listen("erased", (message) => {
      const { owner, upTo } = message.json<Erased>();
      this.#tail.forget(owner, upTo);
    });
    this.#poll = setInterval(() => this.#look(), options.pollMs).unref();
    this.#stopWatching = jetstream.onReconnect(() => {
      // Notifications of erasures may have been missed.
      this.#tail.empty();
      this.#listeners.wake();
    });
  }

  append(events: readonly CloudEvent[]): Promise<AppendedEvents[]>;
  append(events: readonly CloudEvent[], end: number): Promise<AppendedEvents[] | undefined>;
  async append(events: readonly CloudEvent[], end?: number): Promise<AppendedEvents[] | undefined> {
    let appended: AppendedEvents[] | undefined;
    try {
      appended = await this.#appender.append(events, end);
      return appended;
    } finally {
      this.#askAnew();
      // After a failure, some events may have been appended all the same.
      if (appended?.length !== 0 && !this.#jetstream.connection.isClosed())
        this.#jetstream.connection.publish(`${this.#jetstream.prefix}.appended`);
    }
  }

  async read(request: EventPageRequest): Promise<LoggedEvent[]> {
    const { after, limit, jobId, owner = EVERYBODY } = request;
    const bounds = await this.#boundsWith(after);
    if (after === bounds.last) return [];
    const page = await this.#tail.page(request, bounds);
    if (page) return page;
    const from = Math.max(after + 1, bounds.first);
    const read = await this.#page({ from, limit, ...(jobId !== undefined && { jobId }), owner });
    if (jobId === undefined && owner === EVERYBODY) this.#tail.begin(after, read);
    return read.events.map(({ sequence, event }) => ({ sequence, event }));
  }

  async lastSequence(): Promise<number> {
    return (await this.#currentBounds()).last;
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /**
   * Events are in the order in which they were stored. So a binary search finds the first one that was not stored
   * before the time. If the event's own time is later, it counts instead, because the clock of NATS, or that of the
   * event's node, may be behind. The newest event is kept.
   */
  async sweep(before: string): Promise<number> {
    const { first, last } = await this.#currentBounds();
    let [low, high] = [Math.max(first, 1), last];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [message] = await readEventPage(this.#jetstream, { from: middle, limit: 1 });
      if (message && timeOf(message) < before) low = middle + 1;
      else high = middle;
    }
    if (low <= first) return 0;
    const { manager } = this.#jetstream;
    const swept = await this.#jetstream.find(() =>
      manager.streams.purge(this.#jetstream.stream("events"), { seq: low }),
    );
    return swept?.purged ?? 0;
  }

  /** The stream keeps its sequences. Nodes are notified to drop the events from memory. */
  async erase(owners: readonly string[]): Promise<void> {
    const known = owners.filter(isId);
    const [first] = known;
    if (first === undefined) return;
    const { prefix } = this.#jetstream;
    // Purging first makes room for the message below.
    await this.#purge(known);
    const { seq: upTo } = await this.#jetstream.publish(`${prefix}.events.${first}.${ERASURE}`, NOTHING);
    await this.#purge(known);
    for (const owner of known) {
      this.#tail.forget(owner, upTo);
      const erased: Erased = { owner, upTo };
      this.#jetstream.connection.publish(`${prefix}.erased`, JSON.stringify(erased));
    }
  }

  async #purge(owners: readonly string[]): Promise<void> {
    const { prefix, manager } = this.#jetstream;
    const purge = (owner: string) =>
      this.#jetstream.find(() =>
        manager.streams.purge(this.#jetstream.stream("events"), { filter: `${prefix}.events.${owner}.*` }),
      );
    await pMap(owners, purge, { concurrency: PURGES_IN_FLIGHT });
  }

  async countOf(owner: string): Promise<number> {
    if (!isId(owner)) return 0;
    const { manager, prefix } = this.#jetstream;
    const query = { subjects_filter: `${prefix}.events.${owner}.*` };
    const stream = await this.#jetstream.find(() => manager.streams.info(this.#jetstream.stream("events"), query));
    return Object.values(stream?.state.subjects ?? {}).reduce((sum, events) => sum + events, 0);
  }

  close(): void {
    clearInterval(this.#poll);
    this.#stopWatching();
    this.#hints.unsubscribe();
    this.#erasures.unsubscribe();
  }

  /** As many events as the page has room for, or all there are. Some messages contain no event. */
  async #page({ limit, ...page }: EventPage): Promise<ReadEvents> {
    const events: SizedEvent[] = [];
    for (let { from } = page, asked = limit; ; ) {
      const before = events.length;
      const messages = await readEventPage(this.#jetstream, { ...page, from, limit: asked });
      for (const message of messages) {
        const event = eventOf(message);
        if (event) events.push({ sequence: message.seq, event, bytes: message.data.length });
        else this.#noteUnreadable(message);
      }
      const last = messages.at(-1);
      if (last) from = last.seq + 1;
      if (events.length > limit) return { events: events.slice(0, limit), upTo: events[limit - 1]?.sequence ?? 0 };
      if (messages.length < asked || events.length === limit) return { events, upTo: from - 1 };
      // If none of the messages was an event, many more may contain none.
      asked = events.length > before ? limit - events.length : Math.min(2 * asked, Math.max(limit, MOST_READ));
    }
  }

  #noteUnreadable(message: JsMsg): void {
    if (this.#hasNoted || message.data.length === 0) return;
    this.#hasNoted = true;
    this.#onNotice(unreadableEvent(message));
  }

  /**
   * @throws CURSOR_GONE if the stream ends before the sequence, and not only for a moment; STORE_UNAVAILABLE if that is
   *   unknown because the server is cut off from the others.
   */
  async #boundsWith(sequence: number): Promise<Bounds> {
    const until = performance.now() + LAGGING_MS;
    for (;;) {
      const bounds = await this.#currentBounds();
      if (sequence <= bounds.last) return bounds;
      if (performance.now() > until)
        throw bounds.areCertain ? cursorGone(sequence, bounds.last) : jetStreamUnavailable();
      await sleep(LAG_POLL_MS);
    }
  }

  /** Shared by all callers in the same turn of the event loop, such as followers that are woken together. */
  #currentBounds(): Promise<Bounds> {
    if (this.#bounds) return this.#bounds;
    const { manager } = this.#jetstream;
    const bounds = this.#jetstream
      .find(() => manager.streams.info(this.#jetstream.stream("events")))
      .then((stream) => ({
        first: stream?.state.first_seq ?? 0,
        last: stream?.state.last_seq ?? 0,
        areCertain: hasMajority(stream?.cluster),
      }));
    bounds.then(({ last }) => this.#tail.endAt(last)).catch(() => {});
    this.#bounds = bounds;
    setImmediate(() => {
      this.#bounds = undefined;
    });
    return bounds;
  }

  /** Called after an append, because an answer that is still on its way may not include it. */
  #askAnew(): void {
    this.#bounds = undefined;
  }

  /** Polls, since lost notifications are not repeated. */
  #look(): void {
    if (!this.#jetstream.isConnected) return;
    this.lastSequence().then(
      (last) => {
        if (last > this.#seen) this.#listeners.wake();
        this.#seen = last;
      },
      () => {},
    );
  }
}

/** The time of the event or of its storing, whichever is later. */
function timeOf(message: JsMsg): string {
  const stored = new Date(message.info.timestampNanos / 1e6).toISOString();
  const time = eventOf(message)?.time ?? stored;
  return time > stored ? time : stored;
}
