/** Images that take their worker with them: given up in the end, heard of, tried again, and in nobody's way. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callFrom } from "../../lib/contracts/action.ts";
import { actions } from "../../lib/contracts/actions.ts";
import type { Job, JobSettings } from "../../lib/contracts/job.ts";
import brokerOptions from "../../moleculer.config.ts";
import detector from "../../services/detector.service.ts";
import jobs from "../../services/jobs.service.ts";
import { golden } from "../support/job-client.ts";

const workerFile = fileURLToPath(new URL("../support/workers/poisoned.worker.ts", import.meta.url));
const broker = new ServiceBroker({ ...brokerOptions, logger: false });
const call = callFrom(broker);
beforeAll(async () => {
  broker.createService({ ...detector, settings: { workerFile } });
  broker.createService(jobs);
  await broker.start();
});
afterAll(() => broker.stop());

let ids = 0;
/** Submits files as the gateway does. */
async function submit(files: readonly Uint8Array[], settings: JobSettings = {}): Promise<Job> {
  const id = `job-${++ids}`;
  const images = [];
  for (const image of files) {
    images.push({ fileName: null, ...(await call(actions.jobs.storeImage, { jobId: id, image })) });
  }
  return call(actions.jobs.submit, { id, settings, images });
}
const finished = (id: string) => call(actions.jobs.wait, { id, waitMs: 60_000 });
const results = async (id: string) => (await call(actions.jobs.results, { id, limit: 1000 })).items;
const deadLetters = async () => (await call(actions.jobs.deadLetters)).items;

const bytes = (text: string) => new TextEncoder().encode(text);
const healthy = golden.map((image) => image.bytes);
const [image] = healthy as [Uint8Array];

describe("an image that takes its worker with it", () => {
  it("is given up after its attempts, with the reason, and fails none of its neighbours", async () => {
    const { id } = await submit([...healthy, bytes("die"), ...healthy, bytes("throw"), ...healthy]);
    expect(await finished(id)).toMatchObject({ state: "partially_failed", images: { done: 15, failed: 2 } });
    const images = await results(id);
    const good = images.filter(({ state }) => state === "done");
    expect(good.map(({ result }) => result?.faces)).toEqual(
      [...golden, ...golden, ...golden].map(({ faces }) => faces),
    );
    const lost = { state: "failed", attempts: 3, problem: { code: "WORKER_LOST", status: 503 } };
    expect([images[5], images[11]]).toMatchObject([lost, lost]);
    expect(await deadLetters()).toMatchObject([
      { jobId: id, index: 5, ...lost },
      { jobId: id, index: 11, ...lost },
    ]);
  });

  it("gets as many attempts as are counted", async () => {
    const note = join(process.env.DATA_DIR as string, "attempts");
    const { id } = await submit([bytes(`note ${note}`)]);
    await finished(id);
    expect(await results(id)).toMatchObject([{ attempts: 3 }]);
    expect(readFileSync(note, "utf8")).toBe("xxx");
  });

  it("is no longer a dead letter while it is tried again, and one once more after that", async () => {
    const { id } = await submit([bytes("die again"), image]);
    await finished(id);
    const dead = async () => (await deadLetters()).filter(({ jobId }) => jobId === id).map(({ index }) => index);
    expect(await dead()).toEqual([0]);
    await call(actions.jobs.retry, { id });
    expect(await dead()).toEqual([]);
    expect(await finished(id)).toMatchObject({ state: "partially_failed" });
    expect(await dead()).toEqual([0]);
    expect(await results(id)).toMatchObject([{ attempts: 6 }, { attempts: 1 }]);
    await call(actions.jobs.remove, { id });
    expect(await dead()).toEqual([]);
  });

  it("does not delay other jobs, not even many of its kind", async () => {
    const poisoned = await submit(Array.from({ length: 8 }, (_, n) => bytes(`die ${n}`)));
    const innocent = await submit(healthy);
    expect(await finished(innocent.id)).toMatchObject({ state: "succeeded" });
    expect(await finished(poisoned.id)).toMatchObject({ state: "failed", images: { failed: 8 } });
    expect(await finished((await submit(healthy)).id)).toMatchObject({ state: "succeeded" });
  });
});

it("an image that is at fault itself is tried once and is no dead letter", async () => {
  const before = await deadLetters();
  const { id } = await submit([bytes("no image")]);
  await finished(id);
  expect(await results(id)).toMatchObject([{ attempts: 1, problem: { code: "UNSUPPORTED_MEDIA_TYPE" } }]);
  expect(await deadLetters()).toEqual(before);
});

it("pages of dead letters have each once", async () => {
  const all = await deadLetters();
  expect(all.length).toBeGreaterThan(3);
  const paged: typeof all = [];
  for (let cursor: string | undefined; ; ) {
    const params = { limit: 3, ...(cursor && { cursor }) };
    const page = await call(actions.jobs.deadLetters, params);
    paged.push(...page.items);
    if (!page.nextCursor) break;
    cursor = page.nextCursor;
  }
  expect(paged).toEqual(all);
});
