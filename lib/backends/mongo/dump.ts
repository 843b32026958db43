/**
 * A dump of a database in `mongodump`'s format: the documents of each collection as BSON, one after the other, and its
 * options and indexes as JSON.
 */
import { createWriteStream } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { BSON, type Collection, type CollectionInfo, type Db } from "mongodb";
import { StartFailure } from "../../start-failure.ts";
import { syncFile } from "../files/disk-sync.ts";
import { makeWholeFolder } from "../files/whole-folder.ts";
import { documentsIn } from "./dumped-documents.ts";
import { asStoreFailure, atStart } from "./failure.ts";
import { clientFor, databaseOf } from "./mongo.ts";
import { markedUntilRestored, requireRestored } from "./unfinished-restore.ts";

const SERVER_WITHIN_MS = 5_000;
const DOCUMENTS = ".bson";
const METADATA = ".metadata.json";
/** A file with the number of documents of each collection, so that missing ones are noticed. `mongodump` writes none. */
const COUNTS = "documents.json";

/** Numbers of documents by the names of their collections. */
type Counts = Record<string, number>;

/**
 * Dumps the database. The dump is not the state of one moment: stop the nodes that write first.
 * @param folder Must not exist.
 * @param signal Ends the dump. Then nothing of it is left.
 * @returns how many documents were written. All of them are on the disk.
 * @throws The signal's reason; STORE_UNAVAILABLE; StartFailure if the folder exists, there is nothing to dump, or the
 *   database has only a part of another dump. Then no folder is left.
 */
export function dumpMongo(url: string, database: string, folder: string, signal?: AbortSignal): Promise<number> {
  return withDatabase(url, database, async (db) => {
    await requireRestored(db);
    const collections = await collectionsOf(db);
    if (collections.length === 0) throw new StartFailure(`The database ${db.databaseName} is empty.`);
    const fill = async (unfinished: string) => {
      const counts: Counts = {};
      for (const { name, options } of collections)
        counts[name] = await dumpCollection(db.collection(name), options, unfinished, signal);
      await writeJson(join(unfinished, COUNTS), JSON.stringify(counts));
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    };
    return makeWholeFolder(folder, fill, signal);
  });
}

/** @returns how many documents were written. */
async function dumpCollection(
  collection: Collection,
  options: object | undefined,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { collectionName } = collection;
  let count = 0;
  const documents = async function* () {
    for await (const document of collection.find({}, { raw: true }).sort({ _id: 1 })) {
      signal?.throwIfAborted();
      count++;
      yield document;
    }
  };
  const path = join(folder, collectionName + DOCUMENTS);
  await pipeline(documents, createWriteStream(path, { mode: 0o600 }));
  await syncFile(path);
  const indexes = await collection.listIndexes().toArray();
  const metadata = { options, indexes, collectionName, type: "collection" };
  await writeJson(join(folder, collectionName + METADATA), BSON.EJSON.stringify(metadata));
  return count;
}

function writeJson(path: string, json: string): Promise<void> {
  return writeFile(path, json, { mode: 0o600, flush: true });
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
    const found = new Map<string, number>();
    for (const file of files) {
      let documents = 0;
      for await (const batch of documentsIn(pathOf(file))) documents += batch.length;
      found.set(file, documents);
    }
    for (const [name, count] of Object.entries(await countsIn(pathOf(COUNTS))))
      requireWhole(pathOf(name + DOCUMENTS), found.get(name + DOCUMENTS), count);
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

/** The numbers of documents that the dump was made with; none if another program made it. */
async function countsIn(path: string): Promise<Counts> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Counts;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    if (!(error instanceof SyntaxError)) throw error;
    throw new StartFailure(`${path} is damaged. Nothing was restored: use another copy.`);
  }
}

/** @throws StartFailure if a file is missing, or was cut off between two documents */
function requireWhole(path: string, found: number | undefined, expected: number): void {
  if (found === undefined) throw new StartFailure(`There is no file ${path}. Nothing was restored: use another copy.`);
  if (found < expected)
    throw new StartFailure(`${path} has ${found} of ${expected} documents. Nothing was restored: use another copy.`);
}

/**
 * The database's collections, without views and those of the server itself, such as its profiler's, which cannot be
 * restored.
 */
async function collectionsOf(db: Db) {
  const all = await db.listCollections<CollectionInfo>().toArray();
  return all.filter(({ name, type = "collection" }) => type === "collection" && !name.startsWith("system."));
}

async function withDatabase<T>(url: string, database: string, use: (db: Db) => Promise<T>): Promise<T> {
  const client = clientFor(url, { serverSelectionTimeoutMS: SERVER_WITHIN_MS });
  try {
    // After a connection that failed, the driver answers every operation with an error that does not say why.
    await client.connect().catch((error) => {
      throw atStart(error, url);
    });
    return await use(client.db(databaseOf(url, database)));
  } catch (error) {
    throw asStoreFailure(error);
  } finally {
    await client.close();
  }
}
