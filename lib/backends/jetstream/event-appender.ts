import { setTimeout as sleep } from "node:timers/promises";
import { Mutex } from "async-mutex";
import { LRUCache } from "lru-cache";
import { headers, type JsMsg, type MsgHdrs, nuid, type StreamInfo } from "nats";
import pMap from "p-map";
import { type CloudEvent, jobIdOf, withReducedResult } from "../../jobs/events.ts";
import type { AppendedEvents } from "../../ports/event-log.ts";
import { type JetStreamConnection, PAUSE_MS } from "./connection.ts";
import { type EventPage, eventSubject, newestOfJob, nextOfJob, readEventPage } from "./event-pages.ts";
import { IN_PROCESS, jetStreamCode, jetStreamUnavailable, WRONG_LAST_SEQUENCE } from "./failure.ts";
import type { StreamSettings } from "./streams.ts";

interface EventMessage {
  readonly subject: string;
  readonly bytes: Uint8Array;
  readonly headers: MsgHdrs;
}

/** Events of one batch. JetStream accepts up to 1,000. */
const BATCH_SIZE = 256;
/** Part of NATS's limit for a message that is left for headers. */
const HEADER_BYTES = 1024;
/** Jobs that are looked up at once. */
const LOOKUPS_IN_FLIGHT = 16;
/** Ids read per page. */
const IDS_PER_PAGE = 10_000;
/** If other nodes have appended more events than this, their ids are read by job when they are needed. */
const MOST_READ_AT_ONCE = 20_000;
/**
 * Ids kept in memory, and how many are dropped at once. At 3,000 events a second they last for two minutes. An event is
 * removed from the store as soon as it is in the log, and before younger ones are appended, so events older than these
 * are not published again.
 */
const MOST_KNOWN = 400_000;
const DROPPED_AT_ONCE = 40_000;
/** Up to this many events of a job are read one by one. A consumer takes about as long as twenty. */
const FEW_EVENTS = 16;
/** Jobs kept in memory. */
const MOST_JOBS = 50_000;
/**
 * JetStream's error codes for a last sequence other than expected, for streams that take no batches, and for batches of
 * which it has seen only a part, for instance because another leader was elected meanwhile.
 */
const CONFLICTS: readonly unknown[] = [WRONG_LAST_SEQUENCE, IN_PROCESS, 10174, 10175, 10176];
/** NATS protocol binding for CloudEvents, structured mode. */
const CONTENT_TYPE = "application/cloudevents+json";
const EVENT_ID = "Sightline-Event-Id";
/** Header in which versions before 0.2 stored the id. */
const OLD_EVENT_ID = "Nats-Msg-Id";

/**
 * Appends events to the log's stream in order, each exactly once, even if several nodes append.
 *
 * Events are published in atomic batches, each on condition that the stream ends where this node believes it ends;
 * before NATS 2.12, which has no batches, one after the other on the same condition. After a rejection this node reads
 * the ids of the events that other nodes have appended, or that it has appended itself without getting the
 * acknowledgement.
 *
 * JetStream's own deduplication (`Nats-Msg-Id`) and its condition on the last id are not used. With replicas, a message
 * with an id that is rejected for another reason blocks its id for the whole duplicate window ("duplicate message id is
 * in process", seen with 2.11.10), and the rejection of a last id ends the stream's writes for good (seen with 2.15.1).
 * A pipeline of messages, each on condition of the next sequence, has gaps when another node appends in between.
 */
export class EventAppender {
  readonly #jetstream: JetStreamConnection;
  readonly #turns = new Mutex();
  /** The stream's last sequence, as far as known. */
  #last: number | undefined;
  #takesBatches = false;
  /** The server that led the stream when it was last asked. Undefined if the stream has one copy. */
  #leader: string | undefined;
  /** Ids of events in the log, oldest first. */
  readonly #known = new Set<string>();
  /** Jobs whose events in the log are all known, except for the oldest ones. */
  readonly #jobs = new LRUCache<string, true>({ max: MOST_JOBS });
  /** Whether the log was empty when this node first looked, so that it knows all events of every job. */
  #knowsAllJobs = false;

  constructor(jetstream: JetStreamConnection) {
    this.#jetstream = jetstream;
  }

