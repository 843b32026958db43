import { mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { JobManager } from "../../lib/jobs/job-manager.ts";
import { Retention } from "../../lib/jobs/retention.ts";
import { storeImage } from "../../lib/jobs/store-image.ts";
import { failImage, finishJob } from "../../lib/jobs/transitions.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import { created, files, problem, queued } from "../ports/sample-jobs.ts";
import { updateImage } from "../support/update-image.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse("2026-02-01T00:00:00.000Z");
const settings = {
  imageRetentionMs: DAY,
  jobRetentionMs: 7 * DAY,
  eventRetentionMs: 30 * DAY,
  auditRetentionMs: 365 * DAY,
};

let folder: string;
let backends: Backends;
/** What failed. */
let failed: string[];
const onError = (_error: unknown, work: string) => failed.push(work);
beforeEach(async () => {
  failed = [];
  folder = mkdtempSync(join(tmpdir(), "sightline-retention-"));
  backends = await openEmbedded({ folder, leaseMs: 1000 });
});
afterEach(async () => {
  await backends.close();
  rmSync(folder, { recursive: true });
});

/** A job with an image; it fails at the time, if one is given. */
async function store(id: string, failedAt?: number): Promise<void> {
  const { sha256, bytes } = await storeImage(backends.blobs, id, [Buffer.from(id)], 1e6);
  await backends.store.insertJob(queued(id), [{ fileName: "a.jpg", sha256, bytes }]);
  if (failedAt === undefined) return;
  const time = new Date(failedAt).toISOString();
  await updateImage(backends.store, id, 0, (image) => failImage(image, problem, false, time));
  const counts = await backends.store.countImages(id);
  await backends.store.updateJob(id, (job) => finishJob(job, counts, time));
}

async function withFiles(): Promise<string[]> {
  const ids: string[] = [];
  for await (const id of backends.blobs.jobIds()) ids.push(id);
  return ids.sort();
}

test("removing images looks only at the jobs that have come of age since the last time", async () => {
  for (let n = 0; n < 120; n++) await store(`waiting${n}`);
  const waiting = await withFiles();
  await store("first", START);
  await store("second", START + HOUR);
  const retention = new Retention(backends, new JobManager(backends, () => {}), settings, onError);
  await retention.sweep(START + DAY);
  expect(await withFiles()).toEqual([...waiting, "first", "second"].sort());

  const spies = {
    jobIds: vi.spyOn(backends.blobs, "jobIds"),
    getJob: vi.spyOn(backends.store, "getJob"),
    delete: vi.spyOn(backends.blobs, "delete"),
  };
  const calls = () => Object.fromEntries(Object.entries(spies).map(([name, { mock }]) => [name, mock.calls.length]));
  await retention.sweep(START + DAY + HOUR / 2);
  expect(calls()).toEqual({ jobIds: 0, getJob: 0, delete: 1 });
  expect(spies.delete).toHaveBeenLastCalledWith("first");
  await retention.sweep(START + DAY + 2 * HOUR);
  expect(calls()).toEqual({ jobIds: 0, getJob: 0, delete: 2 });
  expect(spies.delete).toHaveBeenLastCalledWith("second");
  await retention.sweep(START + DAY + 3 * HOUR);
  expect(calls()).toEqual({ jobIds: 0, getJob: 0, delete: 2 });
  expect(await withFiles()).toEqual(waiting);
});

test("images that a crash left behind are found by the first sweep after the start", async () => {
  await store("done", START);
  const { next, events } = queued("left");
  const cancelled = { ...next, state: "cancelled", finishedAt: new Date(START).toISOString() } as const;
  await storeImage(backends.blobs, "left", [Buffer.from("left")], 1e6);
  await backends.store.insertJob({ next: cancelled, events }, []);
  await store("waiting");
  await new Retention(backends, new JobManager(backends, () => {}), settings, onError).sweep(START + 2 * DAY);
  expect(await withFiles()).toEqual(["waiting"]);
});

test("images that their job needs no more are removed as soon as they are found", async () => {
  await store("failed", START);
  await store("waiting");
  for (const state of ["succeeded", "cancelled"] as const) {
    const { next, events } = queued(state);
    await storeImage(backends.blobs, state, [Buffer.from(state)], 1e6);
    await backends.store.insertJob({ next: { ...next, state, finishedAt: new Date(START).toISOString() }, events }, []);
  }
  await new Retention(backends, new JobManager(backends, () => {}), settings, onError).sweep(START + 1);
  expect(await withFiles()).toEqual(["failed", "waiting"]);
});

test("images without a job are left to their upload for a day", async () => {
  for (const id of ["old", "new"]) await storeImage(backends.blobs, id, [Buffer.from(id)], 1e6);
  const dayAgo = new Date(START - DAY - HOUR);
  for (const path of ["old", "old/pack"]) utimesSync(join(folder, "blobs", path), dayAgo, dayAgo);
  await new Retention(backends, new JobManager(backends, () => {}), settings, onError).sweep(START);
  expect(await withFiles()).toEqual(["new"]);
});

test("a job that is executed or retried while expired jobs are removed stays", async () => {
  await store("expired", START);
  await store("retried", START);
  await backends.store.insertJob(created("staged", {}, new Date(START).toISOString()), files(1));
  const manager = new JobManager(backends, () => {});
  const { store: jobs } = backends;
  const { jobsFinishedBefore, listJobs } = jobs;
  vi.spyOn(jobs, "jobsFinishedBefore").mockImplementationOnce(async (...request) => {
    const page = await jobsFinishedBefore.call(jobs, ...request);
    await manager.retry("retried");
    return page;
  });
  vi.spyOn(jobs, "listJobs").mockImplementationOnce(async (request) => {
    const page = await listJobs.call(jobs, request);
    await manager.execute("staged");
    return page;
  });
  await new Retention(backends, manager, settings, onError).sweep(START + 8 * DAY);
  const left = ["expired", "retried", "staged"].map(async (id) => (await jobs.getJob(id))?.state);
  expect(await Promise.all(left)).toEqual([undefined, "queued", "queued"]);
  expect(await withFiles()).toEqual(["retried"]);
  expect(await backends.queue.jobsWithTasks()).toEqual(new Set(["retried", "staged"]));
});

test("a job that is retried while the images of others are removed keeps its own", async () => {
  await store("expired", START);
  await store("retried", START + HOUR);
  const manager = new JobManager(backends, () => {});
  const { blobs } = backends;
  const remove = blobs.delete.bind(blobs);
  vi.spyOn(blobs, "delete").mockImplementationOnce(async (id) => {
    await remove(id);
    await manager.retry("retried");
  });
  await new Retention(backends, manager, settings, onError).sweep(START + 2 * DAY);
  expect(await withFiles()).toEqual(["retried"]);
});

test("a job that is retried after it was found to have expired images keeps them", async () => {
  await store("retried", START);
  const manager = new JobManager(backends, () => {});
  const { store: jobs } = backends;
  const { jobsFinishedBefore } = jobs;
  vi.spyOn(jobs, "jobsFinishedBefore").mockImplementation(async (before, limit, filter) => {
    const found = await jobsFinishedBefore.call(jobs, before, limit, filter);
    if (found.length > 0) await manager.retry("retried");
    return found;
  });
  await new Retention(backends, manager, settings, onError).sweep(START + 2 * DAY);
  expect(await withFiles()).toEqual(["retried"]);
});

test("a job that is retried while the files of all jobs are looked at keeps its images", async () => {
  await store("retried", START);
  const manager = new JobManager(backends, () => {});
  const { store: jobs } = backends;
  vi.spyOn(jobs, "jobsFinishedBefore").mockResolvedValue([]);
  const { getJob } = jobs;
  vi.spyOn(jobs, "getJob").mockImplementationOnce(async (id) => {
    const job = await getJob.call(jobs, id);
    await manager.retry(id);
    return job;
  });
  await new Retention(backends, manager, settings, onError).sweep(START + 2 * DAY);
  expect(await withFiles()).toEqual(["retried"]);
});

test("a job is not retried without its images, also if their removal failed", async () => {
  await store("failed", START);
  const manager = new JobManager(backends, () => {});
  vi.spyOn(backends.blobs, "delete").mockRejectedValueOnce(new Error("refused"));
  const retention = new Retention(backends, manager, settings, onError);
  await retention.sweep(START + 2 * DAY);
  expect(failed).toEqual(["removing the images of job failed"]);
  await expect(manager.retry("failed")).rejects.toMatchObject({ type: "JOB_STATE_CONFLICT" });
  expect(await backends.store.getJob("failed")).toMatchObject({ state: "failed" });
  await retention.sweep(START + 2 * DAY);
  expect(await withFiles()).toEqual([]);
  await expect(manager.retry("failed")).rejects.toMatchObject({ type: "JOB_STATE_CONFLICT" });
});

test("a step that fails keeps no other from being done", async () => {
  const { store: jobs, log, webhooks, audit, rateCounters, uploads } = backends;
  await store("expired", START);
  const manager = new JobManager(backends, () => {});
  const refuse = () => Promise.reject(new Error("refused"));
  const spies = [
    vi.spyOn(jobs, "jobsFinishedBefore").mockImplementation(refuse),
    vi.spyOn(jobs, "listJobs").mockImplementation(refuse),
    vi.spyOn(jobs, "sweepIdempotencyKeys").mockImplementation(refuse),
    vi.spyOn(webhooks, "sweepFailed").mockImplementation(refuse),
    vi.spyOn(audit, "sweep").mockImplementation(refuse),
    vi.spyOn(rateCounters, "sweep").mockImplementation(refuse),
    vi.spyOn(uploads, "sweep").mockImplementation(refuse),
    vi.spyOn(log, "sweep").mockImplementation(refuse),
  ];
  const retention = new Retention(backends, manager, settings, onError);
  await retention.sweep(START + 8 * DAY);
  expect(failed).toEqual([
    "removing expired jobs",
    "removing jobs that were never executed",
    "removing expired images",
    "removing idempotency keys",
    "removing failed webhooks",
    "removing audit records",
    "removing rate counters",
    "removing records of uploads",
    "removing events",
  ]);
  for (const spy of spies) spy.mockRestore();
  await retention.sweep(START + 8 * DAY);
  expect(await jobs.getJob("expired")).toBeUndefined();
});

test("a job whose images cannot be removed is passed over, and tried again by each sweep", async () => {
  for (const [n, id] of ["first", "refused", "third"].entries()) await store(id, START + n);
  await store("young", START + 2 * DAY);
  const { blobs } = backends;
  const remove = blobs.delete.bind(blobs);
  const spy = vi.spyOn(blobs, "delete");
  spy.mockImplementation(async (id) => {
    if (id === "refused") throw new Error("AccessDenied");
    await remove(id);
  });
  const retention = new Retention(backends, new JobManager(backends, () => {}), settings, onError);
  await retention.sweep(START + 2 * DAY);
  expect(await withFiles()).toEqual(["refused", "young"]);
  failed = [];
  await retention.sweep(START + 2 * DAY);
  expect(failed).toEqual(["removing the images of job refused"]);
  spy.mockImplementation(remove);
  await retention.sweep(START + 2 * DAY);
  expect(await withFiles()).toEqual(["young"]);
});

test("jobs that cannot be deleted are passed over, however many they are", async () => {
  const at = new Date(START).toISOString();
  for (let n = 0; n < 120; n++) {
    const { next, events } = created(`a${n}`, {}, at);
    await backends.store.insertJob({ next: { ...next, state: "failed", finishedAt: at }, events }, []);
    await backends.store.insertJob(created(`c${n}`, {}, at), []);
  }
  await store("expired", START + HOUR);
  await backends.store.insertJob(created("abandoned", {}, new Date(START - HOUR).toISOString()), []);
  const { store: jobs } = backends;
  const deleteJob = jobs.deleteJob.bind(jobs);
  vi.spyOn(jobs, "deleteJob").mockImplementation(async (id, decide) => {
    if (/^[ac]\d/.test(id)) throw new Error("damaged");
    return deleteJob(id, decide);
  });
  await new Retention(backends, new JobManager(backends, () => {}), settings, onError).sweep(START + 8 * DAY);
  expect(failed).toHaveLength(240);
  expect([await jobs.getJob("expired"), await jobs.getJob("abandoned")]).toEqual([undefined, undefined]);
});

test("a sweep ends early when it is told to", async () => {
  for (const id of ["first", "second"]) await store(id, START);
  const closing = new AbortController();
  const { blobs } = backends;
  const remove = blobs.delete.bind(blobs);
  vi.spyOn(blobs, "delete").mockImplementation(async (id) => {
    closing.abort();
    await remove(id);
  });
  const retention = new Retention(backends, new JobManager(backends, () => {}), settings, onError);
  await retention.sweep(START + 2 * DAY, closing.signal);
  expect(await withFiles()).toEqual(["second"]);
  await retention.sweep(START + 2 * DAY);
  expect(await withFiles()).toEqual([]);
});

test("another node does not remove images again that are removed", async () => {
  for (let n = 0; n < 120; n++) await store(`job${n}`, START + n);
  const sweep = () =>
    new Retention(backends, new JobManager(backends, () => {}), settings, onError).sweep(START + 2 * DAY);
  await sweep();
  expect(await withFiles()).toEqual([]);
  const removals = vi.spyOn(backends.blobs, "delete");
  const queries = vi.spyOn(backends.store, "jobsFinishedBefore");
  await sweep();
  expect([removals.mock.calls.length, queries.mock.calls.length]).toEqual([0, 3]);
});

test("all expired idempotency keys are removed, some at a time", async () => {
  const { store: jobs } = backends;
  const record = { owner: "", jobId: "job", claimant: "request", fingerprint: "f" };
  const at = (time: number) => new Date(time).toISOString();
  const claim = (key: string, time: number) =>
    jobs.claimIdempotencyKey({ ...record, key, claimedAt: at(time) }, at(START));
  await Promise.all(Array.from({ length: 1_200 }, (_, n) => claim(`expired ${n}`, START)));
  await claim("new", START + DAY);
  const sweep = vi.spyOn(jobs, "sweepIdempotencyKeys");
  await new Retention(backends, new JobManager(backends, () => {}), settings, onError).sweep(START + DAY + HOUR);
  const removed = await Promise.all(sweep.mock.results.map(({ value }) => value));
  expect(removed).toEqual([500, 500, 200, 0]);
  expect(await claim("new", START + DAY)).toMatchObject({ key: "new" });
});

test("what keeps late requests out is removed some at a time, too", async () => {
  const { store: jobs } = backends;
  const release = (n: number) => jobs.releaseIdempotencyKey({ owner: "", key: "k", jobId: "job", claimant: `${n}` });
  await Promise.all(Array.from({ length: 600 }, (_, n) => release(n)));
  const before = "9999-01-01T00:00:00.000Z";
  const removed = [];
  for (let round = 0; round < 3; round++) removed.push(await jobs.sweepIdempotencyKeys(before));
  expect(removed).toEqual([500, 100, 0]);
});
