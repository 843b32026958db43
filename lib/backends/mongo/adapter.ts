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

/** The adapter's members that work unchanged with the current driver. */
interface Inherited<D extends Document> {
  client: MongoClient;
  db: Db;
  /** The driver's collection, for operations that the adapter has no method for. */
  collection: Collection<D>;
  find(filters: { readonly query: Filter<D>; readonly sort?: Sort; readonly limit?: number }): Promise<WithId<D>[]>;
  findOne(query: Filter<D>): Promise<WithId<D> | null>;
  findById(id: D["_id"]): Promise<WithId<D> | null>;
  /** @returns the number of modified documents. */
  updateMany(query: Filter<D>, update: UpdateFilter<D>): Promise<number>;
  /** @returns the number of deleted documents. */
  removeMany(query: Filter<D>): Promise<number>;
}

// Compiled to CommonJS: the module is the class, although its types declare a default export.
const Adapter = MoleculerDbAdapter as unknown as new <D extends Document>(uri: string) => Inherited<D>;

/**
 * moleculer-db's adapter for one collection, patched where it reads result shapes that the current driver has changed.
 * All collections share one client. Ids are our own strings and are not converted.
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

  /** @returns false if a document with this id exists. */
  async insertNew(document: D): Promise<boolean> {
    try {
      await this.insert(document);
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  /** Unordered: one failed insert does not block the others. */
  async insertMany(documents: readonly D[]): Promise<readonly D[]> {
    await this.collection.insertMany(documents as OptionalUnlessRequiredId<D>[], { ordered: false });
    return documents;
  }

  /** Each is inserted after those before it, and none after one that exists. */
  async insertInOrder(documents: readonly D[]): Promise<void> {
    await this.collection.insertMany(documents as OptionalUnlessRequiredId<D>[], { ordered: true });
  }

  /** Called by the adapter for each id. */
  stringToObjectID(id: unknown): unknown {
    return id;
  }
}
