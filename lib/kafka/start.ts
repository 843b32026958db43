import { LeaderLease } from "../leadership/leader-lease.ts";
import type { Backends } from "../ports/backends.ts";
import { kafkaLag, kafkaPublished } from "../telemetry/metrics.ts";
import { OutageLog } from "../telemetry/outage-log.ts";
import type { KafkaConfig } from "./connection.ts";
import { EventForwarder } from "./event-forwarder.ts";

export interface KafkaLogger {
  info(message: string): void;
  warn(message: string): void;
  error(facts: object, message: string): void;
}

/** Begins to publish events to Kafka. Its client is loaded only here. */
export async function startKafka(
  { log, readerPositions, leaderLeases }: Backends,
  config: KafkaConfig,
  logger: KafkaLogger,
): Promise<EventForwarder> {
  const { KafkaSink } = await import("./kafka-sink.ts");
  const outages = new OutageLog(logger, {
    begins: "Events cannot be published to Kafka; they wait in the event log",
    ends: "Events are published to Kafka again",
  });
  const forwarder = new EventForwarder({
    log,
    positions: readerPositions,
    sink: new KafkaSink(config),
    // The topic is part of the name, so another topic gets all events from the beginning.
    reader: `kafka:${config.kafkaTopic}`,
    lease: new LeaderLease(leaderLeases, "publish-to-kafka"),
    onForwarded(events) {
      kafkaPublished.inc(events);
      outages.succeeded();
    },
    onStandBy: () => outages.handOver(),
    onRestart: () =>
      logger.warn("The event log was restored from a backup: it is published to Kafka from its beginning"),
    onError: (err) => outages.failed(err),
  });
  kafkaLag.follow(() => forwarder.lag());
  return forwarder;
}
