/** What takes long to remove is removed page by page, so that others are served meanwhile. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { Database } from "../../lib/backends/sqlite/database.ts";
import { SqliteEncodingCache } from "../../lib/backends/sqlite/encoding-cache.ts";
import { SqliteJobStore } from "../../lib/backends/sqlite/job-store.ts";
import { PAGE } from "../../lib/backends/sqlite/pages.ts";
import { Eraser } from "../../lib/erasure/eraser.ts";
import { EventPublisher } from "../../lib/jobs/event-publisher.ts";
import { jobDeletedEvent } from "../../lib/jobs/events.ts";
import type { Job, JobImage } from "../../lib/jobs/job.ts";
import { MAX_PARCEL_IMAGES } from "../../lib/jobs/parcel.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import type { JobStore } from "../../lib/ports/job-store.ts";
import { eventOf } from "../ports/sample-events.ts";
import { created, files, later, now, problem } from "../ports/sample-jobs.ts";

/** More than two pages. */
const MANY = 2 * PAGE + 1;
const LAST_PARCEL = MANY - 1 - ((MANY - 1) % MAX_PARCEL_IMAGES);

let folder: string;
let backends: Backends;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sightline-removals-"));
  backends = await openEmbedded({ folder, leaseMs: 1_000 });
});
afterEach(async () => {
  await backends.close();
  rmSync(folder, { recursive: true });
});

/** Whether another change, which begins after the removal, is stored before the removal has ended. */
async function letsOthersIn(removal: Promise<unknown>): Promise<boolean> {
  let isOver = false;
  const ending = removal.then(() => {
    isOver = true;
  });
  await backends.readerPositions.move("other", undefined, "1");
  // Changes that are committed together resolve in the same turn of the event loop.
  await nextTurn();
  const isBefore = !isOver;
  await ending;
  return isBefore;
}

const timings = { queueMs: 0, decodeMs: 0, inferenceMs: 0, perModelMs: {} };
const encoding = {
  encoding: {
    version: "1",
    width: 1,
    height: 1,
    faces: [],
    timings: { queueMs: 0, decodeMs: 0, inferenceMs: 0, perModelMs: {} },
  },
  computeMs: 1,
};

test("the encodings of an owner", async () => {
  const { encodings } = backends;
  const keys = Array.from({ length: MANY }, (_, n) => `key ${n}`);
  await Promise.all(keys.map((key) => encodings.put(key, encoding, "a", now)));
  await encodings.put("key 0", encoding, "b", now);
  expect(await letsOthersIn(encodings.releaseAll("a"))).toBe(true);
  expect(await Promise.all(keys.map((key) => encodings.hasOwner(key, "a")))).not.toContain(true);
  const left = await Promise.all(keys.map((key) => encodings.get(key)));
  expect(left.filter((entry) => entry !== undefined)).toEqual([encoding]);
});

test("the events of an owner, whose sequences are not used again", async () => {
  const { log } = backends;
  const eventsOf = (owner: string, count: number) =>
    Array.from({ length: count }, (_, n) => ({ ...eventOf(owner, n), owner }));
  await log.append([...eventsOf("a", MANY), ...eventsOf("b", 1)]);
  const erasing = log.erase(["a"]);
  const appended = log.append([{ ...eventOf("a", MANY), owner: "a" }]);
  expect(await letsOthersIn(erasing)).toBe(true);
  expect(await appended).toMatchObject([{ after: MANY + 2 }]);
  expect(await log.countOf("a")).toBe(0);
  expect((await log.read({ after: 0, limit: 9 })).map(({ sequence }) => sequence)).toEqual([MANY + 1]);
  expect(await log.lastSequence()).toBe(MANY + 3);
});

test("the idempotency records of an owner", async () => {
  const { ownerData, store } = backends;
  const claim = (owner: string, key: string) =>
    store.claimIdempotencyKey({ owner, key, jobId: key, claimant: key, claimedAt: now, fingerprint: "f" }, now);
  await Promise.all(Array.from({ length: MANY }, (_, n) => claim("a", `key ${n}`)));
  await claim("b", "other");
  expect(await letsOthersIn(ownerData.remove(["a"]))).toBe(true);
  expect(await ownerData.count(["a"])).toMatchObject({ idempotencyKeys: 0 });
  expect(await ownerData.count(["b"])).toMatchObject({ idempotencyKeys: 1 });
});

