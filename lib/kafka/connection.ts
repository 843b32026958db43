/** Connection options for Kafka. */
import { readFileSync } from "node:fs";
import type { BaseOptions } from "@platformatic/kafka";
import type { Config } from "../config.ts";

export type KafkaConfig = Pick<
  Config,
  | "kafkaBrokers"
  | "kafkaTopic"
  | "kafkaTls"
  | "kafkaCaFile"
  | "kafkaCertFile"
  | "kafkaKeyFile"
  | "kafkaSasl"
  | "kafkaUsername"
  | "kafkaPassword"
>;

const CLIENT_ID = "sightline";
const CONNECT_WITHIN_MS = 3_000;
const ANSWER_WITHIN_MS = 10_000;

/** Options of every client, with the present contents of the files. @throws Error for a file that cannot be read */
export function connectionOptions({
  kafkaBrokers,
  kafkaTls,
  kafkaCaFile: caFile,
  kafkaCertFile: certFile,
  kafkaKeyFile: keyFile,
  kafkaSasl: mechanism,
  kafkaUsername: username,
  kafkaPassword: password,
}: Omit<KafkaConfig, "kafkaTopic">) {
  const tls = {
    ...(caFile && { ca: readFileSync(caFile) }),
    ...(certFile && { cert: readFileSync(certFile) }),
    ...(keyFile && { key: readFileSync(keyFile) }),
  };
  return {
    clientId: CLIENT_ID,
    bootstrapBrokers: [...kafkaBrokers],
    connectTimeout: CONNECT_WITHIN_MS,
    requestTimeout: ANSWER_WITHIN_MS,
    timeout: ANSWER_WITHIN_MS,
    ...(kafkaTls && { tls, tlsServerName: true }),
    ...(mechanism !== "none" && { sasl: { mechanism, username, password } }),
  } satisfies BaseOptions;
}

/** The innermost reason of a failure: the client reports a list of attempts, each with its own list. */
export function reasonOf(error: unknown): string {
  const { errors, message } = error as Partial<AggregateError>;
  return errors?.length ? reasonOf(errors.at(-1)) : message || String(error);
}
