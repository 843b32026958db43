/**
 * Documents that would grow with what clients send: MongoDB takes none above 16 MiB, and each change
 * rewrites the document.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { JobDocument } from "../../lib/backends/mongo/documents.ts";
import { CollectionManager } from "../../lib/collections/collection-manager.ts";
import { created, files, now, queued } from "../ports/sample-jobs.ts";
import { useMongoServers } from "../support/mongo-servers.ts";
import { type MongoDatabase, newDatabase } from "../support/mongo-store.ts";

const servers = await useMongoServers();

describe.each(servers)("on $name", (mongo) => {
  let database: MongoDatabase;
  beforeAll(() => {
    database = newDatabase(mongo);
  });
  afterEach(() => database.empty());
  afterAll(() => database.drop());

  test("the encoding of an image that very many sessions send records a thousand of them", async () => {
    const { encodings } = await database.open();
    const encoding = {
      version: "v1",
      width: 3,
      height: 4,
      faces: [],
      timings: { queueMs: 1, decodeMs: 2, inferenceMs: 3, perModelMs: {} },
    };
    const entry = { encoding, computeMs: 12.5 };
    await encodings.put("k", entry, "first", now);
    const stored = database.db.collection<{ _id: string; holders: string[] }>("encodings");
    const others = Array.from({ length: 998 }, (_, n) => `s${n}`);
    await stored.updateOne({ _id: "k" }, { $set: { holders: ["first", ...others] } });
    for (const owner of ["last", "late", "later"]) expect(await encodings.addOwner("k", owner, now)).toBe(false);
    expect((await stored.findOne({ _id: "k" }))?.holders).toEqual(["first", ...others, "last"]);
    expect(await encodings.addOwner("k", "last", now)).toBe(true);
    expect(await encodings.hasOwner("k", "late")).toBe(false);
    expect(await encodings.get("k")).toEqual(entry);
    await encodings.releaseAll("s0");
    expect(await encodings.addOwner("k", "late", now)).toBe(false);
    expect(await encodings.addOwner("k", "late", now)).toBe(true);
  });

  const claimOf = (n: number) => ({ owner: "me", key: `key-${n}`, jobId: "job", claimant: `claimant-${n}` });
  const jobs = () => database.db.collection<JobDocument>("jobs");

  test("a job that images are added to time and again names the requests that may not be complete", async () => {
    const { store } = await database.open();
    await store.insertJob(created("job"), []);
    const add = async (n: number) => {
      await store.claimIdempotencyKey({ ...claimOf(n), claimedAt: now }, now);
      await store.addImages("job", [], now, { idempotency: { ...claimOf(n), fingerprint: `f${n}` } });
    };
    await add(0);
    // As after a crash before the claim was completed.
    const keys = database.db.collection("idempotencyKeys");
    await keys.updateOne({ key: "key-0" }, { $unset: { fingerprint: "" } });
    for (let n = 1; n <= 70; n++) await add(n);
    const { idempotency = [] } = (await jobs().findOne({ _id: "job" })) ?? {};
    expect(idempotency.length).toBeLessThanOrEqual(32);
    expect(idempotency.map(({ key }) => key)).toEqual(expect.arrayContaining(["key-0", "key-70"]));
    for (const n of [0, 1, 70]) {
      const repeated = { ...claimOf(n), claimant: "another", claimedAt: now };
      expect(await store.claimIdempotencyKey(repeated, now)).toMatchObject({ fingerprint: `f${n}` });
    }
  });

  test("a job remembers a thousand requests that failed to add images, and none once it takes no more", async () => {
    const { store } = await database.open();
    await store.insertJob(created("job"), []);
    const many = Array.from({ length: 1000 }, (_, n) => `c${n}`);
    await jobs().updateOne({ _id: "job" }, { $set: { fenced: many } });
    await store.releaseIdempotencyKey(claimOf(1));
    expect((await jobs().findOne({ _id: "job" }))?.fenced).toEqual([...many.slice(1), "claimant-1"]);
    await expect(
      store.addImages("job", [], now, { idempotency: { ...claimOf(1), fingerprint: "f" } }),
    ).rejects.toMatchObject({
      type: "IDEMPOTENCY_KEY_IN_USE",
    });
    await store.insertJob(queued("queued"), files(1));
    await store.releaseIdempotencyKey({ ...claimOf(2), jobId: "queued" });
    expect(await jobs().findOne({ _id: "queued" })).not.toHaveProperty("fenced");
  });

  test("faces are added together as far as their encodings fit in the document of their collection", async () => {
    const { collections } = await database.open();
    const manager = new CollectionManager(collections);
    await manager.create("me", { name: "c" }, { name: "remote", version: "1" });
    const probesOf = (count: number) =>
      Array.from({ length: count }, () => ({ encoding: Array<number>(4096).fill(0.1) }));
    // 16 MiB and more.
    await expect(manager.add("me", "c", probesOf(520))).rejects.toMatchObject({ type: "REQUEST_TOO_LARGE" });
    expect(await manager.add("me", "c", probesOf(244))).toHaveLength(244);
    expect(await manager.get("me", "c")).toMatchObject({ faces: 244 });
  });
});
