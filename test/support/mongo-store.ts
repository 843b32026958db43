/** Databases for a test file, on its own MongoDB server or on that of `MONGO_URL`. */
import { randomUUID } from "node:crypto";
import { type Db, MongoClient } from "mongodb";
import { MongoAdapter } from "../../lib/backends/mongo/adapter.ts";
import { HybridClock } from "../../lib/backends/mongo/hybrid-clock.ts";
import { MongoJobStore } from "../../lib/backends/mongo/job-store.ts";
import { type MongoBackends, openMongo } from "../../lib/backends/mongo/mongo.ts";
import type { JobStore } from "../../lib/ports/job-store.ts";
import type { MongoServer } from "./mongo-server.ts";

export interface MongoDatabase {
  /** Opens a node: an instance with its own connection, closed with the database. */
  open(url?: string): Promise<MongoBackends>;
  /** A store whose node has a clock that is ahead of the right time, or behind if negative. */
  storeWithClock(aheadMs: number): JobStore;
  /** Direct access to the stored data, to inspect or corrupt it. */
  readonly db: Db;
  /**
   * Closes the nodes and deletes all documents. The indexes stay, because creating them takes longer than most tests.
   */
  empty(): Promise<void>;
  drop(): Promise<void>;
}

export function newDatabase(server: MongoServer): MongoDatabase {
  const database = `test-${randomUUID()}`;
  const client = new MongoClient(server.url, { retryWrites: false });
  const db = client.db(database);
  const opened: MongoBackends[] = [];
  const close = async () => {
    for (const backends of opened.splice(0)) await backends.close();
  };
  return {
    db,
    async open(url = server.url) {
      const backends = await openMongo(url, { database });
      opened.push(backends);
      return backends;
    },
    storeWithClock(aheadMs) {
      const collection = (name: string) => new MongoAdapter(client, database, name);
      return new MongoJobStore(collection, new HybridClock(() => Date.now() + aheadMs));
    },
    async empty() {
      await close();
      for (const collection of await db.collections()) await collection.deleteMany();
    },
    async drop() {
      await close();
      await db.dropDatabase();
      await client.close();
    },
  };
}
