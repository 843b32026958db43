/** The service publishes to a real Kafka. */
import { generateKeyPairSync } from "node:crypto";
import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Kafka, type KafkaMessage } from "cloudevents";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { expectCloudEvent } from "../support/cloud-events.ts";
import { sightline, startCommand } from "../support/command-line.ts";
import { golden, JobClient } from "../support/job-client.ts";
import { type KafkaBroker, kafkaUser, startKafkaBroker } from "../support/kafka-broker.ts";
import { TopicReader } from "../support/kafka-topic.ts";
import { freePort, type RunningService, startService, temporaryFolder } from "../support/service.ts";

let broker: KafkaBroker;
const stops: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  broker = await startKafkaBroker();
}, 120_000);
afterAll(() => broker?.stop());
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(environment: NodeJS.ProcessEnv): Promise<RunningService> {
  const service = await startService(environment);
  stops.push(() => service.stop());
  return service;
}

async function read(topic: string): Promise<TopicReader> {
  const reader = await TopicReader.open(broker.address, topic);
  stops.push(() => reader.close());
  return reader;
}

/** Runs jobs to their ends. @returns all events of the log. */
async function loggedAfter(client: JobClient, jobs: number) {
  const ids = await Promise.all(Array.from({ length: jobs }, () => client.create(golden)));
  for (const { id } of ids)
    await expect.poll(async () => (await client.events(id)).at(-1)?.type).toBe("dev.sightline.job.succeeded");
  return client.events();
}

const metric = async ({ url }: RunningService, name: string) => {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
};

