/** Errors that a server answers with, several in one answer or only for a moment. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JobStore } from "../../lib/ports/job-store.ts";
import { StartFailure } from "../../lib/start-failure.ts";
import { largeFiles, queued } from "../ports/sample-jobs.ts";
import { type MongoProxy, startMongoProxy } from "../support/mongo-proxy.ts";
import { startMongoServer } from "../support/mongo-server.ts";
import { type MongoDatabase, newDatabase } from "../support/mongo-store.ts";

const mongo = await startMongoServer();
afterAll(() => mongo?.stop());

const DUPLICATE = 11_000;
const SHUTTING_DOWN = 91;
const NO_PRIMARY = 133;
const NO_MAJORITY_YET = 134;
const OVERLOADED = 462;
const NO_CURSOR = 43;
const TOO_LARGE = 17_280;
const DISK_FULL = 14_031;
const UNSATISFIABLE = 100;

const failed = (code: number) => ({ ok: 0, code, errmsg: `error ${code}` });
/** The answer to a bulk write of which these writes failed, with an error for the write concern if there is one. */
const failedWrites = (codes: readonly number[], writeConcernCode?: number) => ({
  ok: 1,
  n: 0,
  writeErrors: codes.map((code, index) => ({ index, code, errmsg: `error ${code}` })),
  ...(writeConcernCode && { writeConcernError: { code: writeConcernCode, errmsg: `error ${writeConcernCode}` } }),
});
const times = (count: number, code: number) => Array.from({ length: count }, () => code);