test("the webhooks of an owner", async () => {
  const { ownerData, webhooks } = backends;
  const webhookOf = (owner: string, n: number) => {
    const event = { ...eventOf(`${owner}${n}`, 0), owner };
    return { sequence: n, jobId: `${owner}${n}`, url: "https://example.com/", event };
  };
  const added = [...Array.from({ length: MANY }, (_, n) => webhookOf("a", n + 1)), webhookOf("b", MANY + 1)];
  const after = await webhooks.position();
  await webhooks.advance({ after, cursor: MANY + 1, webhooks: added, deletedJobIds: [] }, now);
  expect(await letsOthersIn(ownerData.remove(["a"]))).toBe(true);
  expect(await ownerData.count(["a"])).toMatchObject({ webhooks: 0 });
  expect(await ownerData.count(["b"])).toMatchObject({ webhooks: 1 });
});

test("the webhooks of jobs", async () => {
  const { webhooks } = backends;
  const webhookOf = (jobId: string, n: number) => {
    return { sequence: n, jobId, url: "https://example.com/", event: eventOf(jobId, n) };
  };
  const added = [...Array.from({ length: MANY }, (_, n) => webhookOf("a", n + 1)), webhookOf("b", MANY + 1)];
  const after = await webhooks.position();
  await webhooks.advance({ after, cursor: MANY + 1, webhooks: added, deletedJobIds: [] }, now);
  expect(await letsOthersIn(webhooks.removeJobs(["a"]))).toBe(true);
  // What was read before is not stored any more.
  expect(await webhooks.advance({ after, cursor: MANY + 2, webhooks: [], deletedJobIds: [] }, now)).toBeUndefined();
  expect(await webhooks.nextDue(later)).toMatchObject({ jobId: "b" });
  expect(await webhooks.nextDue(later, { jobIds: ["b"] })).toBeUndefined();
});

test("what a crash has left of jobs", async () => {
  const { ownerData, store } = backends;
  await storeLargeJob(store);
  await store.insertJob(created("other"), files(1));
  expect(await letsOthersIn(ownerData.removeOfJobs(["large"]))).toBe(true);
  expect(await store.listImages("large", { limit: 9 })).toEqual([]);
  expect((await tracesOf(store)).encodings).toEqual([]);
  expect(await store.listImages("other", { limit: 9 })).toHaveLength(1);
});

test("the keys of an owner, and the records of their creations", async () => {
  const { keys, ownerData, store } = backends;
  const ids = Array.from({ length: MANY }, (_, n) => `key ${n}`);
  const insert = (id: string, owner: string) =>
    keys.insert(id, { id, owner, name: "n", scopes: ["jobs"], hint: "", createdAt: now });
  const claim = (jobId: string) =>
    store.claimIdempotencyKey({ owner: "admin", key: jobId, jobId, claimant: jobId, claimedAt: now }, now);
  await Promise.all(ids.flatMap((id) => [insert(id, "a"), claim(id)]));
  await Promise.all([insert("other", "b"), claim("other")]);
  expect(await letsOthersIn(ownerData.removeKeys({ owner: "a", keyIds: ids }))).toBe(true);
  expect(await ownerData.keysOf("a")).toEqual([]);
  expect(await ownerData.keysOf("b")).toEqual(["other"]);
  expect(await ownerData.count(["admin"])).toMatchObject({ idempotencyKeys: 1 });
});

test("the members of an erasure", async () => {
  const { erasures } = backends;
  await erasures.addMembers(
    "a",
    "jobs",
    Array.from({ length: MANY }, (_, n) => `job ${n}`),
  );
  await erasures.addMembers("b", "jobs", ["other"]);
  expect(await letsOthersIn(erasures.removeMembers("a"))).toBe(true);
  expect(await erasures.members("a", "jobs", { limit: 9 })).toEqual([]);
  expect(await erasures.members("b", "jobs", { limit: 9 })).toEqual(["other"]);
});

test("a collection and its faces", async () => {
  const { collections, ownerData } = backends;
  const collection = { id: "c", owner: "a", name: "n", model: "m", version: "1", createdAt: now };
  const faces = Array.from({ length: MANY }, (_, n) => ({
    face: { id: `face ${n}`, label: null, sha256: null, box: null, addedAt: now },
    encoding: [n],
  }));
  await collections.insert(collection);
  await collections.addFaces("c", faces, MANY);
  expect(await letsOthersIn(collections.remove("c"))).toBe(true);
  expect(await collections.find("a", "n")).toBeUndefined();
  expect(await ownerData.count(["a"])).toMatchObject({ collections: 0, faces: 0 });
  expect(await collections.faces("c", 0, 1)).toEqual([]);
});

