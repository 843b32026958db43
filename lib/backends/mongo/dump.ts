/**
 * A dump of a database in `mongodump`'s format: the documents of each collection as BSON, one after the other, and its
 * options and indexes as JSON.
 */
import { createWriteStream } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
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
const METADATA = ".metadata.json";

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
        let inCollection = 0;
        const counted = async function* () {
          for await (const document of documents) {
            inCollection++;
            yield document;
          }
        };
        await pipeline(counted, createWriteStream(path, { mode: 0o600 }));
        await syncFile(path);
        count += inCollection;
        const options = "options" in collection ? collection.options : {};
        const indexes = await db.collection(collectionName).listIndexes().toArray();
        const metadata = BSON.EJSON.stringify({
          options,
          indexes,
          collectionName,
          type: "collection",
          // `mongodump` does not write this.
          documents: inCollection,
        });
        const metadataPath = join(unfinished, collectionName + METADATA);
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
    const names = await readdir(folder);
    const files = names.filter((name) => name.endsWith(DOCUMENTS));
    if (files.length === 0) throw new StartFailure(`${folder} has no dump of a database.`);
    for (const { name } of await collectionsOf(db))
      if (await db.collection(name).findOne()) throw new StartFailure(`The database ${db.databaseName} is not empty.`);
    const pathOf = (file: string) => join(folder, file);
    // All documents are read before the first is restored: a damaged dump must not leave a part of the data.
    const found = new Map<string, number>();
    for (const file of files) {
      let documents = 0;
      for await (const batch of documentsIn(pathOf(file))) documents += batch.length;
      found.set(file, documents);
    }
    for (const name of names.filter((name) => name.endsWith(METADATA))) {
      const file = name.slice(0, -METADATA.length) + DOCUMENTS;
      requireWhole(pathOf(file), found.get(file), await expectedDocuments(pathOf(name)));
    }
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

/** The number of documents that the metadata of a collection state; undefined if another program wrote the dump. */
async function expectedDocuments(path: string): Promise<number | undefined> {
  try {
    return (JSON.parse(await readFile(path, "utf8")) as { documents?: number }).documents;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new StartFailure(`${path} is damaged. Nothing was restored: use another copy.`);
  }
}

/** @throws StartFailure if a file is missing, or was cut off between two documents */
function requireWhole(path: string, found: number | undefined, expected = 0): void {
  if (found === undefined) throw new StartFailure(`There is no file ${path}. Nothing was restored: use another copy.`);
  if (found < expected)
    throw new StartFailure(`${path} has ${found} of ${expected} documents. Nothing was restored: use another copy.`);
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
