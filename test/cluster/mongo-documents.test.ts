/** Documents that would grow with what clients send: MongoDB takes none above 16 MiB, and each change rewrites the document. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { now } from "../ports/sample-jobs.ts";
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
});
