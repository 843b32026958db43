import { headers, type Msg, type Subscription } from "nats";
import { type CloudEvent, jobIdOf } from "../../jobs/events.ts";
import type { EventLog, EventPageRequest, LoggedEvent } from "../../ports/event-log.ts";
import { Listeners } from "../listeners.ts";
import type { JetStreamConnection } from "./connection.ts";
import { type EventPage, eventSubject, readEventPage } from "./event-pages.ts";
import { EventTail } from "./event-tail.ts";
import { jetStreamCode } from "./failure.ts";
import { isJobId } from "./streams.ts";

export interface EventLogOptions {
  /** How long JetStream deduplicates events by id. */
  readonly duplicateWindowMs: number;
  /** Polling interval for events whose notification was lost. */
  readonly pollMs: number;
}

const PUBLISHES_IN_FLIGHT = 256;
/** Maximum assumed clock skew between nodes and server. */
const CLOCK_SKEW_MS = 60_000;
/** Ids read per page. */
const IDS_PER_PAGE = 10_000;
/** "wrong last msg ID" in JetStream's error codes. */
const WRONG_LAST_ID = 10070;
/** NATS protocol binding for CloudEvents, structured mode. */
const CONTENT_TYPE = "application/cloudevents+json";

/**
 * The event log as a stream, with a subject per owner and job. Sequences are the stream's own: JetStream assigns none
 * to rejected messages, so there are no gaps.
 */
export class JetStreamEventLog implements EventLog {
  readonly #jetstream: JetStreamConnection;
  readonly #options: EventLogOptions;
  readonly #listeners = new Listeners();
  readonly #tail: EventTail;
  readonly #hints: Subscription;
  readonly #erasures: Subscription;
  readonly #poll: NodeJS.Timeout;
  readonly #stopWatching: () => void;
  #seen = 0;
  #bounds: Promise<{ first: number; last: number }> | undefined;

