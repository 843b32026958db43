import { existsSync } from "node:fs";
import { appendFile, mkdtemp, readFile, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dumpMongo, restoreMongo } from "../../lib/backends/mongo/dump.ts";
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

  /** Dumps a database that has one job. @param use Gets the folder of the dump; the parent folder is removed after it. */
  async function withDump(use: (dump: string) => Promise<void>): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "sightline-"));
    const source = newDatabase(mongo);
    try {
      await (await source.open()).store.insertJob(queued("a"), []);
      const dump = join(folder, "dump");
      await dumpMongo(mongo.url, source.db.databaseName, dump);
      await use(dump);
    } finally {
      await source.drop();
      await rm(folder, { recursive: true });
    }
  }
  const restore = (dump: string) => restoreMongo(mongo.url, database.db.databaseName, dump);

  it("of a backup are not touched unless all were restored", () =>
    withDump(async (dump) => {
      // A job that is there twice ends the restore in the middle.
      const jobs = join(dump, "jobs.bson");
      await appendFile(jobs, await readFile(jobs));
      await expect(restore(dump)).rejects.toThrow(/duplicate key/);
      await expect(database.open()).rejects.toThrow(/has only a part of a backup/);
      const copy = join(dump, "copy of a part");
      const copying = dumpMongo(mongo.url, database.db.databaseName, copy);
      await expect(copying).rejects.toThrow(/has only a part of a backup/);
      expect(existsSync(copy)).toBe(false);
    }));

  it("are not restored from a copy that lacks documents or a file", () =>
    withDump(async (dump) => {
      const jobs = join(dump, "jobs.bson");
      await truncate(jobs);
      await expect(restore(dump)).rejects.toThrow(
        `${jobs} has 0 of 1 documents. Nothing was restored: use another copy.`,
      );
      await rm(jobs);
      await expect(restore(dump)).rejects.toThrow(`There is no file ${jobs}. Nothing was restored: use another copy.`);
      await rm(join(dump, "jobs.metadata.json"));
      await expect(restore(dump)).rejects.toThrow("There is no file");
      await truncate(join(dump, "documents.json"));
      await expect(restore(dump)).rejects.toThrow("documents.json is damaged");
      expect(await database.db.collections()).toEqual([]);
    }));
});
