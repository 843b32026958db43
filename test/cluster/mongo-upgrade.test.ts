/**
 * Data of an earlier version are used by this one. `data-of-0.1.0.json.gz` is the database that the storage of commit
 * dcb68e4, which is version 0.1.0, left: a job that is partially failed, one that waits to be executed, one that runs,
 * one that was cancelled, an idempotency key, a session with an image, and a collection with a face.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { BSON, Double, Int32, Long } from "mongodb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { dumpMongo, restoreMongo } from "../../lib/backends/mongo/dump.ts";
import type { MongoBackends } from "../../lib/backends/mongo/mongo.ts";
import type { JobImage } from "../../lib/jobs/job.ts";
import { completeImage, retryJob, startAttempt } from "../../lib/jobs/transitions.ts";
import { StartFailure } from "../../lib/start-failure.ts";
import { files, later, queued, result } from "../ports/sample-jobs.ts";
import { sightline } from "../support/command-line.ts";
import { startMongoProxy } from "../support/mongo-proxy.ts";
import { useMongoServers } from "../support/mongo-servers.ts";
import { type MongoDatabase, newDatabase } from "../support/mongo-store.ts";
import { temporaryFolder } from "../support/service.ts";

const servers = await useMongoServers();
const packed = readFileSync(join(import.meta.dirname, "data-of-0.1.0.json.gz"));
const former: Record<string, { _id: string }[]> = BSON.EJSON.parse(gunzipSync(packed).toString(), { relaxed: false });

describe.each(servers)("data of version 0.1.0 on $name", (mongo) => {
  let database: MongoDatabase;
  let opened: MongoBackends;
  beforeEach(async () => {
    database = newDatabase(mongo);
    for (const [name, documents] of Object.entries(former))
      if (documents.length > 0) await database.db.collection<{ _id: string }>(name).insertMany(documents);
    opened = await database.open();
  });
  afterEach(() => database.drop());

  it("have their jobs, images, dead letters and events that were not published", async () => {
    const { store } = opened;
    const sort = { by: "createdAt", descending: false } as const;
    const { items } = await store.listJobs({ filter: {}, sort, limit: 9 });
    expect(new Map(items.map(({ id, state }) => [id, state]))).toEqual(
      new Map([
        ["partial", "partially_failed"],
        ["created-job", "created"],
        ["waiting", "running"],
        ["stopped", "cancelled"],
      ]),
    );
    expect(items.find(({ id }) => id === "partial")).toMatchObject({ labels: { album: "summer" }, run: 1 });
    const images = await store.listImages("partial", { limit: 9 });
    expect(images.map(({ state, attempts }) => [state, attempts])).toEqual([
      ["done", 1],
      ["failed", 1],
      ["done", 1],
    ]);
    expect(images[2]?.result).toEqual(result);
    expect(await store.countImages("waiting")).toEqual({ total: 5, pending: 4, running: 1, done: 0, failed: 0 });
    expect((await store.listDeadLetters({ limit: 9 })).items).toMatchObject([{ jobId: "partial", index: 1 }]);
    expect((await store.unpublishedEvents(99)).map(({ id }) => id).sort()).toEqual([
      "created-job.created.0",
      "stopped.cancelled.2",
      "stopped.created.0",
      "stopped.queued.1",
      "waiting.3.running.1",
      "waiting.created.0",
      "waiting.queued.1",
      "waiting.running.2",
    ]);
  });

  it("have their keys, sessions and collections", async () => {
    const { store, sessions, collections } = opened;
    const claim = { owner: "session-1", key: "order-1", jobId: "other", claimant: "other", claimedAt: later };
    expect(await store.claimIdempotencyKey(claim, later)).toMatchObject({ jobId: "partial", fingerprint: "f" });
    expect(await sessions.find("a-hash")).toMatchObject({ id: "session-1" });
    expect(await sessions.images("session-1")).toMatchObject([{ encodings: [[0.5, 0.25]] }]);
    expect(await collections.find("session-1", "people")).toMatchObject({ id: "c1" });
    const [face] = await collections.faces("c1", 0, 9);
    expect(face).toMatchObject({ face: { id: "f1", label: "Ada" } });
    expect(Array.from(face?.encoding ?? [])).toEqual([0.5, 0.25]);
  });

  it("are gone on with: images are processed, and a failed job is retried", async () => {
    const { store } = opened;
    const [done] = await store.updateParcel("waiting", 3, ([image]) => [
      completeImage(image as JobImage, result, later),
    ]);
    expect(done).toMatchObject({ index: 3, state: "done" });
    const [begun] = await store.updateParcel("waiting", 0, ([image]) => [startAttempt(image as JobImage, later)]);
    expect(begun).toMatchObject({ index: 0, state: "running", attempts: 1 });
    expect(await store.updateJob("partial", (job) => retryJob(job, 2, later))).toMatchObject({
      state: "queued",
      run: 2,
    });
    const version = await database.db.collection("dataVersion").findOne();
    expect(version).toMatchObject({ version: 1 });
  });
});

describe.each(servers)("a dump on $name", (mongo) => {
  let folder: string;
  let [from, to]: MongoDatabase[] = [];
  beforeEach(() => {
    folder = join(temporaryFolder(), "dump");
    [from, to] = [newDatabase(mongo), newDatabase(mongo)];
  });
  afterEach(async () => {
    await Promise.all([from?.drop(), to?.drop()]);
    rmSync(dirname(folder), { recursive: true });
  });
  const nameOf = (database: MongoDatabase | undefined) => database?.db.databaseName ?? "";
  const dump = (database: MongoDatabase | undefined) => dumpMongo(mongo.url, nameOf(database), folder);
  const restoreTo = (database: MongoDatabase | undefined) => restoreMongo(mongo.url, nameOf(database), folder);
  /** As users do, in a process of its own. */
  const run = (command: string, database: MongoDatabase | undefined) => {
    vi.stubEnv("MONGO_URL", new URL(nameOf(database), `${mongo.url}/`).href);
    vi.stubEnv("NATS_URL", "nats://127.0.0.1:1");
    return sightline("", command, folder).finally(() => vi.unstubAllEnvs());
  };

  it("is restored value by value, and used by the nodes", async () => {
    const store = (await from?.open())?.store;
    await store?.insertJob(queued("many"), files(40));
    const odd = { _id: "odd", whole: new Int32(1), long: Long.fromNumber(1), real: new Double(1), at: new Date(5) };
    await from?.db.collection<{ _id: string }>("odd").insertOne(odd);
    const made = await run("backup", from);
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+ documents of the database are copied/) });
    await expect(dump(from)).rejects.toThrow("exists already");
    expect(await run("restore", to)).toMatchObject({ code: 0, stdout: expect.stringContaining("are restored") });
    await expect(restoreTo(to)).rejects.toThrow("is not empty");

    const raw = async (database: MongoDatabase | undefined) => {
      const names = (await database?.db.listCollections().toArray())?.map(({ name }) => name).sort() ?? [];
      const all = names.map((name) => database?.db.collection(name).find({}, { raw: true }).sort({ _id: 1 }).toArray());
      const documents = await Promise.all(all);
      return names.flatMap((name, n) => documents[n]?.map((document) => [name, Buffer.from(document as never)]) ?? []);
    };
    expect(await raw(to)).toEqual(await raw(from));
    const restored = (await to?.open())?.store;
    expect(await restored?.countImages("many")).toMatchObject({ total: 40, pending: 40 });
    const indexed = await to?.db.collection("jobs").indexes();
    expect(indexed?.length).toBe((await from?.db.collection("jobs").indexes())?.length);
  });

  it("is there only once it is whole", async () => {
    await (await from?.open())?.store.insertJob(queued("a"), files(1));
    const proxy = await startMongoProxy(mongo.url);
    try {
      const name = nameOf(from);
      const lost = { ok: 0, code: 8, errmsg: "Injected" };
      proxy.answer("find", "parcels", lost);
      await expect(dumpMongo(proxy.url, name, folder)).rejects.toMatchObject({ code: 8 });
      expect(readdirSync(dirname(folder))).toEqual([]);

      const interruption = new AbortController();
      const first = proxy.hold("find", "parcels");
      const interrupted = dumpMongo(proxy.url, name, folder, interruption.signal);
      await first.arrived;
      interruption.abort();
      first.release();
      await expect(interrupted).rejects.toThrow("aborted");
      expect(readdirSync(dirname(folder))).toEqual([]);

      const held = proxy.hold("find", "parcels");
      const dumping = dumpMongo(proxy.url, name, folder);
      await held.arrived;
      // What a process that is killed now leaves is not taken for a dump.
      expect(existsSync(folder)).toBe(false);
      await expect(dumpMongo(mongo.url, name, folder)).rejects.toThrow("exists already");
      held.release();
      await dumping;
      expect(readdirSync(dirname(folder))).toEqual(["dump"]);
    } finally {
      await proxy.close();
    }
    expect(await restoreTo(to)).toBeGreaterThan(0);
  });

  it("has no collections of the server itself and no views", async () => {
    await (await from?.open())?.store.insertJob(queued("a"), files(1));
    const proxy = await startMongoProxy(mongo.url);
    try {
      // As a server answers whose profiler is on.
      const firstBatch = [
        { name: "system.profile", type: "collection" },
        { name: "jobs", type: "collection" },
        { name: "recent", type: "view" },
      ];
      const answer = { ok: 1, cursor: { id: Long.ZERO, ns: "x.$cmd.listCollections", firstBatch } };
      proxy.answer("listCollections", "1", answer);
      expect(await dumpMongo(proxy.url, nameOf(from), folder)).toBe(1);
      expect(readdirSync(folder).sort()).toEqual(["documents.json", "jobs.bson", "jobs.metadata.json"]);
    } finally {
      await proxy.close();
    }
  });

  it("that is damaged is refused, and nothing of it restored", async () => {
    await (await from?.open())?.store.insertJob(queued("a"), files(1));
    await dump(from);
    const jobs = join(folder, "jobs.bson");
    const whole = readFileSync(jobs);
    const changed = (change: (bytes: Buffer) => unknown) => {
      const bytes = Buffer.from(whole);
      change(bytes);
      return bytes;
    };
    const damaged: [Buffer, string][] = [
      [whole.subarray(0, -1), "is cut off"],
      [Buffer.concat([whole, Buffer.alloc(3)]), "is cut off"],
      [Buffer.concat([whole, Buffer.alloc(4096)]), `is damaged at byte ${whole.length}`],
      // Lengths of no document, a type that BSON does not have, and another end.
      [changed((bytes) => bytes.writeInt32LE(-whole.length)), "is damaged at byte 0"],
      [changed((bytes) => bytes.writeInt32LE(2 ** 30)), "is damaged at byte 0"],
      [changed((bytes) => bytes.writeUInt8(0x55, 4)), "is damaged at byte 0"],
      [changed((bytes) => bytes.writeUInt8(1, bytes.readInt32LE() - 1)), "is damaged at byte 0"],
    ];
    for (const [bytes, reason] of damaged) {
      writeFileSync(jobs, bytes);
      const restoring = restoreTo(to);
      await expect(restoring).rejects.toThrow(`${jobs} ${reason}`);
      await expect(restoring).rejects.toBeInstanceOf(StartFailure);
    }
    // As the command says it.
    const { code, stderr } = await run("restore", to);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${jobs} ${damaged.at(-1)?.[1]}`)]);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(await to?.db.listCollections().toArray()).toEqual([]);
    writeFileSync(jobs, whole);
    expect(await restoreTo(to)).toBeGreaterThan(0);
  });
});

describe.each(["backup", "restore"])("%s, with a database that cannot be used,", (command) => {
  const run = (url: string) => {
    vi.stubEnv("MONGO_URL", url);
    vi.stubEnv("NATS_URL", "nats://127.0.0.1:1");
    return sightline("", command, join(import.meta.dirname, "no such folder")).finally(() => vi.unstubAllEnvs());
  };

  it("says why there is no answer", async () => {
    expect(await run("mongodb://127.0.0.1:1/x")).toEqual({
      code: 4,
      stdout: "",
      stderr: "sightline: The database does not answer: connect ECONNREFUSED 127.0.0.1:1. (STORE_UNAVAILABLE)\n",
    });
  });

  it("says that the URL cannot be read, without its password", async () => {
    const { code, stderr } = await run("mongodb://user:pass/word@127.0.0.1/x");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^sightline: MONGO_URL cannot be read\./),
    });
    expect(stderr).not.toMatch(/pass\/word| at \w/);
  });
});
