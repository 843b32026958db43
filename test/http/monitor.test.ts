/** What the service says of itself: nodes, statistics; and the images it keeps. */
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serviceNames } from "../../lib/config.ts";
import packageJson from "../../package.json" with { type: "json" };
import { sample } from "../support/images.ts";
import { form, JobClient } from "../support/job-client.ts";
import { type RunningService, startService, temporaryFolder } from "../support/service.ts";

const dataDir = temporaryFolder();
let service: RunningService;
let client: JobClient;
const start = async () => {
  service = await startService({ DATA_DIR: dataDir, THREADS: "2", MAX_IMAGE_BYTES: "1000000" });
  client = new JobClient(service.url);
};
beforeAll(start);
afterAll(async () => {
  await service.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const astronaut = { name: "astronaut.png", bytes: sample("astronaut.png") };
const page = { name: "page.html", bytes: new TextEncoder().encode("<script>alert(1)</script>") };
const statistics = async () => (await client.get("/v1/statistics")).body;

describe("GET /v1/nodes", () => {
  it("tells what a single node is and does", async () => {
    const { status, body } = await client.get("/v1/nodes");
    expect(status).toBe(200);
    expect(body.items).toEqual([
      {
        id: expect.any(String),
        hostname: expect.any(String),
        state: "online",
        services: [...serviceNames].sort(),
        version: packageJson.version,
        startedAt: expect.stringMatching(/Z$/),
        uptimeSeconds: expect.any(Number),
        detector: { threads: 2, running: 0, waiting: 0 },
      },
    ]);
  });
});

describe("GET /v1/statistics", () => {
  it("counts what happened, and says the same after the process was killed", async () => {
    expect((await statistics()).activity.lastHour).toEqual({ done: 0, failed: 0, retried: 0 });
    const good = await client.create([astronaut, astronaut, astronaut]);
    const mixed = await client.create([astronaut, page]);
    const staged = await client.create([astronaut], "?execute=false");
    for (const { id } of [good, mixed]) await client.finished(id);
    for (const [{ id }, state] of [
      [good, "succeeded"],
      [mixed, "partially_failed"],
      [staged, "created"],
    ] as const)
      await expect.poll(async () => (await client.events(id)).at(-1)?.type).toBe(`dev.sightline.job.${state}`);
    await expect.poll(async () => (await statistics()).activity.lastHour).toEqual({ done: 4, failed: 1, retried: 0 });
    const before = await statistics();
    expect(before).toMatchObject({
      queue: { waiting: 0, oldestSeconds: null },
      jobs: { created: 1, queued: 0, running: 0, succeeded: 1, partially_failed: 1, failed: 0, cancelled: 0 },
      deadLetters: 0,
      lastSequence: (await client.events()).length,
    });
    expect(before.activity.lastMinute.p50Ms).toBeGreaterThan(0);
    expect(before.activity.lastMinute.p95Ms).toBeGreaterThanOrEqual(before.activity.lastMinute.p50Ms);
    expect(before.activity.buckets.done).toHaveLength(360);

    await service.kill();
    await start();
    const after = await statistics();
    expect(after.activity.lastHour).toEqual(before.activity.lastHour);
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    expect(sum(after.activity.buckets.done)).toBe(4);
    expect(after).toMatchObject({ jobs: before.jobs, lastSequence: before.lastSequence });
  });
});

describe("GET /v1/activity", () => {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const activity = async (range: string) => (await client.get(`/v1/activity?range=${range}`)).body;

  it("counts the images of jobs and of requests, in the last hour, day and month", async () => {
    const stored = await activity("day");
    const { id } = await client.create([astronaut, page]);
    await client.finished(id);
    const answer = await client.post("/process", form([astronaut, astronaut]));
    expect(answer.status).toBe(200);
    await expect.poll(async () => sum((await activity("hour")).process.done)).toBe(2);
    const hour = await activity("hour");
    expect(hour).toMatchObject({ range: "hour", bucketSeconds: 10 });
    // Buckets begin anew every ten seconds, at times between the two answers.
    const ofJobs = async () => [(await activity("hour")).jobs, (await statistics()).activity.buckets];
    await expect.poll(async () => new Set((await ofJobs()).map((buckets) => JSON.stringify(buckets))).size).toBe(1);
    expect(hour.process.done).toHaveLength(360);
    const last = hour.process.done.findLastIndex((done: number) => done > 0);
    expect(hour.process.p50Ms[last]).toBeGreaterThan(0);
    expect(hour.process.p95Ms[last]).toBeGreaterThanOrEqual(hour.process.p50Ms[last]);

    // Coarse buckets are written when the service ends, at the latest.
    await service.stop();
    await start();
    for (const [range, length, bucketSeconds] of [
      ["day", 96, 900],
      ["month", 360, 7200],
    ] as const) {
      await expect.poll(async () => sum((await activity(range)).jobs.failed)).toBe(sum(stored.jobs.failed) + 1);
      const { jobs, process, ...rest } = await activity(range);
      expect(rest).toMatchObject({ range, bucketSeconds });
      expect(process.done).toHaveLength(length);
      expect(sum(process.done)).toBe(2);
      expect(sum(jobs.done)).toBe(sum(stored.jobs.done) + 1);
    }
    expect(await client.get("/v1/activity?range=year")).toMatchObject({
      status: 400,
      body: { code: "INVALID_OPTION" },
    });
  });
});

describe("GET /v1/jobs/{id}/images/{index}/picture", () => {
  it("gives a kept image back, so that it can do no harm", async () => {
    const { id } = await client.create([astronaut, page]);
    await client.finished(id);
    const image = await fetch(`${service.url}/v1/jobs/${id}/images/0/picture`);
    expect(image.headers.get("content-type")).toBe("image/png");
    expect(image.headers.get("content-security-policy")).toContain("sandbox");
    expect(image.headers.get("x-content-type-options")).toBe("nosniff");
    expect(Buffer.from(await image.arrayBuffer())).toEqual(Buffer.from(astronaut.bytes));
    const script = await fetch(`${service.url}/v1/jobs/${id}/images/1/picture`);
    expect(script.headers.get("content-type")).toBe("application/octet-stream");
    expect(script.headers.get("content-disposition")).toBe("attachment");
  });

  it("says that an image is gone, or never was", async () => {
    const { id } = await client.create([astronaut]);
    await client.finished(id);
    const answer = async (path: string) => {
      const { status, body } = await client.get(`/v1/jobs/${path}/picture`);
      return [status, body.code];
    };
    // Soon after the job has succeeded.
    await expect.poll(() => answer(`${id}/images/0`)).toEqual([410, "PICTURE_GONE"]);
    expect(await answer(`${id}/images/1`)).toEqual([404, "IMAGE_NOT_FOUND"]);
    expect(await answer(`${id}/images/-1`)).toEqual([404, "IMAGE_NOT_FOUND"]);
    expect(await answer(`${id}/images/first`)).toEqual([404, "IMAGE_NOT_FOUND"]);
    expect(await answer("no-such-job/images/0")).toEqual([404, "JOB_NOT_FOUND"]);
    const tooLarge = form([{ name: "large.png", bytes: new Uint8Array(1_000_001) }]);
    const refused = await client.post("/v1/jobs?execute=false", tooLarge);
    expect(await answer(`${refused.body.id}/images/0`)).toEqual([410, "PICTURE_GONE"]);
  });
});

it("results of one state", async () => {
  const { id } = await client.create([astronaut, page, astronaut, page]);
  await client.finished(id);
  const indexes = async (query: string) =>
    (await client.get(`/v1/jobs/${id}/results?${query}`)).body.items.map(({ index }: { index: number }) => index);
  expect(await indexes("state=failed")).toEqual([1, 3]);
  expect(await indexes("state=done")).toEqual([0, 2]);
  expect(await indexes("state=failed&limit=1&cursor=1")).toEqual([3]);
  expect((await client.get(`/v1/jobs/${id}/results?state=lost`)).body).toMatchObject({ code: "INVALID_OPTION" });
});
