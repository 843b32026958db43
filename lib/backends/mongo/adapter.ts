import MoleculerDbAdapter from "moleculer-db-adapter-mongo";
import type {
  Collection,
  Db,
  Document,
  Filter,
  MongoClient,
  OptionalUnlessRequiredId,
  Sort,
  UpdateFilter,
  WithId,
} from "mongodb";
import { isDuplicate } from "./failure.ts";

/** What of the adapter works with the current driver as it is. */
interface Inherited<D extends Document> {
  client: MongoClient;
  db: Db;
  /** For what the adapter has no method for. */
  collection: Collection<D>;
  find(filters: { readonly query: Filter<D>; readonly sort?: Sort; readonly limit?: number }): Promise<WithId<D>[]>;
  findOne(query: Filter<D>): Promise<WithId<D> | null>;
  findById(id: D["_id"]): Promise<WithId<D> | null>;
  /** @returns how many were changed. */
  updateMany(query: Filter<D>, update: UpdateFilter<D>): Promise<number>;
  /** @returns how many were removed. */
  removeMany(query: Filter<D>): Promise<number>;
}

// Compiled as CommonJS, its class is the module; its types say it is the default export.
const Adapter = MoleculerDbAdapter as unknown as new <D extends Document>(uri: string) => Inherited<D>;

/**
 * moleculer-db's adapter of one collection, mended for the current driver where it reads results that no longer are what
 * they were. All collections share one client. Ids are text of ours and stay as they are.
 */
export class MongoAdapter<D extends Document> extends Adapter<D> {
  constructor(client: MongoClient, database: string, collection: string) {
    super("");
    this.client = client;
    this.db = client.db(database);
    this.collection = this.db.collection<D>(collection);
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

  /** Asked by the adapter with each id. */
  stringToObjectID(id: unknown): unknown {
    return id;
  }
}