test("expired records of the audit log, of which the newest stays", async () => {
  const { audit } = backends;
  const recordOf = (n: number) => ({ id: `record ${n}`, time: now, action: "key.create" });
  await audit.append(Array.from({ length: MANY }, (_, n) => recordOf(n)));
  const sweeping = audit.sweep("2100-01-01T00:00:00.000Z");
  expect(await letsOthersIn(sweeping)).toBe(true);
  expect(await sweeping).toBe(MANY - 1);
  expect((await audit.read({ limit: 9 })).map(({ sequence }) => sequence)).toEqual([MANY]);
});

test.each([
  ["how many", () => backends.ownerData.count(["a", "c"]), expect.objectContaining({ unpublishedEvents: 3 })],
  ["whether any", () => backends.store.hasUnpublishedEvents(["c"]), false],
])("%s of many unpublished events are of an owner, which an erasure asks for", async (_what, ask, answer) => {
  const eventsOf = (owner: string, count: number) =>
    Array.from({ length: count }, (_, n) => ({ ...eventOf(owner, n), owner }));
  const events = [...eventsOf("a", 2), ...eventsOf("b", MANY), ...eventsOf("a", 1)];
  await backends.store.insertJob({ ...created("j"), events }, []);
  const asking: Promise<unknown> = ask();
  expect(await letsOthersIn(asking)).toBe(true);
  expect(await asking).toEqual(answer);
  expect(await backends.store.hasUnpublishedEvents(["c", "a"])).toBe(true);
});

/** A job with many images: the first parcel is done and has encodings, the second was given up, the others wait. */
async function storeLargeJob(store: JobStore, images = MANY): Promise<void> {
  const owner = "a";
  await store.insertJob(
    created("large", { owner }),
    files(images).map((file) => ({ ...file, owner })),
  );
  const results = { m: { version: "1", faces: [{ box: [1, 2, 3, 4], score: 1, encoding: [1] }] } };
  const done = { state: "done", finishedAt: now, result: { sha256: "", width: 1, height: 1, timings, results } };
  const givenUp = { state: "failed", finishedAt: now, problem, givenUp: true };
  for (const [parcel, change] of [done, givenUp].entries())
    await store.updateParcel("large", parcel * MAX_PARCEL_IMAGES, (parcelImages) =>
      parcelImages.map((image) => ({ next: { ...image, ...change } as JobImage, events: [] })),
    );
}

const openJobs = (database: Database) => SqliteJobStore.open(database);
const deleteEvent = (job: Job) => jobDeletedEvent(job, now);

/** What lists and counts have of the job. */
async function tracesOf(store: JobStore) {
  const owner = "a";
  return {
    tallies: await store.tallyImages(owner),
    encodings: (await store.listEncodings({ owner, model: "m", limit: 9 })).items,
    deadLetters: (await store.listDeadLetters({ owner, limit: 9 })).items,
    allDeadLetters: (await store.listDeadLetters({ limit: 9 })).items,
    counts: await store.countImagesOfJobs({ states: ["created"], owner }),
  };
}
const noTraces = { tallies: [], encodings: [], deadLetters: [], allDeadLetters: [], counts: { jobs: 0, images: 0 } };

test("the images of a job, which count no more as soon as the job is gone", async () => {
  const { store, ownerData } = backends;
  await storeLargeJob(store);
  expect((await tracesOf(store)).encodings).toHaveLength(9);
  const deleting = store.deleteJob("large", deleteEvent);
  const whenGone = backends.readerPositions.move("gone", undefined, "1").then(() => tracesOf(store));
  expect(await letsOthersIn(deleting)).toBe(true);
  expect(await whenGone).toEqual(noTraces);
  expect(await deleting).toBe(true);
  expect(await ownerData.countOfJobs(["large"])).toMatchObject({ images: 0 });
  expect((await store.unpublishedEvents(9)).at(-1)).toMatchObject({ type: "dev.sightline.job.deleted" });
});

