/** What a real Kafka refuses or does not answer, and what comes of it. */
import { Admin } from "@platformatic/kafka";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "../../lib/config.ts";
import { sequenced } from "../../lib/jobs/events.ts";
import { KafkaSink } from "../../lib/kafka/kafka-sink.ts";
import { eventOf } from "../ports/sample-events.ts";
import { type KafkaBroker, startKafkaBroker } from "../support/kafka-broker.ts";
import { TopicReader } from "../support/kafka-topic.ts";

let broker: KafkaBroker;
const stops: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  broker = await startKafkaBroker();
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
afterAll(() => broker?.stop());

async function createTopic(topic: string, configs: Record<string, string>): Promise<void> {
  const admin = new Admin({ clientId: "test", bootstrapBrokers: [broker.address] });
  stops.push(() => admin.close());
  const configured = Object.entries(configs).map(([name, value]) => ({ name, value }));
  await admin.createTopics({ topics: [topic], partitions: 1, replicas: 1, configs: configured });
}

function sinkOf(topic: string): KafkaSink {
  const sink = new KafkaSink(loadConfig({ KAFKA_BROKERS: broker.address, KAFKA_TOPIC: topic }));
  stops.push(() => sink.close());
  return sink;
}

async function idsIn(topic: string, count: number): Promise<string[]> {
  const reader = await TopicReader.open(broker.address, topic);
  stops.push(() => reader.close());
  await expect.poll(() => reader.messages.length).toBeGreaterThanOrEqual(count);
  return reader.firsts.map(({ id }) => id);
}

/** Of about a kilobyte each. */
const events = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => {
    const event = eventOf("a", from + n);
    return sequenced(from + n, { ...event, data: { ...event.data, padding: "x".repeat(1_000) } } as typeof event);
  });

describe("a topic that takes smaller batches than the service sends", () => {
  it("gets all messages that it takes, in order", async () => {
    await createTopic("small", { "max.message.bytes": "20000" });
    const sink = sinkOf("small");
    await sink.publish(events(0, 100));
    await sink.publish(events(100, 150));
    const ids = events(0, 150).map(({ id }) => id);
    expect(await idsIn("small", 150)).toEqual(ids);
  });

  it("stops the publishing of a message that it does not take by itself", async () => {
    await createTopic("tiny", { "max.message.bytes": "500" });
    await expect(sinkOf("tiny").publish(events(0, 3))).rejects.toThrow(/^Kafka: .*message larger/);
  });
});

it("publishes nothing more once it is closed, nor does it connect again", async () => {
  await createTopic("closed", {});
  const sink = sinkOf("closed");
  await sink.publish(events(0, 1));
  // Several batches.
  const publishing = sink.publish(events(1, 3_000));
  await sink.close();
  await expect(publishing).rejects.toThrow(/^Kafka: /);
  await expect(sink.publish(events(3_000, 3_001))).rejects.toThrow(/^Kafka: /);
});
