import { setTimeout as sleep } from "node:timers/promises";
import { AckPolicy, type ConsumerConfig, DeliverPolicy, type JsMsg, NatsError, nanos, nuid } from "nats";
import { type CloudEvent, jobIdOf } from "../../jobs/events.ts";
import type { JetStreamConnection } from "./connection.ts";
import { jetStreamUnavailable } from "./failure.ts";
import { hedged } from "./hedged.ts";
import { isJobId } from "./streams.ts";

export interface EventPage {
  /** A sequence, or a time of storing. */
  readonly from: number | Date;
  readonly limit: number;
  readonly jobId?: string;
  /** Only events of this owner; null for those that are nobody's. */
  readonly owner?: string | null;
  /** Without the events themselves. */
  readonly headersOnly?: true;
}

/** Stands for the owner of what is nobody's. */
const NOBODY = "_";

export function eventSubject(prefix: string, event: CloudEvent): string {
  return `${prefix}.events.${event.owner ?? NOBODY}.${jobIdOf(event)}`;
}

/** Time for a page to arrive; what came until then is the page. */
const PAGE_MS = 2000;
const PAUSE_MS = 250;

/**
 * Messages of the log in their order, through consumers that are there for this page only: two requests, however many
 * messages. A consumer lives on one server, which may lag behind or die; so of a page that is not full the stream's
 * leader is asked whether it goes on.
 * @throws STORE_UNAVAILABLE
 */
export async function readEventPage(jetstream: JetStreamConnection, page: EventPage): Promise<JsMsg[]> {
  const { jobId, owner, limit } = page;
  if ((jobId !== undefined && !isJobId(jobId)) || (owner && !isJobId(owner))) return [];
  const messages: JsMsg[] = [];
  let { from } = page;
  const until = performance.now() + jetstream.patienceMs;
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

/** What one consumer gives: all there is, or less. */
async function readOnce(jetstream: JetStreamConnection, page: EventPage): Promise<JsMsg[]> {
  const stream = jetstream.stream("events");
  const { manager } = jetstream;
  const start: Partial<ConsumerConfig> =
    typeof page.from === "number"
      ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: page.from }
      : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: page.from.toISOString() };
  const add = () =>
    manager.consumers.add(stream, {
      ...start,
      name: nuid.next(),
      // None for all: a filter makes JetStream count what matches.
      ...(isFiltered(page) && { filter_subject: subjectOf(jetstream, page) }),
      ack_policy: AckPolicy.None,
      inactive_threshold: nanos(2 * PAGE_MS),
      mem_storage: true,
      ...(page.headersOnly && { headers_only: true }),
    });
  // JetStream chooses the server that is to have it, among them those that are away.
  const consumer = await jetstream.find(() => hedged(add));
  // Exactly as many as there are: asked for more, JetStream would wait for them.
  const batch = Math.min(page.limit, consumer?.num_pending ?? 0);
  const messages: JsMsg[] = [];
  if (!consumer || batch === 0) return messages;
  const puller = jetstream.client.consumers.getPullConsumerFor(consumer);
  const arriving = await puller.fetch({ max_messages: batch, expires: PAGE_MS, bind: true });
  try {
    for await (const message of arriving) {
      // After a broken connection the rest is asked for, without what was lost on the way: whoever reads on gets that.
      if (message.info.deliverySequence !== messages.length + 1) break;
      messages.push(message);
    }
  } catch (error) {
    // The consumer is gone, with its server: there is another for the rest.
    if (!(error instanceof NatsError)) throw error;
  }
  // It would go by itself, but a reader who catches up makes hundreds.
  manager.consumers.delete(stream, consumer.name).catch(() => {});
  return messages;
}

/** Whether the log has a message of the page's kind there or later. */
async function goesOn(jetstream: JetStreamConnection, page: EventPage, from: number | Date): Promise<boolean> {
  const query = { last_by_subj: subjectOf(jetstream, page) };
  const newest = await jetstream.find(() => jetstream.manager.streams.getMessage(jetstream.stream("events"), query));
  if (!newest) return false;
  return typeof from === "number" ? newest.seq >= from : newest.time >= from;
}

function isFiltered({ jobId, owner }: EventPage): boolean {
  return jobId !== undefined || owner !== undefined;
}

function subjectOf({ prefix }: JetStreamConnection, { jobId, owner }: EventPage): string {
  return `${prefix}.events.${owner === undefined ? "*" : (owner ?? NOBODY)}.${jobId ?? "*"}`;
}
