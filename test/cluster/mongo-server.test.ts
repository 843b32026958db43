/** What the adapters take for granted of the servers that tests run on. */
import { MongoClient } from "mongodb";
import { afterAll, describe, expect, test } from "vitest";
import { openMongo } from "../../lib/backends/mongo/mongo.ts";
import { useMongoServers } from "../support/mongo-servers.ts";

const servers = await useMongoServers();

describe.each(servers)("$name", (mongo) => {
  const client = new MongoClient(mongo.url, { retryWrites: false });
  const things = client.db("server-test").collection<{ _id: string; version: number }>("things");
  afterAll(() => client.close());

  test("lets one of many updates with the same condition pass", async () => {
    for (let version = 0; version < 5; version++) {
      if (version === 0) await things.insertOne({ _id: "a", version });
      const updates = Array.from({ length: 40 }, () =>
        things.updateOne({ _id: "a", version }, { $set: { version: version + 1 } }),
      );
      const matched = (await Promise.all(updates)).map((update) => update.matchedCount);
      expect(matched.filter((count) => count === 1).length).toBe(1);
    }
  });

  const many = <T>(change: (n: number) => Promise<T>) => Promise.all(Array.from({ length: 400 }, (_, n) => change(n)));

  test("loses none of many changes made at once over many connections", async () => {
    await things.insertOne({ _id: "counted", version: 0 });
    await many(() => things.updateOne({ _id: "counted" }, { $inc: { version: 1 } }));
    expect(await things.findOne({ _id: "counted" })).toEqual({ _id: "counted", version: 400 });
  });

  test("inserts an id once, whatever comes at the same time", async () => {
    const inserted = await many((n) =>
      things.insertOne({ _id: `new ${n % 4}`, version: n }).then(
        () => true,
        ({ code }) => {
          expect(code).toBe(11_000);
          return false;
        },
      ),
    );
    expect(inserted.filter(Boolean).length).toBe(4);
  });

  test("answers with a document as it was changed", async () => {
    await things.insertOne({ _id: "changed", version: 0 });
    const change = { $inc: { version: 1 } };
    const changed = await many(() => things.findOneAndUpdate({ _id: "changed" }, change, { returnDocument: "after" }));
    const versions = changed.map((thing) => thing?.version).sort((a = 0, b = 0) => a - b);
    expect(versions).toEqual(Array.from({ length: 400 }, (_, n) => n + 1));
  });

  test.skipIf(!mongo.keepsData)("has what it took after it was killed", async () => {
    await things.insertOne({ _id: "kept", version: 1 });
    await mongo.restart("SIGKILL");
    await expect.poll(() => things.findOne({ _id: "kept" }).catch(() => null)).toEqual({ _id: "kept", version: 1 });
  });

  test("tells its time", async () => {
    const before = Date.now();
    const backends = await openMongo(mongo.url, { database: "server-test" });
    // Of the same machine; a server may count whole seconds.
    expect(Math.abs((await backends.databaseTime()) - before)).toBeLessThan(60_000);
    await backends.close();
  });
});
