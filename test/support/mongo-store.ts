/** Databases for a test file, on its own MongoDB server or on that of `MONGO_URL`. */
import { randomUUID } from "node:crypto";
import { type Db, MongoClient } from "mongodb";
import { type MongoBackends, openMongo } from "../../lib/backends/mongo/mongo.ts";
import type { MongoServer } from "./mongo-server.ts";

export interface MongoDatabase {
  /** Opens a node: an instance with its own connection, closed with the database. */
  open(url?: string): Promise<MongoBackends>;
  /** Direct access to the stored data, to inspect or corrupt it. */
  readonly db: Db;
  drop(): Promise<void>;
}

export function newDatabase(server: MongoServer): MongoDatabase {
  const database = `test-${randomUUID()}`;
  const client = new MongoClient(server.url, { retryWrites: false });
  const db = client.db(database);
  const opened: MongoBackends[] = [];
  return {
    db,
    async open(url = server.url) {
      const backends = await openMongo(url, { database });
      opened.push(backends);
      return backends;
    },
    async drop() {
      for (const backends of opened) await backends.close();
      await db.dropDatabase();
      await client.close();
    },
  };
}
