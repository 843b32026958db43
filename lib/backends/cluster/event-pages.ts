import { AckPolicy, type ConsumerConfig, DeliverPolicy, type JsMsg, nanos, nuid } from "nats";
import { type CloudEvent, jobIdOf } from "../../jobs/events.ts";
import type { Broker } from "./broker.ts";
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

/**
 * Messages of the log in their order, through a consumer that is there for this page only: two requests, however many
 * messages.
 * @throws STORE_UNAVAILABLE
 */
export async function readEventPage(broker: Broker, page: EventPage): Promise<JsMsg[]> {
  const { jobId, owner } = page;
  if ((jobId !== undefined && !isJobId(jobId)) || (owner && !isJobId(owner))) return [];
  const stream = broker.stream("events");
  const start: Partial<ConsumerConfig> =
    typeof page.from === "number"
      ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: page.from }
      : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: page.from.toISOString() };
  const consumer = await broker.find(
    broker.manager.consumers.add(stream, {
      ...start,
      name: nuid.next(),
      // None for all: a filter makes JetStream count what matches.
      ...((jobId !== undefined || owner !== undefined) && {
        filter_subject: `${broker.prefix}.events.${owner === undefined ? "*" : (owner ?? NOBODY)}.${jobId ?? "*"}`,
      }),
      ack_policy: AckPolicy.None,
      inactive_threshold: nanos(2 * PAGE_MS),
      mem_storage: true,
      ...(page.headersOnly && { headers_only: true }),
    }),
  );
  // Exactly as many as there are: asked for more, JetStream would wait for them.
  const batch = Math.min(page.limit, consumer?.num_pending ?? 0);
  const messages: JsMsg[] = [];
  if (!consumer || batch === 0) return messages;
  const arriving = broker.jetstream.fetch(stream, consumer.name, { batch, expires: PAGE_MS });
  for await (const message of arriving) messages.push(message);
  // It would go by itself, but a reader who catches up makes hundreds.
  broker.manager.consumers.delete(stream, consumer.name).catch(() => {});
  return messages;
}
