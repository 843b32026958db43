/** An image that crashes native code, in a cluster: one detector is lost to it, and no other. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { commandFile, form, golden, JobClient } from "../support/job-client.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";
import { type RunningProcess, type RunningService, startProcess, startService } from "../support/service.ts";
import { until } from "../support/until.ts";

const DETECTOR = "test/support/services/crashing-detector.service.ts";
const refused = { code: "IMAGE_REFUSED", status: 422 };
const culprit = (text: string) => commandFile(`crash SIGSEGV ${text}`);
let nats: NatsServer;
let front: RunningService;
let client: JobClient;
const detectors: RunningProcess[] = [];

beforeAll(async () => {
  nats = await startNatsServer();
  front = await startService({ NATS_URL: nats.url, SERVICES: "api,jobs,events" }, undefined, () => true);
  client = new JobClient(front.url);
  await startDetector();
  await startDetector();
});
afterAll(async () => {
  await Promise.all([front, ...alive()].map(({ stop }) => stop()));
  await nats.stop();
});

const alive = () =>
  detectors.filter(({ process: { exitCode, signalCode } }) => exitCode === null && signalCode === null);
const threads = async () => (await client.get("/readyz")).body.threads ?? 0;

async function startDetector() {
  const before = alive().length;
  const started = startProcess({ NATS_URL: nats.url, THREADS: "1" }, DETECTOR);
  detectors.push(started);
  await until(async () => (await threads()) === before + 1);
  return started;
}

it("costs one of two detectors, and its request is answered", async () => {
  const { body } = await client.post("/process", form([golden[0] as never, culprit("1")]));
  expect(body.images).toMatchObject([{ faces: golden[0]?.faces }, { problem: refused }]);
  await expect.poll(alive).toHaveLength(1);
});

it("is refused by detectors that come later, though who found out is gone", async () => {
  const [first] = alive();
  await startDetector();
  await first?.stop();
  await expect.poll(threads).toBe(1);
  const { body } = await client.post("/process", form([culprit("1"), golden[1] as never]));
  expect(body.images).toMatchObject([{ problem: refused }, { faces: golden[1]?.faces }]);
  await expect.poll(alive).toHaveLength(1);
});

it("costs one detector when it comes in a job", async () => {
  await startDetector();
  const { id } = await client.create([...golden, culprit("2")]);
  expect(await client.finished(id)).toMatchObject({ state: "partially_failed", images: { done: 5, failed: 1 } });
  const images = await client.results(id);
  expect(images.at(-1)).toMatchObject({ state: "failed", problem: refused });
  expect(images.slice(0, 5).map(({ result }) => result?.faces)).toEqual(golden.map(({ faces }) => faces));
  await expect.poll(alive).toHaveLength(1);
});

it("is refused by the detector that did not try it", async () => {
  // One has found out, and tells the other, which may then be the only one.
  const [teacher] = alive();
  const pupil = await startDetector();
  await client.post("/process", form([culprit("3")]));
  await expect.poll(alive).toHaveLength(1);
  expect([teacher, pupil]).toContain(alive()[0]);
  const { body } = await client.post("/process", form([culprit("2"), culprit("3")]));
  expect(body.images).toMatchObject([{ problem: refused }, { problem: refused }]);
  await expect.poll(alive).toHaveLength(1);
});
