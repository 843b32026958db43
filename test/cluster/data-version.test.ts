import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { queued } from "../ports/sample-jobs.ts";
import { useMongoServers } from "../support/mongo-servers.ts";
import { type MongoDatabase, newDatabase } from "../support/mongo-store.ts";

const servers = await useMongoServers();

describe.each(servers)("data on $name", (mongo) => {
  let database: MongoDatabase;
  beforeEach(() => {
    database = newDatabase(mongo);
  });
  afterEach(() => database.drop());
  const versions = () => database.db.collection<{ _id: string; version: number }>("dataVersion");

  it("without a version are of the first, also if several nodes start at once", async () => {
    await Promise.all([database.open(), database.open(), database.open()]);
    expect(await versions().find().toArray()).toEqual([{ _id: "version", version: 1 }]);
  });

  it("of a newer version are not touched", async () => {
    const { store } = await database.open();
    await store.insertJob(queued("a"), []);
    await versions().updateOne({ _id: "version" }, { $set: { version: 99 } });
    await expect(database.open()).rejects.toMatchObject({
      type: "STORE_CORRUPT",
      message: expect.stringMatching(
        /newer version of the service: its data are of version 99, and this one reads up to/,
      ),
    });
    expect(await versions().find().toArray()).toEqual([{ _id: "version", version: 99 }]);
  });
});