describe("events on Kafka", () => {
  it("are those of the log, in order for each job, as CloudEvents with the job as their key", async () => {
    const topic = "all-events";
    const service = await start({ KAFKA_BROKERS: broker.address, KAFKA_TOPIC: topic });
    const logged = await loggedAfter(new JobClient(service.url), 5);
    const reader = await read(topic);
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
    await expect.poll(() => metric(service, "sightline_kafka_published_total")).toBe(logged.length);
    await expect.poll(() => metric(service, "sightline_kafka_lag_events")).toBe(0);
  });

  it("go on after a restart where they were, and a new topic gets all of them", async () => {
    const dataDir = temporaryFolder();
    stops.push(async () => rmSync(dataDir, { recursive: true }));
    const environment = { KAFKA_BROKERS: broker.address, KAFKA_TOPIC: "restarted", DATA_DIR: dataDir };
    const first = await startService(environment);
    const before = await loggedAfter(new JobClient(first.url), 1);
    await expect.poll(() => metric(first, "sightline_kafka_lag_events")).toBe(0);
    await first.stop();
    const second = await startService(environment);
    const logged = await loggedAfter(new JobClient(second.url), 1);
    expect(logged.length).toBeGreaterThan(before.length);
    const reader = await read("restarted");
    await expect.poll(() => reader.messages.length).toBe(logged.length);
    await second.stop();
    const third = await start({ ...environment, KAFKA_TOPIC: "another" });
    const other = await read("another");
    await expect.poll(() => other.messages.length).toBe(logged.length);
    expect(reader.messages.length).toBe(logged.length);
    await expect.poll(() => metric(third, "sightline_kafka_lag_events")).toBe(0);
  });

  it("wait in the log while Kafka is away, which is logged once", async () => {
    const port = await freePort();
    const service = await start({ KAFKA_BROKERS: `127.0.0.1:${port}` });
    const logged = await loggedAfter(new JobClient(service.url), 2);
    expect(await metric(service, "sightline_kafka_lag_events")).toBe(logged.length);
    const failures = () => service.log.filter((line) => line.includes("cannot be published to Kafka"));
    await expect.poll(failures).toHaveLength(1);
    expect(await service.stop()).toBe(0);
    stops.pop();
    expect(failures()).toHaveLength(1);
  });

  it("go over TLS with a password, and are refused with a wrong one", async () => {
    const environment = {
      KAFKA_BROKERS: broker.securedAddress,
      KAFKA_TOPIC: "secured",
      KAFKA_TLS: "true",
      KAFKA_SASL: "SCRAM-SHA-512",
      KAFKA_USERNAME: kafkaUser.username,
      KAFKA_PASSWORD: kafkaUser.password,
      NODE_EXTRA_CA_CERTS: broker.certificate,
    };
    const service = await start(environment);
    const logged = await loggedAfter(new JobClient(service.url), 1);
    const reader = await read("secured");
    await expect.poll(() => reader.messages.length).toBe(logged.length);
    for (const wrong of [{ KAFKA_PASSWORD: "wrong-password" }, { NODE_EXTRA_CA_CERTS: "" }]) {
      const refused = await start({ ...environment, ...wrong });
      await loggedAfter(new JobClient(refused.url), 1);
      await expect.poll(() => refused.log.join("\n")).toMatch(/cannot be published to Kafka/);
      expect(refused.log.join("\n")).not.toContain("wrong-password");
    }
    expect(reader.messages.length).toBe(logged.length);
  });

  it("go to a broker that asks for a certificate, which may come later", { timeout: 180_000 }, async () => {
    const folder = temporaryFolder();
    stops.push(async () => rmSync(folder, { recursive: true }));
    const key = join(folder, "key.pem");
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    // Of another certificate.
    writeFileSync(key, privateKey.export({ type: "pkcs8", format: "pem" }));
    const tls = { KAFKA_TLS: "true", KAFKA_CA_FILE: broker.certificate };
    const certified = { ...tls, KAFKA_CERT_FILE: broker.certificate, KAFKA_KEY_FILE: key };
    const environment = { KAFKA_BROKERS: broker.certifiedAddress, KAFKA_TOPIC: "certified" };
    const service = await start({ ...environment, ...certified });
    const logged = await loggedAfter(new JobClient(service.url), 1);
    const said = (text: string) => expect.poll(() => service.log.join("\n")).toContain(text);
    await said("cannot be published to Kafka");
    copyFileSync(broker.key, key);
    const reader = await read("certified");
    await expect.poll(() => reader.messages.length).toBe(logged.length);
    await said("Events are published to Kafka again");
    const without = await start({ ...environment, ...tls });
    await loggedAfter(new JobClient(without.url), 1);
    await expect.poll(() => without.log.join("\n")).toMatch(/cannot be published to Kafka/);
    const watch = ["watch", "--kafka", broker.certifiedAddress, "--topic", "certified"];
    const { output, process: child, ended } = startCommand("", watch, { environment: certified });
    await expect.poll(() => output.stdout).toMatch(/job: succeeded\n$/);
    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
    expect(reader.messages.length).toBe(logged.length);
  });
});

describe("sightline watch --kafka", () => {
  it("prints them as it prints those of the service", async () => {
    const topic = "watched";
    const service = await start({ KAFKA_BROKERS: broker.address, KAFKA_TOPIC: topic });
    await loggedAfter(new JobClient(service.url), 1);
    const ofService = startCommand(service.url, ["watch"]);
    const ofKafka = startCommand("", ["watch", "--kafka", broker.address, "--topic", topic]);
    const asJson = startCommand("", ["watch", "--kafka", broker.address, "--topic", topic, "--json", "--no-images"]);
    for (const { output } of [ofService, ofKafka]) await expect.poll(() => output.stdout).toMatch(/job: succeeded\n$/);
    expect(ofKafka.output.stdout).toBe(ofService.output.stdout);
    await expect.poll(() => asJson.output.stdout.split("\n").length).toBe(5);
    expect(JSON.parse(asJson.output.stdout.split("\n")[3] ?? "")).toMatchObject({
      type: "dev.sightline.job.succeeded",
    });
    for (const { process: child, ended } of [ofService, ofKafka, asJson]) {
      child.kill("SIGINT");
      expect((await ended).code).toBe(130);
    }
  });

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
