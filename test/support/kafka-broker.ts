/** A real Apache Kafka: one broker that is its own controller (KRaft), on free loopback ports. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { accepts } from "./accepts.ts";
import { ensureJars } from "./jars.ts";
import { kafkaJars } from "./kafka-jars.ts";
import { freePort } from "./service.ts";

const READY_WITHIN_MS = 100_000;
const CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qg";
const PARTITIONS = 3;
/** Options for a quick start on few cores, with a heap for some thousand messages. */
const JVM = ["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];

export interface KafkaBroker {
  /** `host:port` for clients without a password. */
  readonly address: string;
  /** Address with TLS and SCRAM-SHA-512; see `kafkaUser`. */
  readonly securedAddress: string;
  /** Address with TLS for clients that show `certificate`. */
  readonly certifiedAddress: string;
  /** File of the certificate that the broker shows at both. */
  readonly certificate: string;
  /** File of its private key. */
  readonly key: string;
  /** `kill -9`. The broker keeps its data. */
  kill(): Promise<void>;
  /** Starts the broker again after a kill, on the same ports. */
  start(): Promise<void>;
  /** Ends the broker and deletes its data. */
  stop(): Promise<void>;
}

export const kafkaUser = { username: "sightline", password: "a-password-for-tests" };

/** @throws if Java or the jars cannot be installed */
export async function startKafkaBroker(): Promise<KafkaBroker> {
  const classPath = await ensureJars(kafkaJars);
  const folder = mkdtempSync(join(tmpdir(), "sightline-kafka-"));
  const [port, securedPort] = [await freePort(), await freePort()];
  const [certifiedPort, controllerPort] = [await freePort(), await freePort()];
  const { certificate, key } = makeCertificate(folder);
  const settings = join(folder, "server.properties");
  writeFileSync(settings, propertiesOf({ folder, certificate, port, securedPort, certifiedPort, controllerPort }));
  const java = (...args: string[]) => ["java", ...JVM, "-cp", classPath, ...args] as [string, ...string[]];
  const user = `SCRAM-SHA-512=[name=${kafkaUser.username},password=${kafkaUser.password}]`;
  const format = ["format", "--cluster-id", CLUSTER_ID, "--config", settings, "--standalone", "--add-scram", user];
  const [program, ...args] = java("kafka.tools.StorageTool", ...format);
  execFileSync(program, args, { stdio: "pipe" });
  let child: ChildProcess | undefined;
  const broker: KafkaBroker = {
    address: `127.0.0.1:${port}`,
    securedAddress: `127.0.0.1:${securedPort}`,
    certifiedAddress: `127.0.0.1:${certifiedPort}`,
    certificate,
    key,
    async kill() {
      const killed = child;
      child = undefined;
      if (!killed || killed.exitCode !== null || killed.signalCode !== null) return;
      killed.kill("SIGKILL");
      await once(killed, "exit");
    },
    async start() {
      child = await start(java("kafka.Kafka", settings), [port, securedPort, certifiedPort]);
    },
    async stop() {
      // Killed, because an orderly end takes seconds, and the data is deleted anyway.
      await broker.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await broker.start();
  return broker;
}

async function start([program, ...args]: [string, ...string[]], ports: readonly number[]): Promise<ChildProcess> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      log = (log + text).slice(-10_000);
    });
  const deadline = Date.now() + READY_WITHIN_MS;
  for (const port of ports)
    while (!(await accepts("127.0.0.1", port))) {
      if (child.exitCode !== null || Date.now() > deadline) {
        child.kill("SIGKILL");
        throw new Error(`Kafka did not get ready:\n${log}`);
      }
      await sleep(50);
    }
  return child;
}

/** Makes a certificate for 127.0.0.1, signed by an authority of its own. @returns its files; `key.pem` has both. */
function makeCertificate(folder: string): { readonly certificate: string; readonly key: string } {
  const [key, certificate] = [join(folder, "private.pem"), join(folder, "certificate.pem")];
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"];
  const made = ["-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate];
  execFileSync("openssl", ["req", ...made, ...subject], { stdio: "pipe" });
  const chain = execFileSync("cat", [key, certificate]);
  writeFileSync(join(folder, "key.pem"), chain);
  return { certificate, key };
}

interface Ports {
  readonly folder: string;
  readonly certificate: string;
  readonly port: number;
  readonly securedPort: number;
  readonly certifiedPort: number;
  readonly controllerPort: number;
}

function propertiesOf({ folder, certificate, controllerPort, ...ports }: Ports): string {
  const listeners = [
    `PLAINTEXT://127.0.0.1:${ports.port}`,
    `SASL_SSL://127.0.0.1:${ports.securedPort}`,
    `SSL://127.0.0.1:${ports.certifiedPort}`,
  ].join();
  return Object.entries({
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.quorum.bootstrap.servers": `127.0.0.1:${controllerPort}`,
    listeners: `${listeners},CONTROLLER://127.0.0.1:${controllerPort}`,
    "advertised.listeners": listeners,
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL,CONTROLLER:PLAINTEXT",
    "controller.listener.names": "CONTROLLER",
    "log.dirs": join(folder, "data"),
    "num.partitions": PARTITIONS,
    "offsets.topic.num.partitions": 1,
    "offsets.topic.replication.factor": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    // A group of one need not wait for others.
    "group.initial.rebalance.delay.ms": 0,
    "sasl.enabled.mechanisms": "SCRAM-SHA-512",
    "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config":
      "org.apache.kafka.common.security.scram.ScramLoginModule required;",
    "ssl.keystore.type": "PEM",
    "ssl.keystore.location": join(folder, "key.pem"),
    "listener.name.ssl.ssl.client.auth": "required",
    "ssl.truststore.type": "PEM",
    "ssl.truststore.location": certificate,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}
