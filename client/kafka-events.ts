/** Reads the service's events from Kafka. */
import { Consumer, type ConsumerOptions, MessagesStreamModes, stringDeserializers } from "@platformatic/kafka";
import { ServiceUnreachable } from "./errors.ts";
import type { JobEvent } from "./event-stream.ts";

type Connection = Omit<ConsumerOptions<string, string, string, string>, "groupId" | "deserializers">;

export interface KafkaEventsSettings {
  readonly connection: Connection;
  readonly topic: string;
  /** Whether to read only events that arrive from now on. */
  readonly fromEnd?: boolean;
  readonly signal: AbortSignal;
}

/**
 * All events of the topic as they arrive, by default from its beginning. Events that were published twice are not
 * removed. Events of one job are in order.
 * @throws ServiceUnreachable if Kafka does not answer, or refuses
 */
export async function* kafkaEvents({
  connection,
  topic,
  fromEnd = false,
  signal,
}: KafkaEventsSettings): AsyncGenerator<JobEvent> {
  const consumer = new Consumer({
    ...connection,
    // A group of its own, which is never committed, so that it shares the topic's partitions with nobody.
    groupId: `sightline-watch-${crypto.randomUUID()}`,
    deserializers: stringDeserializers,
    autocommit: false,
  });
  try {
    if (signal.aborted) return;
    const stream = await consumer.consume({
      topics: [topic],
      mode: fromEnd ? MessagesStreamModes.LATEST : MessagesStreamModes.EARLIEST,
    });
    // The signal may have been aborted meanwhile, which would not be noticed later.
    if (signal.aborted) return;
    signal.addEventListener("abort", () => stream.destroy(), { once: true });
    for await (const { value } of stream) yield JSON.parse(value);
  } catch (error) {
    if (!signal.aborted) throw new ServiceUnreachable(`Kafka's topic ${topic}`, error);
  } finally {
    await consumer.close(true).catch(() => {});
  }
}
