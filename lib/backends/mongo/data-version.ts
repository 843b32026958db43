import { newerData } from "../newer-data.ts";
import type { MongoAdapter } from "./adapter.ts";
import { withRetries } from "./failure.ts";

/**
 * The version of the stored documents. It ascends with a change that nodes of the version before would misread; they do
 * not start on the new version. Additions that older nodes merely do not know do not change it, so that nodes can be
 * replaced one by one.
 */
const DATA_VERSION = 1;

export interface DataVersionDocument {
  readonly _id: "version";
  readonly version: number;
}

/** Records that the data is of this version. @throws STORE_CORRUPT if it is of a later one. */
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
