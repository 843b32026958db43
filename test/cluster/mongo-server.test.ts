/** What the adapters take for granted of the server that tests run on. */
import { MongoClient } from "mongodb";
import { afterAll, describe, expect, test } from "vitest";
import { openMongo } from "../../lib/backends/mongo/mongo.ts";
import { startMongoServer } from "../support/mongo-server.ts";

const mongo = await startMongoServer();
const client = mongo && new MongoClient(mongo.url, { retryWrites: false });
const things = client?.db("server-test").collection<{ _id: string; version: number }>("things");
afterAll(async () => {
  await client?.close();
  await mongo?.stop();
});

describe.skipIf(!mongo)("the MongoDB server of tests", () => {
  test("lets one of many updates with the same condition pass", async () => {
    for (let version = 0; version < 5; version++) {
      if (version === 0) await things?.insertOne({ _id: "a", version });
      const updates = Array.from({ length: 40 }, () =>
        things?.updateOne({ _id: "a", version }, { $set: { version: version + 1 } }),
      );
      const matched = (await Promise.all(updates)).map((update) => update?.matchedCount);
      expect(matched.filter((count) => count === 1).length).toBe(1);
    }
  });

  test.skipIf(!mongo?.process)("has what it took after it was killed", async () => {
    await things?.insertOne({ _id: "kept", version: 1 });
    await mongo?.restart("SIGKILL");
    await expect.poll(() => things?.findOne({ _id: "kept" }).catch(() => null)).toEqual({ _id: "kept", version: 1 });
  });

  test("tells its time", async () => {
    const before = Date.now();
    const backends = await openMongo(mongo?.url ?? "", { database: "server-test" });
    // Of the same machine; a server may count whole seconds.
    expect(Math.abs((await backends.databaseTime()) - before)).toBeLessThan(60_000);
    await backends.close();
  });
});