  /** @returns see `EventLog.append`. @throws STORAGE_FULL, STORE_UNAVAILABLE */
  append(events: readonly CloudEvent[], end?: number): Promise<AppendedEvents[] | undefined> {
    return this.#turns.runExclusive(() => this.#append(events, end));
  }

  async #append(events: readonly CloudEvent[], end?: number): Promise<AppendedEvents[] | undefined> {
    const until = performance.now() + this.#jetstream.overallTimeoutMs;
    const appended: AppendedEvents[] = [];
    if (this.#last === undefined || (end !== undefined && end !== this.#last)) await this.#catchUp();
    if (end !== undefined && end !== this.#last) return undefined;
    for (;;) {
      if (await this.#readJobsOf(events)) {
        const left = this.#withoutKnown(events);
        if (left.length === 0) break;
        const accepted = await this.#publish(left);
        if (accepted > 0) {
          appended.push({ after: (this.#last ?? 0) - accepted, events: left.slice(0, accepted) });
          continue;
        }
      }
      if (performance.now() > until) throw jetStreamUnavailable();
      const expected = this.#last;
      await this.#catchUp();
      if (end !== undefined && this.#last !== expected) return undefined;
      // An earlier message that is not acknowledged waits for a majority of the servers. All that follow it are
      // refused.
      if (this.#last === expected) await sleep(PAUSE_MS);
    }
    this.#forgetOldest();
    return appended;
  }

  /** Publishes the first of the events. @returns how many were published; 0 if the stream ends elsewhere. */
  async #publish(events: readonly CloudEvent[]): Promise<number> {
    const { connection } = this.#jetstream;
    const last = this.#last ?? 0;
    const messages: EventMessage[] = [];
    for (const event of events.slice(0, this.#takesBatches ? BATCH_SIZE : 1)) {
      const message = this.#messageOf(event);
      // An event that is too large is published alone, which fails.
      if (messages.length > 0 && message.bytes.length + HEADER_BYTES > (connection.info?.max_payload ?? 0)) break;
      messages.push(message);
    }
    messages[0]?.headers.set("Nats-Expected-Last-Sequence", String(last));
    if (messages.length > 1) {
      const batchId = nuid.next();
      for (const [index, message] of messages.entries()) {
        message.headers.set("Nats-Batch-Id", batchId);
        message.headers.set("Nats-Batch-Sequence", String(index + 1));
      }
      messages.at(-1)?.headers.set("Nats-Batch-Commit", "1");
    }
    for (const { subject, bytes, headers: described } of messages.slice(0, -1))
      connection.publish(subject, bytes, { headers: described });
    const { subject, bytes, headers: described } = messages.at(-1) as EventMessage;
    try {
      await this.#jetstream.publish(subject, bytes, { headers: described });
    } catch (error) {
      if (CONFLICTS.includes(jetStreamCode(error))) return 0;
      throw error;
    }
    for (const { id } of events.slice(0, messages.length)) this.#learn(id);
    this.#last = last + messages.length;
    return messages.length;
  }

  #messageOf(event: CloudEvent): EventMessage {
    const described = headers();
    described.set("content-type", CONTENT_TYPE);
    described.set(EVENT_ID, event.id);
    const { prefix, connection } = this.#jetstream;
    const subject = eventSubject(prefix, event);
    const whole = Buffer.from(JSON.stringify(event));
    const isTooLarge = whole.length + HEADER_BYTES > (connection.info?.max_payload ?? Number.POSITIVE_INFINITY);
    // An event that is never accepted would keep all others from the log. NATS's limit may be set below its default of
    // 1 MB.
    const bytes = isTooLarge ? Buffer.from(JSON.stringify(withReducedResult(event))) : whole;
    return { subject, bytes, headers: described };
  }

  /** Reads the ids of the events that were appended after the last known one. */
  async #catchUp(): Promise<void> {
    for (;;) {
      const stream = await this.#stream();
      const last = stream?.state.last_seq ?? 0;
      this.#takesBatches = (stream?.config as StreamSettings | undefined)?.allow_atomic === true;
      this.#leader = leaderOf(stream);
      if (this.#last === undefined || last < this.#last || last - this.#last > MOST_READ_AT_ONCE) {
        this.#known.clear();
        this.#jobs.clear();
        this.#knowsAllJobs = last === 0;
        this.#last = last;
        return;
      }
      if (last === this.#last) return;
      for (let read = this.#last; read < last; ) {
        const page = await this.#readIds({ from: read + 1 });
        read = Math.max(page.at(-1)?.seq ?? 0, page.length < IDS_PER_PAGE ? last : 0);
      }
      if (!(await this.#hasSameLeader())) continue;
      this.#last = last;
      return;
    }
  }

  #stream(): Promise<StreamInfo | undefined> {
    const { manager } = this.#jetstream;
    return this.#jetstream.find(() => manager.streams.info(this.#jetstream.stream("events")));
  }

  /**
   * Whether the server that leads the stream still is the one that knew the log's end. If so, what was read meanwhile
   * has no gaps. A server of NATS before 2.11 that has just become the leader does not have the newest messages for a
   * moment, and says that there are none (seen with 2.10.29, for as long as the servers take to answer each other).
   */
  async #hasSameLeader(): Promise<boolean> {
    return this.#leader === undefined || leaderOf(await this.#stream()) === this.#leader;
  }

  /**
   * Reads the ids of the jobs that this node does not know. An event's time does not tell whether it may be in the log
   * already, because it comes from the clock of some node.
   * @returns false if what was read may have a gap.
   */
  async #readJobsOf(events: readonly CloudEvent[]): Promise<boolean> {
    if (this.#knowsAllJobs) return true;
    const unknown = new Map<string, CloudEvent>();
    for (const event of events) {
      const jobId = jobIdOf(event);
      if (!this.#jobs.get(jobId) && !this.#known.has(event.id)) unknown.set(jobId, event);
    }
    if (unknown.size === 0) return true;
    await pMap(unknown, (job) => this.#readIdsOf(...job), { concurrency: LOOKUPS_IN_FLIGHT });
    if (!(await this.#hasSameLeader())) return false;
    for (const jobId of unknown.keys()) this.#jobs.set(jobId, true);
    return true;
  }

  async #readIdsOf(jobId: string, event: CloudEvent): Promise<void> {
    // Most jobs are new, and have no event yet.
    const newest = await newestOfJob(this.#jetstream, event);
    if (!newest) return;
    let from = Math.max(1, (this.#last ?? 0) - MOST_KNOWN);
    for (let read = 0; read < FEW_EVENTS && from <= newest.seq; read++) {
      const next = await nextOfJob(this.#jetstream, event, from);
      // The event was erased, or a server lags behind. Reading a page waits for that server.
      if (!next) break;
      this.#learnFrom(next.header);
      from = next.seq + 1;
    }
    for (let isMore = from <= newest.seq; isMore; ) {
      const page = await this.#readIds({ from, jobId, owner: event.owner ?? null });
      isMore = page.length === IDS_PER_PAGE;
      if (isMore) from = (page.at(-1) as JsMsg).seq + 1;
    }
  }

  async #readIds(place: Pick<EventPage, "from" | "jobId" | "owner">): Promise<JsMsg[]> {
    const page = await readEventPage(this.#jetstream, { ...place, limit: IDS_PER_PAGE, headersOnly: true });
    for (const { headers: described } of page) this.#learnFrom(described);
    return page;
  }

  #learnFrom(described: MsgHdrs | undefined): void {
    this.#learn(described?.get(EVENT_ID) || described?.get(OLD_EVENT_ID));
  }

  #learn(id: string | undefined): void {
    if (id) this.#known.add(id);
  }

  #withoutKnown(events: readonly CloudEvent[]): CloudEvent[] {
    const ids = new Set<string>();
    return events.filter(({ id }) => !this.#known.has(id) && !ids.has(id) && ids.add(id));
  }

  #forgetOldest(): void {
    if (this.#known.size <= MOST_KNOWN) return;
    let left = this.#known.size - MOST_KNOWN + DROPPED_AT_ONCE;
    for (const id of this.#known) {
      if (left-- <= 0) break;
      this.#known.delete(id);
    }
  }
}

function leaderOf(stream: StreamInfo | undefined): string | undefined {
  return stream && stream.config.num_replicas > 1 ? stream.cluster?.leader : undefined;
}