describe.skipIf(!mongo)("a MongoDB server", () => {
  let database: MongoDatabase;
  let proxy: MongoProxy;
  let store: JobStore;
  beforeEach(async () => {
    if (!mongo) return;
    database = newDatabase(mongo);
    proxy = await startMongoProxy(mongo.url);
    store = (await database.open(proxy.url)).store;
  });
  afterEach(async () => {
    await proxy.close();
    await database.drop();
  });

  const total = async () => (await store.countImages("job")).total;
  const insertions = () => proxy.sent.filter(({ name, collection }) => name === "insert" && collection === "parcels");

  describe("that has half of a job's ten images", () => {
    /** A writer died in between: the images are still staged. */
    beforeEach(async () => {
      await store.insertJob(queued("job"), largeFiles(10));
      const missing = Array.from({ length: 5 }, (_, n) => `job/${n + 5}`);
      await database.db.collection<{ _id: string }>("parcels").deleteMany({ _id: { $in: missing } });
      const staged = { $set: { staged: JSON.stringify(largeFiles(10)), stagedFrom: 0 } };
      await database.db.collection<{ _id: string }>("jobs").updateOne({ _id: "job" }, staged);
    });

    test("gets the others, though the first error is that images exist", async () => {
      proxy.answer("insert", "parcels", failedWrites([...times(5, DUPLICATE), ...times(5, SHUTTING_DOWN)]));
      await store.getJob("job");
      expect(await total()).toBe(10);
    });

    test.each([
      ["for good", TOO_LARGE, {}],
      ["for want of room", DISK_FULL, { type: "STORAGE_FULL" }],
    ])("keeps them staged when it refuses the others %s", async (_why, code, error) => {
      proxy.answer("insert", "parcels", failedWrites([...times(5, DUPLICATE), ...times(5, code)]));
      await expect(store.getJob("job")).rejects.toMatchObject(error);
      await store.getJob("job");
      expect(await total()).toBe(10);
    });

    test("is asked again when it is not sure of what exists", async () => {
      const before = insertions().length;
      proxy.answer("insert", "parcels", failedWrites(times(10, DUPLICATE), SHUTTING_DOWN));
      await store.getJob("job");
      expect(insertions().length).toBe(before + 2);
      expect(await total()).toBe(10);
    });

    test("keeps them staged when it will never be sure", async () => {
      proxy.answer("insert", "parcels", failedWrites(times(10, DUPLICATE), UNSATISFIABLE));
      await expect(store.getJob("job")).rejects.toThrow();
      await store.getJob("job");
      expect(await total()).toBe(10);
    });
  });

  test("that has no code for a full disk, but says so, has no room", async () => {
    const errmsg = "[db.go:167 fsql.(*DB).InTransaction] database or disk is full (13)";
    proxy.answer("insert", "jobs", { ok: 0, code: 1, errmsg });
    await expect(store.insertJob(queued("job"), largeFiles(1))).rejects.toMatchObject({ type: "STORAGE_FULL" });
  });

  test("that does not know a majority yet is asked again", async () => {
    await store.insertJob(queued("job"), largeFiles(1));
    proxy.answer("find", "jobs", failed(NO_MAJORITY_YET), failed(NO_MAJORITY_YET));
    expect(await store.getJob("job")).toMatchObject({ id: "job" });
    proxy.answer("aggregate", "parcels", failed(NO_MAJORITY_YET));
    expect(await total()).toBe(1);
  });

  test("that has no primary for a shard, or is overloaded, is asked again", async () => {
    const overloaded = { ...failed(OVERLOADED), errorLabels: ["SystemOverloadedError", "RetryableError"] };
    proxy.answer("insert", "jobs", failed(NO_PRIMARY), overloaded, failed(NO_PRIMARY));
    await store.insertJob(queued("job"), largeFiles(1));
    proxy.answer("aggregate", "parcels", failed(NO_PRIMARY));
    expect(await total()).toBe(1);
  });

  test.each([
    ["has not heard of a majority in the time that somebody has set", 64],
    ["gives up a conflict", 112],
    ["has no room in its cache", 365],
  ])("that %s is asked again", async (_what, code) => {
    proxy.answer("insert", "jobs", failed(code), failedWrites([], code));
    await store.insertJob(queued("job"), largeFiles(1));
    proxy.answer("update", "jobs", failed(code));
    await store.updateJob("job", (job) => ({ next: { ...job, priority: 3 }, events: [] }));
    expect(await store.getJob("job")).toMatchObject({ priority: 3 });
    expect(await total()).toBe(1);
  });

  test.each([
    ["does not let the user do something", 13],
    ["does not know the user any more", 18],
    ["does not allow so much time", 50],
    ["ends a cursor", 237],
    ["is Atlas, and over its quota", 8000],
    ["ends the operation because it was told to", 11_601],
  ])("that %s is not there for the service, and is not asked again", async (_what, code) => {
    const unavailable = { type: "STORE_UNAVAILABLE", cause: { code } };
    await store.insertJob(queued("job"), largeFiles(1));
    proxy.answer("find", "jobs", failed(code));
    await expect(store.getJob("job")).rejects.toMatchObject(unavailable);
    proxy.answer("update", "jobs", failed(code));
    await expect(store.updateJob("job", (next) => ({ next, events: [] }))).rejects.toMatchObject(unavailable);
    expect(await store.getJob("job")).toMatchObject({ id: "job" });
  });

  test.each([
    ["Authentication failed.", 18, "Authentication failed"],
    ['not authorized on x to execute command { createIndexes: "jobs", lsid: {} }', 13, "not authorized on x"],
    ["An equivalent index already exists with a different name", 85, "An equivalent index already exists"],
  ])(
    "that says %j when a node starts does not let it start, and the operator learns why",
    async (errmsg, code, why) => {
      proxy.answer("find", "unfinishedRestore", { ok: 0, code, errmsg });
      const refused = await database.open(proxy.url).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(StartFailure);
      expect(refused).toMatchObject({ message: expect.stringContaining(`needs at its start: ${why}`) });
      expect(refused).toMatchObject({ message: expect.not.stringContaining("lsid") });
    },
  );

  test("that has lost a cursor is asked again from the start", async () => {
    // So many that one of the rounds in which they are read has more documents than a first answer.
    await store.insertJob(queued("job"), largeFiles(250));
    proxy.answer("getMore", "parcels", failed(NO_CURSOR));
    const indexes = (await store.listImages("job", { limit: 250 })).map(({ index }) => index);
    expect(indexes).toEqual(Array.from({ length: 250 }, (_, n) => n));
    expect(proxy.sent.filter(({ name }) => name === "getMore")).toHaveLength(2);
  });
});
