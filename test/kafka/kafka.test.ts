/**
 * The service publishes to a real Kafka, also after a `kill -9` of either.
 * `SIGHTLINE_KAFKA_CRASHES=20` kills each of them twenty times.
 */
import { generateKeyPairSync } from "node:crypto";
import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Kafka, type KafkaMessage } from "cloudevents";
import { stdSerializers } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { kafkaEvents } from "../../client/kafka-events.ts";
import { loadConfig } from "../../lib/config.ts";
import { sequenced } from "../../lib/jobs/events.ts";
import { KafkaSink } from "../../lib/kafka/kafka-sink.ts";
import { eventOf } from "../ports/sample-events.ts";
import { expectCloudEvent } from "../support/cloud-events.ts";
import { type RunningCommand, sightline, startCommand } from "../support/command-line.ts";
import { golden, JobClient, type SequencedEvent } from "../support/job-client.ts";
import { type KafkaBroker, kafkaUser, startKafkaBroker } from "../support/kafka-broker.ts";
import { TopicReader } from "../support/kafka-topic.ts";
import { freePort, type RunningService, startService, temporaryFolder } from "../support/service.ts";

const CRASHES = Number(process.env.SIGHTLINE_KAFKA_CRASHES || 1);
/** Of each crash, so that events are being published when something is killed. */
const JOBS = 8;
const ROUND_MS = 60_000;

const LONG_MS = 60_000 + 2 * CRASHES * ROUND_MS;

const folder = temporaryFolder();
/** Of the client's certificate. */
const key = join(folder, "key.pem");
const PORT = String(await freePort());
const client = new JobClient(`http://127.0.0.1:${PORT}`);
let broker: KafkaBroker;
let service: RunningService | undefined;
let settings: NodeJS.ProcessEnv = {};
const stops: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  broker = await startKafkaBroker();
  copyFileSync(broker.key, key);
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
afterAll(async () => {
  await service?.stop();
  await broker?.stop();
  rmSync(folder, { recursive: true });
});

/** The service with these settings and the log of all tests: it is started if it has others, or none. */
async function serving(wanted: NodeJS.ProcessEnv): Promise<RunningService> {
  if (service && JSON.stringify(settings) === JSON.stringify(wanted)) return service;
  await service?.stop();
  service = undefined;
  settings = wanted;
  service = await startService({ ...wanted, PORT, DATA_DIR: join(folder, "data") });
  return service;
}

const plain = () => ({ KAFKA_BROKERS: broker.address, KAFKA_TOPIC: "events" });
const secured = () => ({
  KAFKA_BROKERS: broker.securedAddress,
  KAFKA_TOPIC: "secured",
  KAFKA_TLS: "true",
  KAFKA_SASL: "SCRAM-SHA-512",
  KAFKA_USERNAME: kafkaUser.username,
  KAFKA_PASSWORD: kafkaUser.password,
});
const certified = () => ({
  KAFKA_BROKERS: broker.certifiedAddress,
  KAFKA_TOPIC: "secured",
  KAFKA_TLS: "true",
  KAFKA_CA_FILE: broker.certificate,
  KAFKA_CERT_FILE: broker.certificate,
  KAFKA_KEY_FILE: key,
});

async function read(topic: string): Promise<TopicReader> {
  const reader = await TopicReader.open(broker.address, topic);
  stops.push(() => reader.close());
  return reader;
}

/** Runs jobs to their ends. @returns all events of the log. */
async function loggedAfter(jobs: number): Promise<SequencedEvent[]> {
  await ended(await Promise.all(Array.from({ length: jobs }, async () => (await client.create(golden)).id)));
  return client.events();
}

async function ended(ids: readonly string[]): Promise<void> {
  const lastOf = async (id: string) => (await client.events(id)).at(-1)?.type;
  for (const id of ids) await expect.poll(() => lastOf(id), { timeout: ROUND_MS }).toBe("dev.sightline.job.succeeded");
}

const published = () => client.metric("sightline_kafka_published_total");
const lag = () => client.metric("sightline_kafka_lag_events");

async function expectInterrupted({ process: child, ended }: RunningCommand): Promise<void> {
  child.kill("SIGINT");
  expect((await ended).code).toBe(130);
}

