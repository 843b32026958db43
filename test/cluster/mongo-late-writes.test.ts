/** Writes that reach the database long after the request that sent them was given up for dead. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { jobDeletedEvent } from "../../lib/jobs/events.ts";
import type { JobStore } from "../../lib/ports/job-store.ts";
import { created, files, later, now, queued } from "../ports/sample-jobs.ts";
import { type MongoProxy, startMongoProxy } from "../support/mongo-proxy.ts";
import { startMongoServer } from "../support/mongo-server.ts";
import { type MongoDatabase, newDatabase } from "../support/mongo-store.ts";

const mongo = await startMongoServer();
afterAll(() => mongo?.stop());

describe.skipIf(!mongo)("one Idempotency-Key is one job", () => {
  let database: MongoDatabase;
  let proxy: MongoProxy;
  let slow: JobStore;
  let store: JobStore;
  beforeEach(async () => {
    if (!mongo) return;
    database = newDatabase(mongo);
    proxy = await startMongoProxy(mongo.url);
    slow = (await database.open(proxy.url)).store;
    store = (await database.open()).store;
  });
  afterEach(async () => {
    await proxy.close();
    await database.drop();
  });

  const key = { owner: "o", key: "k" };
  const claim = (jobId: string, claimant: string, at: string, staleBefore: string) =>
    store.claimIdempotencyKey({ ...key, jobId, claimant, claimedAt: at }, staleBefore);
  const outcome = (claimant: string) => ({ ...key, claimant, fingerprint: "f" });
  const jobs = async () => (await store.listJobs({ limit: 9 })).items.map(({ id }) => id);
  const inUse = { type: "IDEMPOTENCY_KEY_IN_USE" };

  /** The first request has begun to insert its job; the insertion is on the way. */
  async function lateInsertion() {
    expect(await claim("first", "a", now, now)).toBeUndefined();
    const insertion = proxy.hold("insert", "jobs");
    const inserted = slow.insertJob(queued("first"), files(2), outcome("a"));
    inserted.catch(() => {});
    await insertion.arrived;
    return { inserted, release: () => insertion.release() };
  }

  test("when the insertion comes after the repeated request is done", async () => {
    const { inserted, release } = await lateInsertion();
    expect(await claim("second", "b", later, later)).toBeUndefined();
    await store.insertJob(queued("second"), files(2), outcome("b"));
    release();
    await expect(inserted).rejects.toMatchObject(inUse);
    expect(await jobs()).toEqual(["second"]);
    expect((await store.countImages("first")).total).toBe(0);
    expect((await store.unpublishedEvents(9)).map(({ id }) => id)).toEqual(["second.created.0", "second.queued.1"]);
    expect(await claim("third", "c", later, later)).toMatchObject({ jobId: "second", fingerprint: "f" });
  });

  test("when the insertion comes between the claim of the repeated request and its insertion", async () => {
    const { inserted, release } = await lateInsertion();
    expect(await claim("second", "b", later, later)).toBeUndefined();
    release();
    await expect(inserted).rejects.toMatchObject(inUse);
    await store.insertJob(queued("second"), files(2), outcome("b"));
    expect(await jobs()).toEqual(["second"]);
  });

  test("when the insertion comes before the key is claimed again: the job is the first one's", async () => {
    const { inserted, release } = await lateInsertion();
    release();
    await inserted;
    await database.db.collection("idempotencyKeys").updateMany({}, { $unset: { fingerprint: "" } });
    expect(await claim("second", "b", later, later)).toMatchObject({ jobId: "first", fingerprint: "f" });
  });

  test("when the repeated request fails, or its job is deleted, before the insertion comes", async () => {
    const { inserted, release } = await lateInsertion();
    expect(await claim("second", "b", later, later)).toBeUndefined();
    await store.releaseIdempotencyKey({ ...key, jobId: "second", claimant: "b" });
    expect(await claim("third", "c", later, later)).toBeUndefined();
    await store.insertJob(queued("third"), files(1), outcome("c"));
    await store.deleteJob("third", (job) => jobDeletedEvent(job, later));
    release();
    await expect(inserted).rejects.toMatchObject(inUse);
    await expect(store.insertJob(queued("second"), files(1), outcome("b"))).rejects.toMatchObject(inUse);
    expect(await jobs()).toEqual([]);
    expect(await store.countJobs()).toMatchObject({ queued: 0 });
  });

  test("and one addition of images, whichever of two comes first", async () => {
    for (const isFirstInTime of [false, true]) {
      const jobId = isFirstInTime ? "early" : "late";
      await store.insertJob(created(jobId), files(1));
      await store.claimIdempotencyKey({ ...key, key: jobId, jobId, claimant: "a", claimedAt: now }, now);
      const change = proxy.hold("update", "jobs");
      const addition = slow.addImages(jobId, files(2), now, { idempotency: { ...outcome("a"), key: jobId } });
      addition.catch(() => {});
      await change.arrived;
      const repeat = { ...key, key: jobId, jobId, claimant: "b", claimedAt: later };
      if (isFirstInTime) {
        change.release();
        await addition;
        await database.db.collection("idempotencyKeys").updateMany({}, { $unset: { fingerprint: "" } });
        expect(await store.claimIdempotencyKey(repeat, later)).toMatchObject({ claimant: "a", fingerprint: "f" });
      } else {
        expect(await store.claimIdempotencyKey(repeat, later)).toBeUndefined();
        change.release();
        await expect(addition).rejects.toMatchObject(inUse);
        await store.addImages(jobId, files(2), later, { idempotency: { ...outcome("b"), key: jobId } });
      }
      expect((await store.countImages(jobId)).total).toBe(3);
    }
  });

  test("and what keeps late insertions out is swept with the keys", async () => {
    const { release } = await lateInsertion();
    await claim("second", "b", later, later);
    const documents = database.db.collection("jobs");
    expect(await documents.countDocuments()).toBe(1);
    await store.sweepIdempotencyKeys("2026-02-01T00:00:00.000Z");
    expect(await documents.countDocuments()).toBe(1);
    await store.sweepIdempotencyKeys("9999-01-01T00:00:00.000Z");
    expect(await documents.countDocuments()).toBe(0);
    release();
  });
});
