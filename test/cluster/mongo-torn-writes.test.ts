/** What the store is to survive: writers that die between two writes. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { MongoAdapter } from "../../lib/backends/mongo/adapter.ts";
import { FaceSweep } from "../../lib/collections/face-sweep.ts";
import { jobDeletedEvent } from "../../lib/jobs/events.ts";
import type { JobImage } from "../../lib/jobs/job.ts";
import { JobManager } from "../../lib/jobs/job-manager.ts";
import { Retention } from "../../lib/jobs/retention.ts";
import { cancelJob, completeImage, releaseImage, startAttempt } from "../../lib/jobs/transitions.ts";
import type { JobStore } from "../../lib/ports/job-store.ts";
import { created, files, largeFiles, later, now, queued, result } from "../ports/sample-jobs.ts";
import { useMongoServers } from "../support/mongo-servers.ts";
import { type MongoDatabase, newDatabase } from "../support/mongo-store.ts";
import { updateImage } from "../support/update-image.ts";

const servers = await useMongoServers();

const far = "2026-01-01T00:00:00.000Z";

describe.each(servers)("$name", (mongo) => {
  let database: MongoDatabase;
  let store: JobStore;
  beforeAll(() => {
    database = newDatabase(mongo);
  });
  beforeEach(async () => {
    store = (await database.open()).store;
  });
  afterEach(() => database.empty());
  afterAll(() => database.drop());

  const unpublishedIds = async () => (await store.unpublishedEvents(10_000)).map(({ id }) => id);

  describe("whose writer died between two writes", () => {
    const jobs = () => database.db.collection<{ _id: string }>("jobs");
    const images = () => database.db.collection<{ _id: string }>("parcels");

    test("gives images that are only in their job's document documents of their own", async () => {
      await store.insertJob(queued("job"), largeFiles(3));
      await images().deleteMany({ _id: { $in: ["job/1", "job/2"] } });
      await updateImage(store, "job", 0, (i) => startAttempt(i, now));
      await jobs().updateOne({ _id: "job" }, { $set: { staged: JSON.stringify(largeFiles(3)), stagedFrom: 0 } });
      await store.getJob("job");
      const stored = await store.listImages("job", { limit: 9 });
      expect(stored.map(({ index, state }) => [index, state])).toEqual([
        [0, "running"],
        [1, "pending"],
        [2, "pending"],
      ]);
      expect(await jobs().findOne({ staged: { $exists: true } })).toBeNull();
    });

    test("brings no image of a deleted job back", async () => {
      await store.insertJob(queued("job"), largeFiles(3));
      await store.deleteJob("job", (job) => jobDeletedEvent(job, now));
      await jobs().updateOne({ _id: "job" }, { $set: { staged: JSON.stringify(largeFiles(3)), stagedFrom: 0 } });
      await store.getJob("job");
      expect((await store.countImages("job")).total).toBe(0);
    });

    test("removes all documents of large results with their job, also those that no image came to refer to", async () => {
      const stored = () => database.db.collection("results").countDocuments();
      // 5 MB that cannot be compressed: two documents.
      const large = { ...result, sha256: randomBytes(5 * 2 ** 20).toString("base64") };
      await store.insertJob(queued("job"), files(1));
      const { insertNew } = MongoAdapter.prototype;
      const dying = vi.spyOn(MongoAdapter.prototype, "insertNew").mockRejectedValue(new Error("killed"));
      dying.mockImplementationOnce(function (this: MongoAdapter<object>, document) {
        return insertNew.call(this, document);
      });
      await updateImage(store, "job", 0, (i) => startAttempt(i, now));
      await expect(updateImage(store, "job", 0, (i) => completeImage(i, large, now))).rejects.toThrow("killed");
      dying.mockRestore();
      expect(await stored()).toBe(1);
      await updateImage(store, "job", 0, (i) => releaseImage(i, undefined, now));
      await updateImage(store, "job", 0, (i) => startAttempt(i, now));
      await updateImage(store, "job", 0, (i) => completeImage(i, large, now));
      expect(await stored()).toBe(3);
      const { result: found } = (await store.getImage("job", 0)) as JobImage;
      expect(found?.sha256 === large.sha256).toBe(true);
      await store.deleteJob("job", (job) => jobDeletedEvent(job, later));
      expect(await stored()).toBe(0);
    });

    test("keeps no part of a large result that came after its job was deleted, and those of the others", async () => {
      const other = (await database.open()).store;
      // 5 MB that cannot be compressed: two documents.
      const large = { ...result, sha256: randomBytes(5 * 2 ** 20).toString("base64") };
      const complete = async (id: string) => {
        await store.insertJob(queued(id), files(1));
        await updateImage(store, id, 0, (image) => startAttempt(image, now));
        return updateImage(store, id, 0, (image) => completeImage(image, large, now));
      };
      await complete("kept");
      const { insertNew } = MongoAdapter.prototype;
      const dying = vi.spyOn(MongoAdapter.prototype, "insertNew").mockRejectedValue(new Error("killed"));
      dying.mockImplementationOnce(async function (this: MongoAdapter<object>, document) {
        await other.deleteJob("gone", (job) => jobDeletedEvent(job, later));
        return insertNew.call(this, document);
      });
      await expect(complete("gone")).rejects.toThrow("killed");
      dying.mockRestore();
      const stored = async () => (await database.db.collection("results").find().toArray()).map(({ _id }) => `${_id}`);
      expect((await stored()).sort()).toEqual(["gone/0/1/2", "kept/0/1/2", "kept/0/1/2/1"]);
      const folder = mkdtempSync(join(tmpdir(), "sightline-retention-"));
      const embedded = await openEmbedded({ folder, leaseMs: 1_000 });
      const backends = { ...embedded, store };
      const ages = { imageRetentionMs: 0, jobRetentionMs: 0, eventRetentionMs: 0, auditRetentionMs: 0 };
      const onError = vi.fn();
      await new Retention(backends, new JobManager(backends, () => {}), ages, onError).sweep(Date.parse(now));
      expect(onError.mock.calls).toEqual([]);
      await embedded.close();
      rmSync(folder, { recursive: true });
      expect((await stored()).sort()).toEqual(["kept/0/1/2", "kept/0/1/2/1"]);
      const { result: found } = (await store.getImage("kept", 0)) as JobImage;
      expect(found?.sha256 === large.sha256).toBe(true);
    });

    test("ends a deletion that was begun, its event last", async () => {
      const transition = queued("job");
      await store.insertJob(transition, largeFiles(3));
      await updateImage(store, "job", 0, (i) => startAttempt(i, now));
      const deletion = JSON.stringify(jobDeletedEvent(transition.next, later));
      await jobs().updateOne({ _id: "job" }, { $set: { state: "deleted", deletion, change: "of the dead" } });
      await updateImage(store, "job", 0, (i) => completeImage(i, result, later));
      expect(await store.getJob("job")).toBeUndefined();
      expect(await unpublishedIds()).toEqual([
        "job.created.0",
        "job.queued.1",
        "job.0.running.1",
        "job.0.done.2",
        "job.deleted",
      ]);
      await store.markPublished(await store.unpublishedEvents(99));
      expect(await jobs().countDocuments()).toBe(0);
      expect(await images().countDocuments()).toBe(0);
    });

    test("ends a cancellation that was begun, its event last, also when earlier events are marked meanwhile", async () => {
      const transition = queued("job");
      await store.insertJob(transition, largeFiles(2));
      await updateImage(store, "job", 0, (i) => startAttempt(i, now));
      const earlier = await store.unpublishedEvents(9);
      const { next, events } = cancelJob(transition.next, later);
      const cancellation = JSON.stringify(events);
      const fields = { state: next.state, body: JSON.stringify(next), cancellation, change: "of the dead" };
      await jobs().updateOne({ _id: "job" }, { $set: fields });
      await store.markPublished(earlier);
      expect(await unpublishedIds()).toEqual(["job.0.pending.2", "job.cancelled.2"]);
      expect(await updateImage(store, "job", 1, (i) => startAttempt(i, now))).toBeUndefined();
      await store.markPublished(await store.unpublishedEvents(99));
      expect(await unpublishedIds()).toEqual([]);
      expect(await store.getJob("job")).toMatchObject({ state: "cancelled" });
    });

    test("completes an idempotency key whose job was stored", async () => {
      const claim = { owner: "o", key: "k", jobId: "job", claimant: "r", claimedAt: now };
      await store.claimIdempotencyKey(claim, far);
      await store.insertJob(created("job"), [], { owner: "o", key: "k", claimant: "r", fingerprint: "f" });
      const keys = database.db.collection("idempotencyKeys");
      await keys.updateMany({}, { $unset: { fingerprint: "" } });
      const record = { ...claim, fingerprint: "f" };
      expect(await store.claimIdempotencyKey({ ...claim, jobId: "next", claimant: "s" }, later)).toEqual(record);
      await keys.updateMany({}, { $unset: { fingerprint: "" } });
      await store.releaseIdempotencyKey(claim);
      expect(await store.claimIdempotencyKey({ ...claim, jobId: "next", claimant: "s" }, later)).toEqual(record);
    });

    test("finds events that are marked as older than they are, or marked and gone", async () => {
      await store.insertJob(queued("a"), largeFiles(1));
      await store.insertJob(queued("b"), largeFiles(1));
      await store.markPublished((await store.unpublishedEvents(9)).filter(({ subject }) => subject === "jobs/a"));
      await jobs().updateMany({}, { $set: { pendingSince: "000000000000001-000000" } });
      expect((await store.unpublishedEvents(1)).map(({ id }) => id)).toEqual(["b.created.0"]);
      expect(await jobs().countDocuments({ pendingSince: "000000000000001-000000" })).toBe(0);
    });

    test("finds a collection that was removed in part, and removes the rest of it", async () => {
      const { collections } = await database.open();
      await collections.insert({ id: "c", owner: "o", name: "n", model: "m", version: "v", createdAt: now });
      const face = { id: "f", label: "Ada", sha256: null, box: null, addedAt: now };
      await collections.addFaces("c", [{ face, encoding: [0.6, 0.8] }], 10);
      const { removeMany } = MongoAdapter.prototype;
      const dying = vi.spyOn(MongoAdapter.prototype, "removeMany").mockRejectedValue(new Error("killed"));
      dying.mockImplementationOnce(function (this: MongoAdapter<object>, query) {
        return removeMany.call(this, query);
      });
      await expect(collections.remove("c")).rejects.toThrow("killed");
      dying.mockRestore();
      // As an erasure does, and the repeated request.
      for (const { id } of await collections.list("o", { limit: 10 })) await collections.remove(id);
      expect(await collections.find("o", "n")).toBeUndefined();
      expect(await database.db.collection("faces").countDocuments()).toBe(0);
    });

    test("keeps no face that came after its collection was removed", async () => {
      const backends = await database.open();
      const { collections } = backends;
      const add = async (id: string) => {
        await collections.insert({ id, owner: "o", name: id, model: "m", version: "v", createdAt: now });
        const face = { id: "f", label: "Ada", sha256: null, box: null, addedAt: now };
        return collections.addFaces(id, [{ face, encoding: [0.6, 0.8] }], 10);
      };
      await add("kept");
      const { insertInOrder } = MongoAdapter.prototype;
      const addition = vi.spyOn(MongoAdapter.prototype, "insertInOrder").mockImplementation(async function (
        this: MongoAdapter<object>,
        documents,
      ) {
        await collections.remove("c");
        vi.spyOn(MongoAdapter.prototype, "removeMany").mockRejectedValueOnce(new Error("killed"));
        return insertInOrder.call(this, documents);
      });
      await expect(add("c")).rejects.toThrow("killed");
      addition.mockRestore();
      const collectionIds = () => database.db.collection("faces").distinct("collectionId");
      expect(await collectionIds()).toEqual(["c", "kept"]);
      const errors: unknown[] = [];
      const sweep = new FaceSweep(backends, { sweepIntervalMs: 50 }, (error) => errors.push(error));
      await expect.poll(collectionIds).toEqual(["kept"]);
      await sweep.close();
      expect(errors).toEqual([]);
    });

    test("takes a page of webhooks to the end, once", async () => {
      const { webhooks } = await database.open();
      const [event] = queued("job").events;
      if (!event) throw new Error("A job has an event.");
      const hook = (sequence: number) => ({
        sequence,
        jobId: "job",
        url: "https://example.org/hook",
        event: { ...event, id: `job.queued.${sequence}` },
      });
      const after = await webhooks.position();
      await webhooks.advance({ after, cursor: 1, webhooks: [hook(1)], deletedJobIds: [] }, now);
      const progress = {
        after: { ...after, sequence: 1 },
        cursor: 3,
        webhooks: [1, 2, 3].map(hook),
        deletedJobIds: [],
      };
      const cursors = database.db.collection<{ _id: string }>("webhookCursor");
      const page = { sequence: 3, page: JSON.stringify({ progress, now }) };
      await cursors.updateOne({ _id: "cursor" }, { $set: page });
      const successor = (await database.open()).webhooks;
      for (const sequence of [1, 2, 3]) {
        expect(await successor.nextDue(later)).toMatchObject({ sequence });
        await successor.remove({ jobId: "job", sequence }, now);
      }
      expect(await successor.nextDue(later)).toBeUndefined();
      expect(await successor.position()).toEqual({ ...after, sequence: 3 });
      // As by a node that has read the page, and stood still while its successor sent all of it.
      await cursors.updateOne({ _id: "cursor" }, { $set: page });
      expect(await webhooks.nextDue(later)).toBeUndefined();
    });
  });
});