describe("events on Kafka", () => {
  it("are those of the log, in order for each job, as CloudEvents with the job as their key", async () => {
    await serving(plain());
    const logged = await loggedAfter(5);
    const reader = await read("events");
    await expect.poll(() => reader.messages.length).toBe(logged.length);
    const sent = reader.events.sort((a, b) => Number(a.sequence) - Number(b.sequence));
    for (const event of sent) expectCloudEvent({ ...event });
    expect(sent).toEqual(
      logged.map(({ sequence, ...event }) => ({ ...event, sequence: String(sequence), sequencetype: "Integer" })),
    );
    for (const ofJob of Map.groupBy(reader.messages, ({ key }) => key).values()) {
      expect(new Set(ofJob.map(({ partition }) => partition)).size).toBe(1);
      const sequences = ofJob.map(({ value }) => Number(JSON.parse(value).sequence));
      expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
      expect(ofJob.every(({ key, value }) => JSON.parse(value).data.jobId === key)).toBe(true);
    }
    expect(new Set(reader.messages.map(({ key }) => key)).size).toBe(5);
    const [message] = reader.messages;
    expect(message?.headers).toEqual({ "content-type": "application/cloudevents+json; charset=UTF-8" });
    const { key, value, headers } = message as NonNullable<typeof message>;
    const received: KafkaMessage<string> = { key, value, headers, body: value, timestamp: "" };
    const parsed = Kafka.toEvent(received);
    expect(parsed).toMatchObject({ source: "/v1/jobs", id: JSON.parse(value).id });
    // A reader may have a message before the service knows that Kafka has it.
    await expect.poll(published).toBe(logged.length);
    await expect.poll(lag).toBe(0);
  });

  it("are printed by `sightline watch` as those of the service", async () => {
    await serving(plain());
    const logged = await loggedAfter(1);
    const ofService = startCommand(client.url, ["watch"]);
    const ofKafka = startCommand("", ["watch", "--kafka", broker.address, "--topic", "events"]);
    const lines = ({ output }: RunningCommand) => output.stdout.split("\n").slice(0, -1);
    // Those of one job are in order.
    const byJob = (command: RunningCommand) =>
      Object.groupBy(lines(command), (line) => /id: (\S+)\)/.exec(line)?.[1] ?? "");
    for (const command of [ofService, ofKafka]) await expect.poll(() => lines(command)).toHaveLength(logged.length);
    expect(Object.keys(byJob(ofService))).toHaveLength(new Set(logged.map(({ data }) => data.jobId)).size);
    expect(byJob(ofKafka)).toEqual(byJob(ofService));
    for (const command of [ofService, ofKafka]) await expectInterrupted(command);
  });

  it("all come, in order, after a `kill -9` of the service and of Kafka", { timeout: LONG_MS }, async () => {
    const jobs: string[] = [];
    const load = async () => {
      for (let n = 0; n < JOBS; n++) jobs.push((await client.create([...golden, ...golden])).id);
    };
    const atWork = async () => {
      const before = await published();
      await load();
      await expect.poll(published, { timeout: ROUND_MS, interval: 5 }).toBeGreaterThan(before);
    };
    for (let crash = 0; crash < CRASHES; crash++) {
      const killed = await serving(plain());
      await atWork();
      await killed.kill();
      service = undefined;
      await serving(plain());
      await atWork();
      await broker.kill();
      await load();
      await expect.poll(lag, { timeout: ROUND_MS }).toBeGreaterThan(0);
      await broker.start();
    }
    await ended(jobs);
    await expect.poll(lag, { timeout: ROUND_MS }).toBe(0);
    const logged = await client.events();
    const reader = await read("events");
    await expect.poll(() => reader.firsts.length, { timeout: ROUND_MS }).toBe(logged.length);
    const sent = Map.groupBy(reader.firsts, ({ data }) => data.jobId);
    const ofLog = Map.groupBy(logged, ({ data }) => data.jobId);
    expect(sent.size).toBe(ofLog.size);
    for (const [id, events] of ofLog)
      expect(sent.get(id)?.map((event) => event.id)).toEqual(events.map((event) => event.id));
    // A page for each kill, and what the client itself repeated: few.
    const repeated = reader.messages.length - logged.length;
    console.log(`Kafka: ${logged.length} events, ${repeated} of them twice, ${CRASHES} kills of each.`);
    expect(repeated).toBeLessThan(2 * CRASHES * 2 * 500);
  });

  it("go over TLS with a password, and a new topic gets all of them", async () => {
    await serving(plain());
    const before = await loggedAfter(1);
    await expect.poll(lag).toBe(0);
    await serving({ ...secured(), NODE_EXTRA_CA_CERTS: broker.certificate });
    const logged = await loggedAfter(1);
    expect(logged.length).toBeGreaterThan(before.length);
    const reader = await read("secured");
    await expect.poll(() => reader.messages.length).toBe(logged.length);
    await expect.poll(lag).toBe(0);
  });

  it("go on after a restart where they were, to a broker that asks for a certificate, which may come later", async () => {
    await serving({ ...secured(), NODE_EXTRA_CA_CERTS: broker.certificate });
    const before = await loggedAfter(1);
    await expect.poll(lag).toBe(0);
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    // Of another certificate.
    writeFileSync(key, privateKey.export({ type: "pkcs8", format: "pem" }));
    const { log } = await serving(certified());
    const logged = await loggedAfter(1);
    const said = (text: string) => expect.poll(() => log.join("\n")).toContain(text);
    await said("cannot be published to Kafka");
    const reader = await read("secured");
    await expect.poll(() => reader.messages.length).toBe(before.length);
    copyFileSync(broker.key, key);
    await expect.poll(() => reader.messages.length).toBe(logged.length);
    await said("Events are published to Kafka again");
    const watch = ["watch", "--kafka", broker.certifiedAddress, "--topic", "secured", "--json", "--no-images"];
    const watching = startCommand("", watch, { environment: certified() });
    const ofJobs = logged.filter(({ subject }) => !subject.includes("/images/"));
    const printed = () => watching.output.stdout.split("\n").slice(0, -1);
    await expect.poll(printed).toHaveLength(ofJobs.length);
    const ids = (events: readonly { id: string }[]) => events.map(({ id }) => id).sort();
    expect(ids(printed().map((line) => JSON.parse(line)))).toEqual(ids(ofJobs));
    await expectInterrupted(watching);
    expect(reader.messages.length).toBe(logged.length);
  });

  it("are refused with a wrong password, without a certificate, and do not go to a broker that is not trusted", async () => {
    const trusting = { KAFKA_CA_FILE: broker.certificate };
    const refused = [
      { ...secured(), ...trusting, KAFKA_PASSWORD: "wrong-password" },
      secured(),
      { KAFKA_BROKERS: broker.certifiedAddress, KAFKA_TLS: "true", ...trusting },
    ];
    const publish = async (environment: NodeJS.ProcessEnv, id: number) => {
      const sink = new KafkaSink(loadConfig({ ...environment, KAFKA_TOPIC: "refused" }));
      stops.push(() => sink.close());
      await sink.publish([sequenced(id, eventOf("a", id))]);
    };
    for (const environment of refused) {
      const error: Error = await publish(environment, 1).then(
        () => expect.unreachable(),
        (error) => error,
      );
      expect(error.message).toMatch(/^Kafka: /);
      // As the service logs it.
      expect(JSON.stringify(stdSerializers.err(error))).not.toContain("wrong-password");
    }
    await publish(plain(), 2);
    const reader = await read("refused");
    await expect.poll(() => reader.events.map(({ id }) => id)).toEqual([eventOf("a", 2).id]);
  });

  it("are read no further where the reader is interrupted while it connects", async () => {
    const topic = "interrupted";
    const reader = await TopicReader.open(broker.address, topic);
    stops.push(() => reader.close());
    const interruption = new AbortController();
    const connection = { clientId: "test", bootstrapBrokers: [broker.address] };
    const first = kafkaEvents({ connection, topic, signal: interruption.signal }).next();
    interruption.abort();
    expect(await first).toEqual({ done: true, value: undefined });
  });

  // The last that needs the broker.
  it("wait in the log while Kafka is away, which is logged once", async () => {
    const { log, stop } = await serving(certified());
    await loggedAfter(1);
    await expect.poll(lag).toBe(0);
    await broker.kill();
    const failures = () => log.filter((line) => line.includes("cannot be published to Kafka")).length;
    const [before, failed] = [await client.events(), failures()];
    const logged = await loggedAfter(2);
    expect(await lag()).toBe(logged.length - before.length);
    await expect.poll(failures).toBe(failed + 1);
    service = undefined;
    expect(await stop()).toBe(0);
    expect(failures()).toBe(failed + 1);
  });
});

describe("sightline watch --kafka", () => {
  it("says with exit code 3 that Kafka does not answer, and with 2 that an address is none", async () => {
    const nowhere = `127.0.0.1:${await freePort()}`;
    expect(await sightline("", "watch", "--kafka", nowhere)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("Kafka"),
    });
    expect(await sightline("", "watch", "--kafka", "kafka")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("host:port"),
    });
  });
});
