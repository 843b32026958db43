/**
 * Nodes that change the same things at the same time: several stores, each with a connection of its own. In the long
 * form (FAULT_TEST=long) they do so more often.
 */
import { randomBytes } from "node:crypto";
import { MongoNetworkError } from "mongodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { MongoAdapter } from "../../lib/backends/mongo/adapter.ts";
import { MongoJobStore } from "../../lib/backends/mongo/job-store.ts";
import type { MongoBackends } from "../../lib/backends/mongo/mongo.ts";
import { type CloudEvent, jobDeletedEvent } from "../../lib/jobs/events.ts";
import type { JobImage } from "../../lib/jobs/job.ts";
import {
  cancelJob,
  completeImage,
  failImage,
  finishJob,
  queueJob,
  releaseImage,
  retryImage,
  startAttempt,
  startJob,
} from "../../lib/jobs/transitions.ts";
import { created, files, largeFiles, later, now, problem, queued, result } from "../ports/sample-jobs.ts";
import { useMongoServers } from "../support/mongo-servers.ts";
import { type MongoDatabase, newDatabase } from "../support/mongo-store.ts";
import { updateImage } from "../support/update-image.ts";

const servers = await useMongoServers();

describe.each(servers)("two nodes on one $name", (mongo) => {
  let database: MongoDatabase;
  let nodes: [MongoBackends, MongoBackends];
  beforeAll(() => {
    database = newDatabase(mongo);
  });
  beforeEach(async () => {
    nodes = [await database.open(), await database.open()];
  });
  afterEach(() => database.empty());
  afterAll(() => database.drop());

  const storeOf = (n: number) => (n % 2 === 0 ? nodes[0].store : nodes[1].store);
  const many = <T>(count: number, work: (n: number) => Promise<T>) =>
    Promise.all(Array.from({ length: count }, (_, n) => work(n)));
  const idsOf = (events: readonly CloudEvent[]) => events.map(({ id }) => id);

  /** FerretDB takes one write after another: fewer orders are possible than on a server that takes them at once. */
  const long = { rounds: 5, changes: 200, manyImages: 20, manyJobs: 40 };
  const short =
    mongo.name === "FerretDB"
      ? { rounds: 1, changes: 40, manyImages: 6, manyJobs: 8 }
      : { rounds: 4, changes: 120, manyImages: 14, manyJobs: 24 };
  const { rounds, changes, manyImages, manyJobs } = process.env.FAULT_TEST === "long" ? long : short;
  const isAtLeast = (least: number) => (count: number) => count >= least;

  test("add images once if the answer is lost, however many uploads of the other node go on meanwhile", async () => {
    const { client, databaseName } = database.db;
    const jobs = new MongoAdapter(client, databaseName, "jobs");
    const store = new MongoJobStore((name) => (name === "jobs" ? jobs : new MongoAdapter(client, databaseName, name)));
    await store.insertJob(created("job"), []);
    const updateOne = jobs.collection.updateOne.bind(jobs.collection);
    vi.spyOn(jobs.collection, "updateOne").mockImplementationOnce(async (...change) => {
      await updateOne(...change);
      for (let n = 0; n < 30; n++) await storeOf(1).holdBytes("job", `upload ${n}`, 1);
      throw new MongoNetworkError("the connection is lost");
    });
    expect(await store.addImages("job", files(2), now)).toHaveLength(2);
    expect((await storeOf(1).countImages("job")).total).toBe(2);
  });

  test(`lose none of ${changes} changes of one image made at once, and store the event of each`, async () => {
    await storeOf(0).insertJob(queued("job"), largeFiles(1));
    const images = await many(changes, (n) =>
      updateImage(storeOf(n), "job", 0, (image) =>
        image.state === "pending" ? startAttempt(image, now) : releaseImage(image, undefined, now),
      ),
    );
    expect(images.map((image) => image?.revision).sort((a = 0, b = 0) => a - b)).toEqual(
      Array.from({ length: changes }, (_, n) => n + 1),
    );
    expect(await storeOf(1).getImage("job", 0)).toMatchObject({ revision: changes, attempts: changes / 2 });
    const ids = idsOf(await storeOf(0).unpublishedEvents(1000)).filter((id) => id.startsWith("job.0."));
    const expected = Array.from({ length: changes }, (_, n) => `job.0.${n % 2 === 0 ? "running" : "pending"}.${n + 1}`);
    expect(ids).toEqual(expected);
  });

  test("see what the other has changed since, also where they would leave what they know of it", async () => {
    await storeOf(0).insertJob(queued("job"), largeFiles(1));
    await updateImage(storeOf(0), "job", 0, (image) => startAttempt(image, now));
    await updateImage(storeOf(0), "job", 0, (image) => failImage(image, problem, false, now));
    await updateImage(storeOf(1), "job", 0, (image) => retryImage(image, 2, later));
    const claimed = await storeOf(0).updateParcel("job", 0, (images) =>
      images.filter(({ state }) => state === "pending").map((image) => startAttempt(image, later)),
    );
    expect(claimed).toMatchObject([{ state: "running", run: 2 }]);
  });

  test("add images beside each other and beside `execute`: no gap, none twice, none too late", async () => {
    for (const round of [0, 2, 4]) {
      const jobId = `job${round}`;
      await storeOf(0).insertJob(created(jobId), largeFiles(1));
      const adds = many(12, (n) =>
        storeOf(n)
          .addImages(jobId, largeFiles(2), now)
          .catch((error) => {
            expect(error).toMatchObject({ type: "JOB_STATE_CONFLICT" });
            return [];
          }),
      );
      // Later in each round: before the first, between them, after the last.
      await expect
        .poll(() => storeOf(1).countImages(jobId))
        .toMatchObject({ total: expect.toSatisfy(isAtLeast(5 * round)) });
      await storeOf(1).updateJob(jobId, (job) => queueJob(job, later));
      const { total } = await storeOf(1).countImages(jobId);
      const added = (await adds).flat();
      expect(added.length + 1).toBe(total);
      expect(added.map(({ index }) => index).sort((a, b) => a - b)).toEqual(added.map((_, n) => n + 1));
      const images = await storeOf(0).listImages(jobId, { limit: 100 });
      expect(images.map(({ index }) => index)).toEqual(Array.from({ length: total }, (_, n) => n));
      const types = (await storeOf(0).unpublishedEvents(1000))
        .filter(({ data }) => data.jobId === jobId)
        .map(({ type }) => type.split(".").at(-1));
      expect(types).toEqual(["created", ...added.flatMap((_, n) => (n % 2 ? ["images_added"] : [])), "queued"]);
    }
  });

  test("claim an idempotency key once, also where the claim is taken over from the dead", async () => {
    const key = { owner: "o", key: "k" };
    const claim = (jobId: string, claimedAt: string, staleBefore: string) => (n: number) =>
      storeOf(n).claimIdempotencyKey(
        { ...key, jobId: `${jobId}${n}`, claimant: `${jobId}${n}`, claimedAt },
        staleBefore,
      );
    const first = await many(30, claim("first", now, now));
    expect(first.filter((record) => record === undefined).length).toBe(1);
    const second = await many(30, claim("second", later, later));
    expect(second.filter((record) => record === undefined).length).toBe(1);
    const winner = `second${second.indexOf(undefined)}`;
    expect(new Set(second.flatMap((record) => record?.jobId ?? []))).toEqual(new Set([winner]));
  });

  test("delete a job once, and after all events of its images comes that of the deletion", async () => {
    for (let round = 0; round < rounds; round++) {
      const jobId = `job${round}`;
      await storeOf(0).insertJob(queued(jobId), largeFiles(10));
      const updates = many(40, (n) =>
        updateImage(storeOf(n), jobId, n % 10, (image) =>
          image.state === "pending" ? startAttempt(image, now) : completeImage(image, result, later),
        ).catch(() => undefined),
      );
      const deletions = many(2, (n) => storeOf(n).deleteJob(jobId, (job) => jobDeletedEvent(job, later)));
      expect((await deletions).filter(Boolean).length).toBe(1);
      const moved = (await updates).flatMap((image) => image ?? []);
      expect(await storeOf(1).countImages(jobId)).toMatchObject({ total: 0 });
      expect(await updateImage(storeOf(1), jobId, 0, (image) => startAttempt(image, now))).toBeUndefined();
      const events = await storeOf(1).unpublishedEvents(1000);
      expect(events.at(-1)?.id).toBe(`${jobId}.deleted`);
      const ids = idsOf(events);
      for (const { index, state, revision } of moved) expect(ids).toContain(`${jobId}.${index}.${state}.${revision}`);
      await many(2, (n) => storeOf(n).markPublished(events));
      expect(await storeOf(0).unpublishedEvents(10)).toEqual([]);
      for (const name of ["jobs", "parcels"]) expect(await database.db.collection(name).countDocuments()).toBe(0);
    }
  });

  test("publish each event while more are stored: none is lost, those of an entity keep their order", async () => {
    await storeOf(0).insertJob(queued("job"), largeFiles(manyImages));
    const published: string[] = [];
    let isDone = false;
    const publisher = (async () => {
      for (let isLast = false; !isLast; ) {
        isLast = isDone;
        for (let page = await storeOf(1).unpublishedEvents(7); page.length > 0; ) {
          published.push(...idsOf(page));
          await storeOf(1).markPublished(page);
          page = await storeOf(1).unpublishedEvents(7);
        }
      }
    })();
    await many(manyImages, async (index) => {
      for (let n = 0; n < 6; n++)
        await updateImage(storeOf(index + n), "job", index, (image) =>
          image.state === "pending" ? startAttempt(image, now) : releaseImage(image, undefined, now),
        );
    });
    isDone = true;
    await publisher;
    expect(new Set(published).size).toBe(published.length);
    for (let index = 0; index < manyImages; index++) {
      const revisions = published
        .filter((id) => id.startsWith(`job.${index}.`))
        .map((id) => Number(id.split(".").at(-1)));
      expect(revisions).toEqual([1, 2, 3, 4, 5, 6]);
    }
  });

  test("order an event behind those its node had seen, whatever the nodes' clocks say", async () => {
    await storeOf(0).insertJob(queued("a"), largeFiles(1));
    await database.db
      .collection<{ _id: string }>("parcels")
      .updateOne({ _id: "a/0" }, { $set: { stamp: `${String(Date.now() + 3_600_000).padStart(15, "0")}-000000` } });
    await updateImage(storeOf(0), "a", 0, (image) => startAttempt(image, now));
    // The other node learns of the hour that the first one is ahead by reading what that wrote.
    await storeOf(1).getImage("a", 0);
    await storeOf(1).insertJob(created("b"), []);
    expect(idsOf(await storeOf(1).unpublishedEvents(9)).slice(-2)).toEqual(["a.0.running.1", "b.created.0"]);
  });

  describe.each([
    ["ahead", 3_000],
    ["behind", -3_000],
  ])("with a clock that is %s on the node that works on the images", (_name, aheadMs) => {
    const finish = async (jobId: string) => {
      const counts = await storeOf(0).countImages(jobId);
      return storeOf(0).updateJob(jobId, (job) => finishJob(job, counts, later));
    };
    const typesOf = (events: readonly CloudEvent[], jobId: string) =>
      events.filter(({ data }) => data.jobId === jobId).map(({ type }) => type.replace("dev.sightline.", ""));

    test("put the event of a job's end behind those of its images", async () => {
      const other = database.storeWithClock(aheadMs);
      for (const id of ["done", "cancelled"]) await storeOf(0).insertJob(queued(id), largeFiles(1));
      for (const id of ["done", "cancelled"]) await updateImage(other, id, 0, (image) => startAttempt(image, now));
      await updateImage(other, "done", 0, (image) => completeImage(image, result, later));
      await finish("done");
      await storeOf(0).updateJob("cancelled", (job) => cancelJob(job, later));
      const events = await storeOf(1).unpublishedEvents(100);
      const begin = ["job.created", "job.queued", "image.running"];
      expect(typesOf(events, "done")).toEqual([...begin, "image.done", "job.succeeded"]);
      expect(typesOf(events, "cancelled")).toEqual([...begin, "image.pending", "job.cancelled"]);
    });

    test("publish the events of each job in order while more are stored", async () => {
      const other = database.storeWithClock(aheadMs);
      const published: CloudEvent[] = [];
      let isDone = false;
      const publisher = (async () => {
        for (let isLast = false; !isLast; ) {
          isLast = isDone;
          for (let page = await storeOf(1).unpublishedEvents(9); page.length > 0; ) {
            published.push(...page);
            await storeOf(1).markPublished(page);
            page = await storeOf(1).unpublishedEvents(9);
          }
        }
      })();
      await many(manyJobs, async (n) => {
        const id = `job${n}`;
        await storeOf(0).insertJob(queued(id), largeFiles(1));
        await other.getJob(id);
        await updateImage(other, id, 0, (image) => startAttempt(image, now));
        await other.updateJob(id, (job) => startJob(job, now));
        await updateImage(other, id, 0, (image) => completeImage(image, result, later));
        await finish(id);
      });
      isDone = true;
      await publisher;
      const order = ["job.created", "job.queued", "image.running", "job.running", "image.done", "job.succeeded"];
      for (let n = 0; n < manyJobs; n++) expect(typesOf(published, `job${n}`)).toEqual(order);
    });
  });

  test("leave nothing of a large result whose job is cancelled while it is stored", async () => {
    // 5 MB that cannot be compressed: two documents.
    const large = { ...result, sha256: randomBytes(5 * 2 ** 20).toString("base64") };
    await storeOf(0).insertJob(queued("job"), largeFiles(1));
    await updateImage(storeOf(0), "job", 0, (image) => startAttempt(image, now));
    const { insertNew } = MongoAdapter.prototype;
    const insertion = vi.spyOn(MongoAdapter.prototype, "insertNew");
    insertion.mockImplementationOnce(async function (this: MongoAdapter<object>, document) {
      await storeOf(1).updateJob("job", (job) => cancelJob(job, later));
      return insertNew.call(this, document);
    });
    expect(await updateImage(storeOf(0), "job", 0, (image) => completeImage(image, large, now))).toBeUndefined();
    insertion.mockRestore();
    expect(await database.db.collection("results").countDocuments()).toBe(0);
  });

  test("cancel a job, and after its event comes none of its images", async () => {
    for (let round = 0; round < rounds; round++) {
      const jobId = `job${round}`;
      // The last two are still pending when the job is cancelled, however fast the others are.
      await storeOf(0).insertJob(queued(jobId), largeFiles(22));
      const published: CloudEvent[] = [];
      const publish = async () => {
        const page = await storeOf(1).unpublishedEvents(1000);
        published.push(...page);
        await storeOf(1).markPublished(page);
      };
      const updates = many(60, (n) =>
        updateImage(storeOf(n), jobId, n % 20, (image) =>
          image.state === "pending" ? startAttempt(image, now) : completeImage(image, result, later),
        ).catch(() => undefined),
      );
      await storeOf(round).updateJob(jobId, (job) => cancelJob(job, later));
      const counts = await storeOf(1).countImages(jobId);
      expect(counts).toMatchObject({ running: 0, total: 22 });
      await publish();
      expect(published.at(-1)?.id).toBe(`${jobId}.cancelled.2`);
      await updates;
      const start = (image: JobImage) => (image.state === "pending" ? startAttempt(image, later) : undefined);
      expect(await many(22, (n) => updateImage(storeOf(n), jobId, n, start))).toEqual(Array(22).fill(undefined));
      await publish();
      expect(published.at(-1)?.id).toBe(`${jobId}.cancelled.2`);
      expect(await storeOf(0).countImages(jobId)).toEqual(counts);
    }
  });

  test("hand a lease on when its holder gives it up, or is not heard of for its time", async () => {
    const [a, b] = [nodes[0].leaderLeases, nodes[1].leaderLeases];
    const both = await Promise.all([a.acquire("race", 60_000), b.acquire("race", 60_000)]);
    expect(both.filter(Boolean).length).toBe(1);
    expect(await a.acquire("publish", 60_000)).toBe(true);
    expect(await b.acquire("publish", 60_000)).toBe(false);
    expect(await b.acquire("sweep", 60_000)).toBe(true);
    await b.release("publish");
    expect(await b.acquire("publish", 60_000)).toBe(false);
    await a.release("publish");
    expect(await b.acquire("publish", 200)).toBe(true);
    expect(await a.acquire("publish", 200)).toBe(false);
    await expect.poll(() => a.acquire("publish", 60_000)).toBe(true);
    expect(await b.acquire("publish", 60_000)).toBe(false);
  });
});
