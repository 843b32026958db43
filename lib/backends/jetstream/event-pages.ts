import { setTimeout as sleep } from "node:timers/promises";
import { AckPolicy, DeliverPolicy, type JsMsg, NatsError, nanos, nuid, type StoredMsg } from "nats";
import { type CloudEvent, jobIdOf } from "../../jobs/events.ts";
import { EVERYBODY, type OwnerScope } from "../../sessions/owner.ts";
import { isId } from "../id.ts";
import { type JetStreamConnection, PAUSE_MS } from "./connection.ts";
import { jetStreamUnavailable } from "./failure.ts";
import { hedged } from "./hedged.ts";

export interface EventPage {
  /** Sequence at which the page begins. */
  readonly from: number;
  readonly limit: number;
  readonly jobId?: string;
  /** Whose events; everybody's if absent. */
  readonly owner?: OwnerScope;
  /** Without message bodies. */
  readonly headersOnly?: true;
}

/** Subject token of nobody. */
const NOBODY_TOKEN = "_";

export function eventSubject(prefix: string, event: CloudEvent): string {
  return `${prefix}.events.${tokenOf(event.owner ?? null)}.${jobIdOf(event)}`;
}

/** Timeout of a fetch. The page has what has arrived by then. */
const PAGE_MS = 2000;
/**
 * Approximate bytes that are fetched at once. NATS drops a client for which it has to hold more than 64 MiB: it sends
 * what was fetched at once, and a busy node does not read that fast.
 */
const FETCHED_BYTES = 4 * 2 ** 20;
/** Messages of the first fetch, when their size is not known. A message has up to 256 KiB. */
const FIRST_FETCH = 16;
/** Bytes that a message takes for its subject and headers. */
const MESSAGE_BYTES = 512;

/**
 * Messages of the log in order, through consumers created for this page only: a few requests, however many messages. A
 * consumer lives on one server, which may lag behind or die. So when a page is not full, the stream's leader is asked
 * whether there is more.
 * @throws STORE_UNAVAILABLE
 */
export async function readEventPage(jetstream: JetStreamConnection, page: EventPage): Promise<JsMsg[]> {
  const { jobId, owner, limit } = page;
  if ((jobId !== undefined && !isId(jobId)) || (typeof owner === "string" && !isId(owner))) return [];
  // Readers of one owner or job have mostly read all there is, and each append wakes all of them. The leader's answer
  // to that takes no consumer.
  if (isFiltered(page) && !(await goesOn(jetstream, page, page.from))) return [];
  const messages: JsMsg[] = [];
  let { from } = page;
  const until = performance.now() + jetstream.overallTimeoutMs;
  for (;;) {
    const next = await readOnce(jetstream, { ...page, from, limit: limit - messages.length });
    messages.push(...next);
    const last = next.at(-1);
    if (last) from = last.seq + 1;
    if (messages.length >= limit || !(await goesOn(jetstream, page, from))) return messages;
    if (last) continue;
    if (performance.now() > until) throw jetStreamUnavailable();
    await sleep(PAUSE_MS);
  }
}

/** The newest message of this event's job. @throws STORE_UNAVAILABLE */
export function newestOfJob(jetstream: JetStreamConnection, event: CloudEvent): Promise<StoredMsg | undefined> {
  return newestOn(jetstream, eventSubject(jetstream.prefix, event));
}

/** The first message of this event's job at or after the sequence. @throws STORE_UNAVAILABLE */
export function nextOfJob(
  jetstream: JetStreamConnection,
  event: CloudEvent,
  from: number,
): Promise<StoredMsg | undefined> {
  const query = { seq: from, next_by_subj: eventSubject(jetstream.prefix, event) };
  return jetstream.find(() => jetstream.manager.streams.getMessage(jetstream.stream("events"), query));
}

/** Messages from one consumer: all there are, or some of them. */
async function readOnce(jetstream: JetStreamConnection, page: EventPage): Promise<JsMsg[]> {
  const stream = jetstream.stream("events");
  const { manager } = jetstream;
  const add = () =>
    manager.consumers.add(stream, {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: page.from,
      name: nuid.next(),
      // Reading all events needs no filter. With one, JetStream counts the matching messages.
      ...(isFiltered(page) && { filter_subject: subjectOf(jetstream, page) }),
      ack_policy: AckPolicy.None,
      inactive_threshold: nanos(2 * PAGE_MS),
      mem_storage: true,
      ...(page.headersOnly && { headers_only: true }),
    });
  // JetStream may place the consumer on an unreachable server.
  const consumer = await jetstream.find(() => hedged(add));
  // Request exactly the pending number: for more, JetStream would wait.
  const wanted = Math.min(page.limit, consumer?.num_pending ?? 0);
  const messages: JsMsg[] = [];
  if (!consumer) return messages;
  const puller = jetstream.client.consumers.getPullConsumerFor(consumer);
  try {
    for (let bytes = 0, end = 0; messages.length === end && end < wanted; ) {
      const batch = end === 0 ? FIRST_FETCH : Math.max(1, Math.floor((FETCHED_BYTES * end) / bytes));
      end = Math.min(wanted, end + batch);
      const arriving = await puller.fetch({ max_messages: end - messages.length, expires: PAGE_MS, bind: true });
      for await (const message of arriving) {
        // After a reconnect the fetch continues without messages lost in between: stop here, and the
        // next read gets them.
        if (message.info.deliverySequence !== messages.length + 1) break;
        messages.push(message);
        bytes += message.data.length + MESSAGE_BYTES;
      }
    }
  } catch (error) {
    // The consumer was lost with its server; the next read creates another.
    if (!(error instanceof NatsError)) throw error;
  }
  // The consumer would expire by itself, but a reader that catches up creates hundreds.
  manager.consumers.delete(stream, consumer.name).catch(() => {});
  return messages;
}

/** Whether the log has a matching message at or after this position. */
async function goesOn(jetstream: JetStreamConnection, page: EventPage, from: number): Promise<boolean> {
  const newest = await newestOn(jetstream, subjectOf(jetstream, page));
  return newest !== undefined && newest.seq >= from;
}

function newestOn(jetstream: JetStreamConnection, subject: string): Promise<StoredMsg | undefined> {
  const { manager } = jetstream;
  return jetstream.find(() => manager.streams.getMessage(jetstream.stream("events"), { last_by_subj: subject }));
}

function isFiltered({ jobId, owner = EVERYBODY }: EventPage): boolean {
  return jobId !== undefined || owner !== EVERYBODY;
}

function subjectOf({ prefix }: JetStreamConnection, { jobId, owner = EVERYBODY }: EventPage): string {
  return `${prefix}.events.${tokenOf(owner)}.${jobId ?? "*"}`;
}

function tokenOf(owner: OwnerScope): string {
  return owner === EVERYBODY ? "*" : (owner ?? NOBODY_TOKEN);
}
