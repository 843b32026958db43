/** Contents of a topic of Kafka. */
import { Consumer, MessagesStreamModes, stringDeserializers } from "@platformatic/kafka";
import type { SequencedEvent } from "../../lib/jobs/events.ts";

export interface ReadMessage {
  readonly key: string;
  readonly value: string;
  readonly headers: Record<string, string>;
  readonly partition: number;
}

/** Reads a topic from its beginning and continues. */
export class TopicReader {
  /** Messages so far. Those of one partition are in its order. */
  readonly messages: ReadMessage[] = [];
  readonly #consumer: Consumer<string, string, string, string>;

  private constructor(consumer: Consumer<string, string, string, string>) {
    this.#consumer = consumer;
  }

  static async open(address: string, topic = "sightline-events"): Promise<TopicReader> {
    const consumer = new Consumer({
      clientId: "test",
      groupId: crypto.randomUUID(),
      bootstrapBrokers: [address],
      deserializers: stringDeserializers,
      autocommit: false,
      autocreateTopics: true,
    });
    const reader = new TopicReader(consumer);
    const stream = await consumer.consume({ topics: [topic], mode: MessagesStreamModes.EARLIEST });
    stream.on("data", ({ key, value, headers, partition }) => {
      reader.messages.push({ key, value, headers: Object.fromEntries(headers), partition });
    });
    // The stream ends with the broker. Tests that kill the broker open another reader.
    stream.on("error", () => {});
    return reader;
  }

  get events(): SequencedEvent[] {
    return this.messages.map(({ value }) => JSON.parse(value));
  }

  /** Each event once, at the place where it came first. */
  get firsts(): SequencedEvent[] {
    const ids = new Set<string>();
    return this.events.filter(({ id }) => !ids.has(id) && ids.add(id));
  }

  async close(): Promise<void> {
    await this.#consumer.close(true);
  }
}