/** Does the work on the data folder, with a part of the storage, as a process that ends after the first change. */
async function crashAfterFirstChange<P>(
  open: (database: Database) => P | Promise<P>,
  work: (part: P) => Promise<unknown>,
): Promise<void> {
  await backends.close();
  const database = await Database.open({ folder });
  const part = await open(database);
  const write = database.write.bind(database);
  vi.spyOn(database, "write").mockImplementationOnce(write).mockRejectedValue(new Error("the process ends"));
  await work(part);
  await database.close();
  backends = await openEmbedded({ folder, leaseMs: 1_000 });
}

test("the images of a job that a crash has left are in no list or count, change no more, and are swept", async () => {
  await storeLargeJob(backends.store);
  await backends.store.insertJob(created("other", { owner: "b" }), files(1));
  await crashAfterFirstChange(openJobs, async (store) => {
    expect(await store.deleteJob("large", deleteEvent)).toBe(true);
  });
  const { store, ownerData } = backends;
  expect(await tracesOf(store)).toEqual(noTraces);
  const decide = vi.fn(() => []);
  expect(await store.updateParcel("large", LAST_PARCEL, decide)).toEqual([]);
  expect(decide).not.toHaveBeenCalled();
  expect(await ownerData.countOfJobs(["large"])).toMatchObject({ images: MANY - PAGE });
  await store.sweepResults();
  expect(await ownerData.countOfJobs(["large"])).toMatchObject({ images: 0 });
  expect(await store.listImages("other", { limit: 9 })).toHaveLength(1);
});

test("what crashes have left of the data of an owner is erased with the owner", async () => {
  const { encodings, keys } = backends;
  await keys.insert("hash", { id: "key", owner: "a", name: "n", scopes: ["jobs"], hint: "", createdAt: now });
  await storeLargeJob(backends.store);
  await Promise.all(Array.from({ length: MANY }, (_, n) => encodings.put(`key ${n}`, encoding, "a", now)));
  await crashAfterFirstChange(openJobs, (store) => store.deleteJob("large", deleteEvent));
  const openEncodings = (database: Database) => new SqliteEncodingCache(database);
  await crashAfterFirstChange(openEncodings, (cache) =>
    expect(cache.releaseAll("a")).rejects.toThrow("the process ends"),
  );
  const tables = ["images", "image_encodings", "encodings", "encoding_holders"];
  const sizes = () => {
    using database = new DatabaseSync(join(folder, "sightline.db"), { readOnly: true });
    return tables.map((table) => database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);
  };
  expect(sizes()).toEqual([MANY - PAGE, 0, MANY - PAGE, MANY - PAGE]);
  const none = () => {};
  const onError = (error: unknown) => {
    throw error;
  };
  const publisher = new EventPublisher(backends.store, backends.log, { onError });
  const options = { onKeysInvalidated: none, onErased: none, onJobErased: none, onError, settleMs: 0 };
  const eraser = new Eraser(backends, new Uint8Array(32), options);
  const { id } = await eraser.request({ owner: "a" });
  await eraser.run(id);
  await publisher.close();
  expect(await backends.erasures.get(id)).toMatchObject({ phase: "done" });
  expect(sizes()).toEqual([0, 0, 0, 0]);
});

test("jobs that are deleted at the same time, one in each turn of the event loop", async () => {
  const { store } = backends;
  const ids = ["1", "2", "3"];
  for (const id of ids) await store.insertJob(created(id), files(1));
  const deleting = Promise.all(ids.map((id) => store.deleteJob(id, deleteEvent)));
  await nextTurn();
  expect((await store.listJobs({ limit: ids.length })).items).not.toEqual([]);
  expect(await deleting).toEqual([true, true, true]);
  expect((await store.listJobs({ limit: ids.length })).items).toEqual([]);
});

test("jobs whose deletion has waited for a scrub, one in each turn of the event loop", async () => {
  const { ownerData, store } = backends;
  const ids = Array.from({ length: 9 }, (_, n) => `job ${n}`);
  for (const id of ids) await store.insertJob(created(id), files(1));
  const scrubbing = ownerData.scrub();
  const deleting = Promise.all(ids.map((id) => store.deleteJob(id, deleteEvent)));
  await scrubbing;
  await nextTurn();
  expect((await store.listJobs({ limit: ids.length })).items).not.toEqual([]);
  await deleting;
  expect((await store.listJobs({ limit: ids.length })).items).toEqual([]);
});
