/**
 * A dump of a database in `mongodump`'s format: the documents of each collection as BSON, one after the other, and its
 * options and indexes as JSON.
 */
import { createWriteStream } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { BSON, type Db, MongoClient } from "mongodb";
import { StartFailure } from "../../start-failure.ts";
import { syncFile } from "../files/disk-sync.ts";
import { makeWholeFolder } from "../files/whole-folder.ts";
import { documentsIn } from "./dumped-documents.ts";
import { asStoreFailure } from "./failure.ts";
import { databaseOf, optionsFor } from "./mongo.ts";
import { markedUntilRestored, requireRestored } from "./unfinished-restore.ts";

const SERVER_WITHIN_MS = 5_000;
const DOCUMENTS = ".bson";

/**
 * Dumps the database. The dump is not the state of one moment: stop the nodes that write first.
 * @param folder Must not exist.
 * @returns how many documents were written. All of them are on the disk.
 * @throws STORE_UNAVAILABLE; StartFailure if the folder exists, there is nothing to dump, or the database has only a
 *   part of another dump. Then no folder is left.
 */
export function dumpMongo(url: string, database: string, folder: string): Promise<number> {
  return withDatabase(url, database, async (db) => {
    await requireRestored(db);
    const collections = await collectionsOf(db);
    if (collections.length === 0) throw new StartFailure(`The database ${db.databaseName} is empty.`);
    return makeWholeFolder(folder, async (unfinished) => {
      let count = 0;
      for (const collection of collections) {
        const { name: collectionName } = collection;
        const path = join(unfinished, collectionName + DOCUMENTS);
        const documents = db.collection(collectionName).find({}, { raw: true }).sort({ _id: 1 });
        const counted = async function* () {
          for await (const document of documents) {
            count++;
            yield document;
          }
        };
        await pipeline(counted, createWriteStream(path, { mode: 0o600 }));
        await syncFile(path);
        const options = "options" in collection ? collection.options : {};
        const indexes = await db.collection(collectionName).listIndexes().toArray();
        const metadata = BSON.EJSON.stringify({ options, indexes, collectionName, type: "collection" });
        const metadataPath = join(unfinished, `${collectionName}.metadata.json`);
        await writeFile(metadataPath, metadata, { mode: 0o600, flush: true });
      }
      return count;
    });
  });
}

/**
 * Puts the documents of a dump into an empty database. Nodes create the indexes when they start. They do not start if
 * the restoration was interrupted.
 * @returns how many documents were restored.
 * @throws STORE_UNAVAILABLE; StartFailure if the database has documents, or the folder has no dump or a damaged one.
 *   Then nothing is restored.
 */
export function restoreMongo(url: string, database: string, folder: string): Promise<number> {
  return withDatabase(url, database, async (db) => {
    const files = (await readdir(folder)).filter((name) => name.endsWith(DOCUMENTS));
    if (files.length === 0) throw new StartFailure(`${folder} has no dump of a database.`);
    for (const { name } of await collectionsOf(db))
      if (await db.collection(name).findOne()) throw new StartFailure(`The database ${db.databaseName} is not empty.`);
    const pathOf = (file: string) => join(folder, file);
    // All documents are read before the first is restored: a damaged dump must not leave a part of the data.
    for (const file of files) for await (const _ of documentsIn(pathOf(file)));
    let count = 0;
    await markedUntilRestored(db, async () => {
      for (const file of files) {
        const collection = db.collection(file.slice(0, -DOCUMENTS.length));
        for await (const documents of documentsIn(pathOf(file))) {
          await collection.insertMany(documents);
          count += documents.length;
        }
      }
    });
    return count;
  });
}

/**
 * The database's collections, without views and those of the server itself, such as its profiler's, which cannot be
 * restored.
 */
async function collectionsOf(db: Db) {
  const all = await db.listCollections().toArray();
  return all.filter(({ name, type = "collection" }) => type === "collection" && !name.startsWith("system."));
}

async function withDatabase<T>(url: string, database: string, use: (db: Db) => Promise<T>): Promise<T> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: SERVER_WITHIN_MS, ...optionsFor(url) });
  try {
    return await use(client.db(databaseOf(url, database)));
  } catch (error) {
    throw asStoreFailure(error);
  } finally {
    await client.close();
  }
}
