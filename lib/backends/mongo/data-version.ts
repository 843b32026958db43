import { newerData } from "../newer-data.ts";
import type { MongoAdapter } from "./adapter.ts";
import { withRetries } from "./failure.ts";

/**
 * The version of the stored documents. Ascends with a change that the nodes of the version before would misread; they
 * do not start on it. What they only do not know leaves it as it is, so that nodes can be replaced one by one.
 */
const DATA_VERSION = 1;

export interface DataVersionDocument {
  readonly _id: "version";
  readonly version: number;
}

/** Notes that the data are of this version. @throws STORE_CORRUPT if they are of a later one. */
export async function claimDataVersion(versions: MongoAdapter<DataVersionDocument>): Promise<void> {
  await withRetries(async () => {
    const stored = await versions.findById("version");
    if (stored && stored.version > DATA_VERSION)
      throw newerData(`The database ${versions.db.databaseName}`, stored.version, DATA_VERSION);
    if (!stored) await versions.insertNew({ _id: "version", version: DATA_VERSION });
    else if (stored.version < DATA_VERSION)
      await versions.collection.updateOne(stored, { $set: { version: DATA_VERSION } });
  });
}