  constructor(jetstream: JetStreamConnection, options: EventLogOptions) {
    this.#jetstream = jetstream;
    this.#options = options;
    this.#tail = new EventTail((from, limit) => this.#page({ from, limit }));
    // Published after the events are stored; the events' own subjects would deliver before that.
    this.#hints = jetstream.connection.subscribe(`${jetstream.prefix}.appended`, {
      callback: () => this.#listeners.wake(),
    });
    const forget = (_error: unknown, message: Msg) => this.#tail.forget(message.string());
    this.#erasures = jetstream.connection.subscribe(`${jetstream.prefix}.erased`, { callback: forget });
    this.#poll = setInterval(() => this.#look(), options.pollMs).unref();
    this.#stopWatching = jetstream.onReconnect(() => this.#listeners.wake());
  }

  async append(events: readonly CloudEvent[]): Promise<void> {
    const unknown = await this.#withoutKnown(events);
    try {
      for (let next = 0; next < unknown.length; )
        next += await this.#publish(unknown.slice(next, next + PUBLISHES_IN_FLIGHT));
    } finally {
      if (unknown.length > 0 && !this.#jetstream.connection.isClosed())
        this.#jetstream.connection.publish(`${this.#jetstream.prefix}.appended`);
    }
  }

  async read(request: EventPageRequest): Promise<LoggedEvent[]> {
    const { after, limit, jobId, owner } = request;
    const { first, last } = await this.#currentBounds();
    if (after >= last) return [];
    const page = await this.#tail.page(request, last);
    if (page) return page;
    const wanted = { ...(jobId !== undefined && { jobId }), ...(owner !== undefined && { owner }) };
    return this.#page({ from: Math.max(after + 1, first), limit, ...wanted });
  }

  async lastSequence(): Promise<number> {
    return (await this.#currentBounds()).last;
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /**
   * Events are in order of time, apart from their short wait for publishing. So a binary search finds the first one not
   * older than `before`, exact to within that wait. The newest event is kept.
   */
  async sweep(before: string): Promise<number> {
    const { first, last } = await this.#currentBounds();
    let [low, high] = [Math.max(first, 1), last];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [logged] = await this.#page({ from: middle, limit: 1 });
      if (logged && logged.event.time < before) low = middle + 1;
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
  async erase(owner: string): Promise<void> {
    if (!isJobId(owner)) return;
    const filter = `${this.#jetstream.prefix}.events.${owner}.*`;
    await this.#jetstream.find(() =>
      this.#jetstream.manager.streams.purge(this.#jetstream.stream("events"), { filter }),
    );
    this.#tail.forget(owner);
    this.#jetstream.connection.publish(`${this.#jetstream.prefix}.erased`, owner);
  }

  close(): void {
    clearInterval(this.#poll);
    this.#stopWatching();
    this.#hints.unsubscribe();
    this.#erasures.unsubscribe();
  }

  /**
   * Publishes the events as a pipeline, each on condition that its predecessor is the log's last: after a failed
   * publish, no later event is accepted. An event of another publisher in between, or a duplicate, also breaks the
   * chain.
   * @returns how many are in the log; the chain broke at the next.
   */
  async #publish(events: readonly CloudEvent[]): Promise<number> {
    const outcomes = await Promise.allSettled(
      events.map((event, index) => {
        const before = events[index - 1];
        const contentType = headers();
        contentType.set("content-type", CONTENT_TYPE);
        return this.#jetstream.publish(eventSubject(this.#jetstream.prefix, event), JSON.stringify(event), {
          headers: contentType,
          msgID: event.id,
          ...(before && { expect: { lastMsgID: before.id } }),
        });
      }),
    );
    const broken = outcomes.findIndex(({ status }) => status === "rejected");
    if (broken === -1) return events.length;
    const { reason } = outcomes[broken] as PromiseRejectedResult;
    if (jetStreamCode(reason) === WRONG_LAST_ID) return broken;
    throw reason;
  }

  /** Filters out old events that the log already has, since JetStream deduplicates ids only for a limited time. */
  async #withoutKnown(events: readonly CloudEvent[]): Promise<readonly CloudEvent[]> {
    const newSince = new Date(Date.now() - this.#options.duplicateWindowMs / 2).toISOString();
    const oldest = new Map<string, string>();
    for (const event of events) {
      const jobId = jobIdOf(event);
      if (event.time < newSince && event.time < (oldest.get(jobId) ?? newSince)) oldest.set(jobId, event.time);
    }
    const known = new Set<string>();
    for (const [jobId, time] of oldest)
      await this.#collectIds(jobId, new Date(Date.parse(time) - CLOCK_SKEW_MS), known);
    return known.size === 0 ? events : events.filter(({ id }) => !known.has(id));
  }

  async #collectIds(jobId: string, since: Date, known: Set<string>): Promise<void> {
    for (let from: Date | number = since; ; ) {
      const page = await readEventPage(this.#jetstream, { from, jobId, limit: IDS_PER_PAGE, headersOnly: true });
      for (const message of page) known.add(message.headers?.get("Nats-Msg-Id") ?? "");
      const last = page.at(-1);
      if (!last || page.length < IDS_PER_PAGE) return;
      from = last.seq + 1;
    }
  }

  async #page(page: EventPage): Promise<LoggedEvent[]> {
    const messages = await readEventPage(this.#jetstream, page);
    return messages.map((message) => ({ sequence: message.seq, event: message.json<CloudEvent>() }));
  }

  /** Shared by all callers in the same turn of the event loop, such as followers that are woken together. */
  #currentBounds(): Promise<{ first: number; last: number }> {
    if (this.#bounds) return this.#bounds;
    const { manager } = this.#jetstream;
    const bounds = this.#jetstream
      .find(() => manager.streams.info(this.#jetstream.stream("events")))
      .then((stream) => ({ first: stream?.state.first_seq ?? 0, last: stream?.state.last_seq ?? 0 }));
    this.#bounds = bounds;
    setImmediate(() => {
      this.#bounds = undefined;
    });
    return bounds;
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
