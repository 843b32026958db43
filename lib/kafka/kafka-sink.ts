import { compatibilityPartitioner, findErrorBy, ProduceAcks, Producer, stringSerializers } from "@platformatic/kafka";
import type { SequencedEvent } from "../jobs/events.ts";
import type { EventSink } from "../ports/event-sink.ts";
import { connectionOptions, type KafkaConfig, reasonOf } from "./connection.ts";
import { batchesOf, bytesOf, type KafkaMessage, LARGEST_BATCH, messageOf } from "./message.ts";

const RETRIES = 2;
const RETRY_DELAY_MS = 250;
/** Kafka's codes for a batch that is larger than the topic or the broker takes. */
const TOO_LARGE = ["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"];

type EventProducer = Producer<string, string, string, string>;

/** A topic of Kafka. Connects when there is something to publish. */
export class KafkaSink implements EventSink {
  readonly #config: KafkaConfig;
  #producer: EventProducer | undefined;
  /** Less where the topic takes smaller ones. */
  #batchBytes = LARGEST_BATCH;
  #isClosed = false;

  constructor(config: KafkaConfig) {
    this.#config = config;
  }

  /** @throws Error with the reason of the last attempt. */
  async publish(events: readonly SequencedEvent[]): Promise<void> {
    try {
      await this.#sendAll(events.map(messageOf));
    } catch (error) {
      // After a failure the broker and the producer may count differently what was sent. A new one begins anew.
      await this.#disconnect();
      throw new Error(`Kafka: ${reasonOf(error)}`, { cause: error });
    }
  }

  async #sendAll(messages: readonly KafkaMessage[]): Promise<void> {
    // One batch at a time: two would overtake each other when the first is repeated.
    for (const batch of batchesOf(messages, this.#batchBytes)) await this.#send(batch);
  }

  /** Sends smaller batches, now and later, if the topic takes none of this size. */
  async #send(batch: readonly KafkaMessage[]): Promise<void> {
    const { kafkaTopic: topic } = this.#config;
    // Another node may publish the rest already.
    if (this.#isClosed) throw new Error("Publishing was ended.");
    this.#producer ??= this.#connect();
    try {
      await this.#producer.send({ messages: batch.map((message) => ({ topic, ...message })) });
    } catch (error) {
      const isTooLarge = TOO_LARGE.some((code) => findErrorBy(error as Error, "apiId", code));
      if (!isTooLarge || batch.length === 1) throw error;
      this.#batchBytes = Math.ceil(batch.reduce((sum, message) => sum + bytesOf(message), 0) / 2);
      await this.#sendAll(batch);
    }
  }

  /** What is being published ends after the present batch. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#disconnect();
  }

  async #disconnect(): Promise<void> {
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
