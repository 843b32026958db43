/** Settings of Kafka. */
import { brokers, choice, flag, text, topicName } from "./setting.ts";

export const kafkaSettings = {
  kafkaBrokers: brokers(
    "KAFKA_BROKERS",
    "Kafka brokers, as `host:port` separated by commas, to which every event is published. Without it none are.",
  ),
  kafkaTopic: topicName("KAFKA_TOPIC", "sightline-events", "Kafka topic that events are published to."),
  kafkaTls: flag("KAFKA_TLS", false, "Whether connections to Kafka use TLS."),
  kafkaSasl: choice(
    "KAFKA_SASL",
    "none",
    ["none", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"],
    "How the service authenticates to Kafka, with KAFKA_USERNAME and KAFKA_PASSWORD.",
  ),
  kafkaUsername: text("KAFKA_USERNAME", "", "User name for Kafka."),
  kafkaPassword: text("KAFKA_PASSWORD", "", "Password for Kafka."),
};

/** Faults of settings that do not fit each other. */
export function kafkaFaults({
  KAFKA_SASL: sasl = "none",
  KAFKA_USERNAME: username,
  KAFKA_PASSWORD: password,
}: NodeJS.ProcessEnv): string[] {
  if (sasl === "" || sasl === "none" || (username && password)) return [];
  return ["KAFKA_USERNAME and KAFKA_PASSWORD must be set where KAFKA_SASL is"];
}
