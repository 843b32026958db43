import MoleculerDbAdapter from "moleculer-db-adapter-mongo";
import type { Collection, Db, Document, Filter, MongoClient, OptionalUnlessRequiredId, WithId } from "mongodb";
import { isDuplicate } from "./mongo-failure.ts";

// Compiled as CommonJS, its class is the module; its types say it is the default export.
const Adapter = MoleculerDbAdapter as unknown as new (
  uri: string,
) => {
  collection: unknown;
  db: Db;
  client: MongoClient;
};

/**
 * moleculer-db's adapter of one collection, mended for the current driver: it waits on events that a `Db` no longer has,
 * and reads results that no longer are what they were. All collections share one client. Ids are text of ours and
 * stay as they are.
 */
export class MongoAdapter<D extends Document> extends Adapter {
  declare collection: Collection<D>;

  constructor(client: MongoClient, database: string, collection: string) {
    super("");
    this.client = client;
    this.db = client.db(database);
    this.collection = this.db.collection<D>(collection);
  }

  async connect(): Promise<void> {
    await this.client.connect();
  }

  async disconnect(): Promise<void> {
    await this.client.close();
  }

  async insert(document: D): Promise<D> {
    await this.collection.insertOne(document as OptionalUnlessRequiredId<D>);
    return document;
  }

  /** @returns whether it was inserted; it is not where there is one with its id. */
  async insertNew(document: D): Promise<boolean> {
    try {
      await this.insert(document);
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  /** Not in order: one that cannot be inserted holds up no other. */
  async insertMany(documents: readonly D[]): Promise<readonly D[]> {
    await this.collection.insertMany(documents as OptionalUnlessRequiredId<D>[], { ordered: false });
    return documents;
  }

  findById(id: D["_id"]): Promise<WithId<D> | null> {
    return this.collection.findOne({ _id: id } as Filter<D>);
  }

  async updateById(id: D["_id"], update: Document): Promise<WithId<D> | null> {
    return this.collection.findOneAndUpdate({ _id: id } as Filter<D>, update, { returnDocument: "after" });
  }

  async removeById(id: D["_id"]): Promise<WithId<D> | null> {
    return this.collection.findOneAndDelete({ _id: id } as Filter<D>);
  }

  async removeMany(filter: Filter<D>): Promise<number> {
    return (await this.collection.deleteMany(filter)).deletedCount;
  }

  stringToObjectID(id: unknown): unknown {
    return id;
  }
}
