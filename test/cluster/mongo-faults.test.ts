/** What the store is to survive: answers that are lost, a server that is killed or not there, damaged documents. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openMongo } from "../../lib/backends/mongo/mongo.ts";
import { jobDeletedEvent } from "../../lib/jobs/events.ts";
import { cancelJob, completeImage, queueJob, releaseImage, startAttempt } from "../../lib/jobs/transitions.ts";
import type { CollectionStore } from "../../lib/ports/collection-store.ts";
import type { JobStore } from "../../lib/ports/job-store.ts";
import { created, largeFiles, later, now, queued, result } from "../ports/sample-jobs.ts";
import { type CuttingProxy, startCuttingProxy } from "../support/cutting-proxy.ts";
import { startMongoProxy } from "../support/mongo-proxy.ts";
import { useMongoServers } from "../support/mongo-servers.ts";
import { type MongoDatabase, newDatabase } from "../support/mongo-store.ts";
import { pace } from "../support/pace.ts";
import { freePort } from "../support/service.ts";
import { updateImage } from "../support/update-image.ts";

const servers = await useMongoServers();

/** How a command on a collection begins on the wire, in BSON. */
const command = (name: string, collection: string) =>
  `${name}\0${String.fromCharCode(collection.length + 1)}\0\0\0${collection}\0`;
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

  describe("whose answers are lost", () => {
    let proxy: CuttingProxy;
    let cut: JobStore;
    beforeEach(async () => {
      const { hostname, port } = new URL(mongo.url);
      proxy = await startCuttingProxy({ host: hostname, port: Number(port) });
      cut = (await database.open(`mongodb://${proxy.address}/?directConnection=true`)).store;
    });
    afterEach(() => proxy.close());

    test("makes each change of an image once, and tells who made it", async () => {
      await store.insertJob(queued("job"), largeFiles(1));
      proxy.loseAnswers(command("update", "parcels"), 2);
      const image = await updateImage(cut, "job", 0, (i) => (i.state === "pending" ? startAttempt(i, now) : undefined));
      expect(image).toMatchObject({ state: "running", attempts: 1, revision: 1 });
      expect(await store.getImage("job", 0)).toEqual(image);
      expect((await unpublishedIds()).filter((id) => id.startsWith("job.0."))).toEqual(["job.0.running.1"]);
      expect(proxy.cuts).toBe(1);
    });

    test("tells who made a change though another one was made upon it", async () => {
      await store.insertJob(queued("job"), largeFiles(1));
      proxy.loseAnswers(command("update", "parcels"), 1);
      let decisions = 0;
      const other = (async () => {
        await expect.poll(() => store.getImage("job", 0)).toMatchObject({ state: "running" });
        return updateImage(store, "job", 0, (i) => completeImage(i, result, later));
      })();
      const image = await updateImage(cut, "job", 0, (i) => {
        decisions++;
        return i.state === "pending" ? startAttempt(i, now) : undefined;
      });
      expect(image).toMatchObject({ state: "running", attempts: 1, revision: 1 });
      expect(decisions).toBe(1);
      expect(await other).toMatchObject({ state: "done", revision: 2 });
    });

    test("keeps the large result of an image whose job was cancelled before its writer knew that it was stored", async () => {
      const slow = await startMongoProxy(`mongodb://${proxy.address}`);
      const node = (await database.open(slow.url)).store;
      await store.insertJob(queued("job"), largeFiles(1));
      await node.updateParcel("job", 0, (images) => images.map((image) => startAttempt(image, now)));
      const faces = Array.from({ length: 10_000 }, (_, n) => [n, n, 100, 100] as [number, number, number, number]);
      proxy.loseAnswers(command("update", "parcels"), 1);
      const reading = slow.hold("find", "parcels");
      const done = node.updateParcel("job", 0, (images) =>
        images
          .filter(({ state }) => state === "running")
          .map((image) => completeImage(image, { ...result, faces }, now)),
      );
      await reading.arrived;
      await store.updateJob("job", (job) => cancelJob(job, later));
      reading.release();
      await done;
      expect(await store.getImage("job", 0)).toMatchObject({ state: "done", result: { faces } });
      await slow.close();
    });

    test("inserts a job once, and completes its key", async () => {
      const key = { owner: "o", key: "k" };
      proxy.loseAnswers(command("insert", "jobs"), 1);
      await cut.insertJob(queued("job"), largeFiles(3), { ...key, claimant: "r", fingerprint: "f" });
      proxy.loseAnswers(command("insert", "parcels"), 1);
      await cut.insertJob(created("other"), largeFiles(3));
      expect(proxy.cuts).toBe(2);
      expect((await store.countImages("job")).total).toBe(3);
      expect((await store.countImages("other")).total).toBe(3);
      expect(await unpublishedIds()).toEqual(["job.created.0", "job.queued.1", "other.created.0"]);
      expect(
        await store.claimIdempotencyKey({ ...key, jobId: "next", claimant: "s", claimedAt: now }, far),
      ).toMatchObject({
        jobId: "job",
        fingerprint: "f",
      });
    });

    test("adds images once", async () => {
      await store.insertJob(created("job"), largeFiles(1));
      proxy.loseAnswers(command("update", "jobs"), 1);
      const added = await cut.addImages("job", largeFiles(2), now);
      expect(proxy.cuts).toBe(1);
      expect(added.map(({ index }) => index)).toEqual([1, 2]);
      expect(await store.listImages("job", { limit: 9, after: 0 })).toEqual(added);
      expect(await unpublishedIds()).toEqual(["job.created.0", "job.images_added.1"]);
    });

    test("deletes a job once, and says so", async () => {
      await store.insertJob(created("job"), largeFiles(2));
      proxy.loseAnswers(command("update", "jobs"), 1);
      expect(await cut.deleteJob("job", (job) => jobDeletedEvent(job, now))).toBe(true);
      expect(proxy.cuts).toBe(1);
      expect(await unpublishedIds()).toEqual(["job.created.0", "job.deleted"]);
    });

    test.each([
      ["cancels", (node: JobStore) => node.updateJob("job", (job) => cancelJob(job, later)), { state: "cancelled" }],
      ["deletes", (node: JobStore) => node.deleteJob("job", (job) => jobDeletedEvent(job, later)), true],
    ] as const)("%s a job once, and says so, though another node ends what it began", async (_, end, ended) => {
      const slow = await startMongoProxy(`mongodb://${proxy.address}`);
      const node = (await database.open(slow.url)).store;
      await store.insertJob(created("job"), largeFiles(2));
      proxy.loseAnswers(command("update", "jobs"), 1);
      const [first, again] = [slow.hold("find", "jobs"), slow.hold("find", "jobs")];
      const ending = end(node).then(
        (answer) => answer,
        (error) => error,
      );
      await first.arrived;
      first.release();
      await again.arrived;
      expect(await unpublishedIds()).toHaveLength(2);
      again.release();
      expect(await ending).toEqual(typeof ended === "object" ? expect.objectContaining(ended) : ended);
      await slow.close();
    });

    describe("for collections", () => {
      let faces: CollectionStore;
      let others: CollectionStore;
      const face = (id: string) => ({
        face: { id, label: null, sha256: null, box: null, addedAt: now },
        encoding: [0.5, id.length],
      });
      const ids = async () => (await others.faces("c", 0, 99)).map(({ face: { id } }) => id);
      beforeEach(async () => {
        faces = (await database.open(`mongodb://${proxy.address}/?directConnection=true`)).collections;
        others = (await database.open()).collections;
        await others.insert({ id: "c", owner: "", name: "c", model: "m", version: "v", createdAt: now });
        await others.addFaces("c", [face("a"), face("b"), face("c")], 99);
      });

      test.each([
        ["update", "faceCollections", 1],
        ["update", "faceCollections", 3],
        ["update", "faces", 2],
      ])("removes a face once, and tells so: %s of %s, %i times", async (name, collection, times) => {
        proxy.loseAnswers(command(name, collection), times);
        expect(await faces.removeFace("c", "b")).toBe(true);
        expect(proxy.cuts).toBe(times);
        expect(await ids()).toEqual(["a", "c"]);
        expect([await others.countFaces("c"), await others.removals("c")]).toEqual([2, 1]);
        expect(await faces.removeFace("c", "b")).toBe(false);
      });

      test("removes a face once, though others change the collection before it knows", async () => {
        proxy.loseAnswers(command("update", "faceCollections"), 1);
        const removal = faces.removeFace("c", "b");
        await expect.poll(() => proxy.cuts, { interval: 1 }).toBe(1);
        await others.addFaces("c", [face("d")], 99);
        expect(await removal).toBe(true);
        expect(await ids()).toEqual(["a", "c", "d"]);
        expect([await others.countFaces("c"), await others.removals("c")]).toEqual([3, 1]);
      });

      test("removes a face for good, though a node that adds it is slow", async () => {
        const slow = await startMongoProxy(`mongodb://${proxy.address}`);
        const node = (await database.open(slow.url)).collections;
        const insertion = slow.hold("insert", "faces");
        const addition = node.addFaces("c", [face("d")], 99);
        await insertion.arrived;
        expect(await ids()).toEqual(["a", "b", "c", "d"]);
        expect(await others.removeFace("c", "d")).toBe(true);
        insertion.release();
        expect(await addition).toBe(true);
        expect(await ids()).toEqual(["a", "b", "c"]);
        expect(await others.countFaces("c")).toBe(3);
        await slow.close();
      });

      test("adds faces once, though others change the collection before it knows", async () => {
        proxy.loseAnswers(command("update", "faceCollections"), 1);
        const addition = faces.addFaces("c", [face("d"), face("e")], 99);
        await expect.poll(() => proxy.cuts, { interval: 1 }).toBe(1);
        await others.addFaces("c", [face("f")], 99);
        expect(await addition).toBe(true);
        expect(await ids()).toEqual(["a", "b", "c", "d", "e", "f"]);
        expect(await others.countFaces("c")).toBe(6);
      });
    });

    test("claims a key once, and tells who has it", async () => {
      proxy.loseAnswers(command("insert", "idempotencyKeys"), 1);
      const claim = { owner: "o", key: "k", jobId: "a", claimant: "r", claimedAt: now };
      expect(await cut.claimIdempotencyKey(claim, far)).toBeUndefined();
      expect(proxy.cuts).toBe(1);
      expect(await store.claimIdempotencyKey({ ...claim, jobId: "b", claimant: "s" }, far)).toMatchObject({
        jobId: "a",
      });
    });
  });

  test.skipIf(!mongo.keepsData)("that is killed in the middle of changes has all that were acknowledged", async () => {
    const other = (await database.open()).store;
    await store.insertJob(queued("job"), largeFiles(8));
    let isOver = false;
    const acknowledged = new Map<number, number>();
    const inserted: string[] = [];
    const writers = Array.from({ length: 8 }, async (_, index) => {
      while (!isOver) {
        const image = await updateImage(index % 2 ? store : other, "job", index, (i) =>
          i.state === "pending" ? startAttempt(i, now) : releaseImage(i, undefined, now),
        );
        acknowledged.set(index, image?.revision ?? 0);
        await pace();
      }
    });
    const inserter = (async () => {
      for (let n = 0; !isOver; n++) {
        await other.insertJob(queued(`new${n}`), largeFiles(2));
        inserted.push(`new${n}`);
        await pace();
      }
    })();
    for (let round = 0; round < 2; round++) {
      const before = [...acknowledged.values()];
      const insertedBefore = inserted.length;
      await expect.poll(() => sum(acknowledged.values())).toBeGreaterThan(sum(before) + 20);
      await expect.poll(() => inserted.length).toBeGreaterThan(insertedBefore + 1);
      await mongo.restart("SIGKILL");
    }
    isOver = true;
    await Promise.all([...writers, inserter]);
    const ids = new Set(await unpublishedIds());
    for (const [index, revision] of acknowledged) {
      expect((await store.getImage("job", index))?.revision).toBe(revision);
      for (let n = 1; n <= revision; n++) expect(ids).toContain(`job.${index}.${n % 2 ? "running" : "pending"}.${n}`);
    }
    for (const id of inserted) expect((await store.countImages(id)).total).toBe(2);
  });

  test("that is not there is told as such, in bounded time", async () => {
    await expect(openMongo(`mongodb://127.0.0.1:${await freePort()}`)).rejects.toMatchObject({
      type: "STORE_UNAVAILABLE",
      code: 503,
      retryable: true,
    });
  });

  test.each(["mongodb://user:s3cret/word@host/a", "mongodb://host:99999", "mongodb://host/a?colour=blue"])(
    "whose URL is %s is refused without its secrets",
    async (url) => {
      const { message } = await openMongo(url).catch((error) => error);
      expect(message).toMatch(/^MONGO_URL cannot be read/);
      expect(message).not.toContain("s3cret");
    },
  );

  test.each([
    ["parcels", "outbox", [{ events: "{" }]],
    ["parcels", "outbox", [{ events: JSON.stringify([{ id: "a.0.running.1", stamp: "0", event: "{" }]) }]],
    ["jobs", "outbox", [{ events: "{" }]],
    ["jobs", "cancellation", "{"],
  ])(
    "publishes the events of other jobs while one has damaged %s (%s: %j), and its own in order once it is repaired",
    async (name, field, value) => {
      await store.insertJob(queued("a"), largeFiles(1));
      await updateImage(store, "a", 0, (i) => startAttempt(i, now));
      await store.insertJob(queued("b"), largeFiles(1));
      const documents = database.db.collection(name);
      const ofJob = name === "jobs" ? { _id: "a" as never } : { jobId: "a" };
      const whole = (await documents.findOne(ofJob)) as Record<string, unknown>;
      await documents.updateOne(ofJob, { $set: { [field]: value } });
      const isDamaged = () => expect(store.unpublishedEvents(100)).rejects.toMatchObject({ type: "STORE_CORRUPT" });
      const publish = async () => {
        const events = await store.unpublishedEvents(100);
        await store.markPublished(events);
        return events.map(({ id }) => id);
      };
      await isDamaged();
      expect(await publish()).toEqual(["b.created.0", "b.queued.1"]);
      expect(await publish()).toEqual([]);
      await isDamaged();
      await store.insertJob(queued("c"), []);
      expect(await publish()).toEqual(["c.created.0", "c.queued.1"]);
      const { [field]: before } = whole;
      await documents.updateOne(
        ofJob,
        before === undefined ? { $unset: { [field]: "" } } : { $set: { [field]: before } },
      );
      expect(await publish()).toEqual([]);
      expect(await publish()).toEqual(["a.created.0", "a.queued.1", "a.0.running.1"]);
    },
  );

  test("with damaged documents names them", async () => {
    await store.insertJob(queued("job"), largeFiles(1));
    await database.db.collection<{ _id: string }>("jobs").updateOne({ _id: "job" }, { $set: { body: "{" } });
    await expect(store.getJob("job")).rejects.toMatchObject({ type: "STORE_CORRUPT" });
    await expect(store.updateJob("job", (job) => queueJob(job, now))).rejects.toMatchObject({ type: "STORE_CORRUPT" });
  });
});

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
