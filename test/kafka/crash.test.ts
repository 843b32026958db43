/**
 * `kill -9` of the service and of Kafka under load: every event arrives, in order for each job.
 * `SIGHTLINE_KAFKA_CRASHES=20` kills each of them twenty times.
 */
import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { golden, JobClient } from "../support/job-client.ts";
import { type KafkaBroker, startKafkaBroker } from "../support/kafka-broker.ts";
import { TopicReader } from "../support/kafka-topic.ts";
import { freePort, type RunningService, startService, temporaryFolder } from "../support/service.ts";

const CRASHES = Number(process.env.SIGHTLINE_KAFKA_CRASHES || 2);
/** Of each round, so that events are being published when something is killed. */
const JOBS = 8;
const ROUND_MS = 60_000;

const dataDir = temporaryFolder();
let environment: NodeJS.ProcessEnv;
let broker: KafkaBroker;
let service: RunningService;
beforeAll(async () => {
  broker = await startKafkaBroker();
  environment = { DATA_DIR: dataDir, PORT: String(await freePort()), KAFKA_BROKERS: broker.address };
  service = await startService(environment);
}, 120_000);
afterAll(async () => {
  await service?.stop();
  await broker?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const published = async () => {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  return Number(/^sightline_kafka_published_total (\d+)$/m.exec(text)?.[1] ?? 0);
};
const lag = async () => {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  return Number(/^sightline_kafka_lag_events (\S+)$/m.exec(text)?.[1]);
};

it("loses no event and no order", { timeout: 60_000 + 2 * CRASHES * ROUND_MS }, async () => {
  const client = new JobClient(service.url);
  const jobs: string[] = [];
  const load = async () => {
    for (let n = 0; n < JOBS; n++) jobs.push((await client.create([...golden, ...golden])).id);
  };
  for (let crash = 0; crash < CRASHES; crash++) {
    await load();
    await expect.poll(published, { timeout: ROUND_MS, interval: 5 }).toBeGreaterThan(0);
    await service.kill();
    service = await startService(environment);
    await load();
    await expect.poll(published, { timeout: ROUND_MS, interval: 5 }).toBeGreaterThan(0);
    await broker.kill();
    await load();
    await expect.poll(lag, { timeout: ROUND_MS }).toBeGreaterThan(0);
    await broker.start();
  }
  for (const id of jobs)
    await expect
      .poll(async () => (await client.events(id)).at(-1)?.type, { timeout: ROUND_MS })
      .toBe("dev.sightline.job.succeeded");
  await expect.poll(lag, { timeout: ROUND_MS }).toBe(0);
  const logged = await client.events();
  const reader = await TopicReader.open(broker.address);
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
  await reader.close();
});
