/** Settings of Kafka. */
import { brokers } from "./address.ts";
import { choice, file, flag, text, topicName } from "./setting.ts";

export const kafkaSettings = {
  kafkaBrokers: brokers(
    "KAFKA_BROKERS",
    "Kafka brokers, as `host:port` separated by commas, to which every event is published. Without it none are.",
  ),
  kafkaTopic: topicName("KAFKA_TOPIC", "sightline-events", "Kafka topic that events are published to."),
  kafkaTls: flag("KAFKA_TLS", false, "Whether connections to Kafka use TLS."),
  kafkaCaFile: file(
    "KAFKA_CA_FILE",
    "Certificates, in PEM, of the authorities that must have signed the certificates of the brokers; the default is those that Node trusts.",
  ),
  kafkaCertFile: file(
    "KAFKA_CERT_FILE",
    "Certificate, in PEM, that the service shows to brokers that ask for one, with KAFKA_KEY_FILE. It is read again when publishing has failed.",
  ),
  kafkaKeyFile: file("KAFKA_KEY_FILE", "Private key of KAFKA_CERT_FILE, in PEM."),
  kafkaSasl: choice(
    "KAFKA_SASL",
    "none",
    ["none", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"],
    "How the service authenticates to Kafka, with KAFKA_USERNAME and KAFKA_PASSWORD.",
  ),
  kafkaUsername: text("KAFKA_USERNAME", "", "User name for Kafka."),
  kafkaPassword: text("KAFKA_PASSWORD", "", "Password for Kafka."),
};

/** Faults of settings that are inconsistent with each other. */
export function kafkaFaults({
  KAFKA_TLS: tls,
  KAFKA_CA_FILE: authority,
  KAFKA_CERT_FILE: certificate,
  KAFKA_KEY_FILE: key,
  KAFKA_SASL: sasl = "none",
  KAFKA_USERNAME: username,
  KAFKA_PASSWORD: password,
}: NodeJS.ProcessEnv): string[] {
  const faults: string[] = [];
  if (Boolean(certificate) !== Boolean(key)) faults.push("KAFKA_CERT_FILE and KAFKA_KEY_FILE must be set together");
  if ((authority || certificate) && tls !== "true")
    faults.push("KAFKA_TLS must be true where KAFKA_CA_FILE or KAFKA_CERT_FILE is set");
  if (sasl !== "" && sasl !== "none" && !(username && password))
    faults.push("KAFKA_USERNAME and KAFKA_PASSWORD must be set where KAFKA_SASL is");
  return faults;
}
