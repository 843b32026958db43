import { compatibilityPartitioner, findErrorBy, ProduceAcks, Producer, stringSerializers } from "@platformatic/kafka";
import type { SequencedEvent } from "../jobs/events.ts";
import type { EventSink } from "../ports/event-sink.ts";
import { connectionOptions, type KafkaConfig, reasonOf } from "./connection.ts";
import { batchesOf, bytesOf, type KafkaMessage, LARGEST_BATCH, messageOf } from "./message.ts";

const RETRIES = 2;
const RETRY_DELAY_MS = 250;
/** Kafka's codes for a batch that is larger than the topic or the broker accepts. */
const TOO_LARGE = ["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"];

type EventProducer = Producer<string, string, string, string>;

/** A topic of Kafka. Connects when there is something to publish. */
export class KafkaSink implements EventSink {
  readonly #config: KafkaConfig;
  #producer: EventProducer | undefined;
  /** Maximum bytes of a batch. It is reduced if the topic accepts only smaller ones. */
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
      // After a failure the broker and the producer may disagree on what was sent, so a new producer is used.
      await this.#disconnect();
      throw new Error(`Kafka: ${reasonOf(error)}`, { cause: error });
    }
  }

  async #sendAll(messages: readonly KafkaMessage[]): Promise<void> {
    // One batch at a time: a second one would overtake the first when that is repeated.
    for (const batch of batchesOf(messages, this.#batchBytes)) await this.#send(batch);
  }

  /** Sends the batch. If the topic does not accept its size, sends smaller ones, now and later. */
  async #send(batch: readonly KafkaMessage[]): Promise<void> {
    const { kafkaTopic: topic } = this.#config;
    // Another node may already be publishing the rest.
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

  /** Publishing ends after the present batch. */
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
      // Makes the broker drop a batch that the client repeats because it got no answer.
      idempotent: true,
      retries: RETRIES,
      retryDelay: RETRY_DELAY_MS,
      autocreateTopics: true,
      // The same partitioner as Java's client: producers of all languages put a key into the same partition.
      partitioner: ({ topic }, key) => compatibilityPartitioner({ topic }, key),
    });
  }
}
