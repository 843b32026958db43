/** Back-pressure and retention: a service that has little room and a short memory. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Job } from "../../lib/contracts/job.ts";
import { type BreakableService, startBreakableService } from "../support/breakable-service.ts";
import { badFile, form, golden, JobClient, manyGolden, type SequencedEvent } from "../support/job-client.ts";

const [image] = golden as [(typeof golden)[0]];
let service: BreakableService;
let client: JobClient;

async function start(settings: NodeJS.ProcessEnv): Promise<void> {
  service = await startBreakableService({ THREADS: "1", ...settings });
  client = new JobClient(service.url);
}
const blobs = () => readdirSync(join(service.dataDir, "blobs")).toSorted();

describe("a queue that is full", () => {
  beforeAll(() => start({ MAX_QUEUED_IMAGES: "8", DISPATCH_CONCURRENCY: "2" }));
  afterEach(async () => {
    service.detector("");
    for (const { id } of await client.jobs("limit=100")) {
      await client.post(`/v1/jobs/${id}/cancel`);
      await client.send("DELETE", `/v1/jobs/${id}`);
    }
    await expect.poll(blobs).toEqual([".incoming"]);
  });
  afterAll(() => service.stop());

  it("takes no more jobs, says when to come again, and loses none it has", async () => {
    service.detector("hold");
    const waiting = await client.create([image], "?execute=false");
    const key = { "Idempotency-Key": "accepted" };
    const accepted = await client.create(manyGolden(10), "", key);
    const refusals = await Promise.all([
      client.post("/v1/jobs", form([image])),
      client.post("/process", form([image]), { Prefer: "respond-async" }),
      client.post(`/v1/jobs/${waiting.id}/execute`),
    ]);
    for (const { status, headers, body } of refusals) {
      expect({ status, code: body.code }).toEqual({ status: 503, code: "OVERLOADED" });
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expect(blobs()).toEqual([".incoming", accepted.id, waiting.id].toSorted());
    // A repeated request is told that its job is queued.
    const again = await client.post(`/v1/jobs/${accepted.id}/execute`);
    expect(again).toMatchObject({ status: 409, body: { code: "JOB_STATE_CONFLICT" } });
    // What was accepted already needs no room; what is answered at once goes ahead of jobs.
    expect(await client.post("/v1/jobs", form(manyGolden(10)), key)).toMatchObject({
      status: 202,
      body: { id: accepted.id },
    });
    const atOnce = client.post("/process", form([image]));
    // A refused key is free again.
    const other = { "Idempotency-Key": "refused" };
    expect(await client.post("/v1/jobs", form([image]), other)).toMatchObject({ status: 503 });
    service.detector("");
    expect(await atOnce).toMatchObject({ status: 200 });
    await client.finished(accepted.id);
    expect(await client.job(accepted.id)).toMatchObject({ state: "succeeded", images: { done: 10 } });
    expect(await client.post("/v1/jobs", form([image]), other)).toMatchObject({ status: 202 });
    expect(await client.post(`/v1/jobs/${waiting.id}/execute`)).toMatchObject({ status: 202 });
  });

  it("counts jobs that are not executed, and does not let them keep others waiting", async () => {
    const stage = "/v1/jobs?execute=false";
    const staged = await client.create(golden, "?execute=false");
    const add = () => client.post(`/v1/jobs/${staged.id}/images`, form([image]));
    expect(await add()).toMatchObject({ status: 200, body: { images: { total: 6 } } });
    const empty = await client.create([], "?execute=false");
    const image64 = Buffer.from(image.bytes).toString("base64");
    const json = { execute: false, images: [image64] };
    const refusals = [
      await client.post(stage, form([image])),
      await client.post(stage, form([])),
      await client.postJson("/v1/jobs", json),
      await add(),
    ];
    for (const { status, headers, body } of refusals) {
      expect({ status, code: body.code }).toEqual({ status: 503, code: "OVERLOADED" });
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expect(blobs()).toEqual([".incoming", staged.id].toSorted());
    const executed = await client.create(golden);
    expect(await client.finished(executed.id)).toMatchObject({ state: "succeeded" });
    expect(await client.post(`/v1/jobs/${staged.id}/execute`)).toMatchObject({ status: 202 });
    expect(await client.finished(staged.id)).toMatchObject({ state: "succeeded", images: { done: 6 } });
    expect(await client.postJson("/v1/jobs", json)).toMatchObject({ status: 201 });
    expect(await client.send("DELETE", `/v1/jobs/${empty.id}`)).toMatchObject({ status: 204 });
  });
});

describe("a service that serves several owners, and keeps images for a short time", () => {
  beforeAll(() =>
    start({
      ...{ MAX_QUEUED_IMAGES_PER_OWNER: "6", DISPATCH_CONCURRENCY: "2" },
      ...{ PICTURE_RETENTION_MS: "300", SWEEP_INTERVAL_MS: "100" },
    }),
  );
  afterAll(() => service.stop());

  it("the full queue of one owner does not keep others waiting", async () => {
    const session = async () => ({ key: (await client.get("/session")).body.key as string });
    const [greedy, other] = [await session(), await session()];
    const post = (headers: Record<string, string>, query = "") =>
      client.post(`/v1/jobs${query}`, form(golden), headers);
    const staged = [await post(greedy, "?execute=false"), await post(greedy, "?execute=false")];
    expect(staged).toMatchObject([{ status: 201 }, { status: 201 }]);
    const id = staged[0]?.body.id;
    for (const refused of [
      await post(greedy),
      await post(greedy, "?execute=false"),
      await client.post(`/v1/jobs/${id}/images`, form([image]), greedy),
    ]) {
      expect(refused).toMatchObject({ status: 429, body: { code: "QUOTA_EXCEEDED" } });
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expect(await post(other)).toMatchObject({ status: 202 });
    expect(await post({})).toMatchObject({ status: 202 });
    expect(await client.post(`/v1/jobs/${id}/execute`, undefined, greedy)).toMatchObject({ status: 202 });
    await expect.poll(async () => (await post(greedy)).status).toBe(202);
  });

  it("a small job is not kept waiting by a large one, and a higher priority goes first", async () => {
    // All jobs are there before the first image is done: the log has the order that the service chose.
    service.detector("hold");
    const large = await client.create(manyGolden(60));
    const small = await client.create([image, image]);
    const urgent = await client.create(manyGolden(20), "?priority=9");
    service.detector("");
    const ids = [large, small, urgent].map(({ id }) => id);
    const done = async () =>
      (await client.events()).filter(
        ({ type, data }) => type === "dev.sightline.image.done" && ids.includes(data.jobId as string),
      );
    await expect.poll(async () => (await done()).length).toBe(82);
    const jobs = (await done()).map(({ data }) => data.jobId);
    const doneBefore = ({ id }: Job) => jobs.slice(0, jobs.lastIndexOf(id)).filter((job) => job === large.id).length;
    expect(doneBefore(small)).toBeLessThan(20);
    expect(doneBefore(urgent)).toBeLessThan(20);
  });

  it("images of a job that failed go after their time, and a retry says so", async () => {
    const { id } = await client.create([image, badFile]);
    await client.finished(id);
    const created = await client.create([image], "?execute=false");
    await expect.poll(() => existsSync(join(service.dataDir, "blobs", id))).toBe(false);
    expect(existsSync(join(service.dataDir, "blobs", created.id))).toBe(true);
    const { status, body } = await client.post(`/v1/jobs/${id}/retry`);
    expect({ status, code: body.code }).toEqual({ status: 409, code: "JOB_STATE_CONFLICT" });
    expect(await client.job(id)).toMatchObject({ state: "partially_failed" });
    expect(await client.results(id)).toMatchObject([{ state: "done" }, { state: "failed" }]);
  });
});

describe("a queue of the detector that is full", () => {
  afterEach(() => service.stop());

  it("costs a job no attempts", async () => {
    await start({ QUEUE_SIZE: "1", DISPATCH_CONCURRENCY: "96", MAX_ATTEMPTS: "1", IMAGE_TIMEOUT_MS: "600000" });
    service.detector("hold");
    const { id } = await client.create(manyGolden(50));
    const isRefused = ({ data }: SequencedEvent) => (data.problem as { code?: string })?.code === "OVERLOADED";
    // Otherwise nothing is tested.
    await expect.poll(async () => (await client.events(id)).some(isRefused)).toBe(true);
    service.detector("");
    expect(await client.finished(id)).toMatchObject({ state: "succeeded", images: { done: 50 } });
    expect(await client.deadLetters()).toEqual([]);
  });
});

describe("retention", () => {
  afterEach(() => service.stop());

  it("jobs go after theirs, also those nobody executed, and events after theirs", async () => {
    await start({ JOB_RETENTION_MS: "1000", EVENT_RETENTION_MS: "1500", SWEEP_INTERVAL_MS: "100" });
    const { id } = await client.create([image, badFile]);
    const abandoned = await client.create([image], "?execute=false");
    await expect.poll(async () => (await client.events()).length).toBeGreaterThan(0);
    await expect.poll(() => client.jobs("limit=10")).toEqual([]);
    for (const job of [id, abandoned.id]) {
      expect(await client.get(`/v1/jobs/${job}`)).toMatchObject({ status: 404 });
      // Its files go after it.
      await expect.poll(() => existsSync(join(service.dataDir, "blobs", job))).toBe(false);
    }
    // The newest event stays, so that the sequence goes on from it.
    await expect.poll(async () => (await client.events()).length).toBe(1);
    const [last] = await client.events();
    await client.create([image], "?execute=false");
    // Of all jobs: this one may be gone by then, which is an event too.
    await expect.poll(async () => (await client.events()).at(-1)?.sequence).toBeGreaterThan(last?.sequence ?? 0);
  });
});
