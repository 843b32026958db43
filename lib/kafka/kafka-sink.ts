import { compatibilityPartitioner, ProduceAcks, Producer, stringSerializers } from "@platformatic/kafka";
import type { SequencedEvent } from "../jobs/events.ts";
import type { EventSink } from "../ports/event-sink.ts";
import { connectionOptions, type KafkaConfig, reasonOf } from "./connection.ts";
import { batchesOf, messageOf } from "./message.ts";

const RETRIES = 2;
const RETRY_DELAY_MS = 250;

type EventProducer = Producer<string, string, string, string>;

/** A topic of Kafka. Connects when there is something to publish. */
export class KafkaSink implements EventSink {
  readonly #config: KafkaConfig;
  #producer: EventProducer | undefined;

  constructor(config: KafkaConfig) {
    this.#config = config;
  }

  /** @throws Error with the reason of the last attempt. */
  async publish(events: readonly SequencedEvent[]): Promise<void> {
    const { kafkaTopic: topic } = this.#config;
    this.#producer ??= this.#connect();
    try {
      // One batch at a time: two would overtake each other when the first is repeated.
      for (const batch of batchesOf(events.map(messageOf)))
        await this.#producer.send({ messages: batch.map((message) => ({ topic, ...message })) });
    } catch (error) {
      // After a failure the broker and the producer may count differently what was sent. A new one begins anew.
      await this.close();
      throw new Error(`Kafka: ${reasonOf(error)}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.close().catch(() => {});
  }

  #connect(): EventProducer {
    return new Producer({
      ...connectionOptions(this.#config),
      serializers: stringSerializers,
      acks: ProduceAcks.ALL,
      // The broker drops a batch that the client repeats because it got no answer.
      idempotent: true,
      retries: RETRIES,
      retryDelay: RETRY_DELAY_MS,
      autocreateTopics: true,
      // The one of Java's client: producers of other languages put the same key into the same partition.
      partitioner: ({ topic }, key) => compatibilityPartitioner({ topic }, key),
    });
  }
}
