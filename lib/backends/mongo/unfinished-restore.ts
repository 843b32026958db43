import type { Db } from "mongodb";
import { StartFailure } from "../../start-failure.ts";
import { withRetries } from "./failure.ts";

/** A collection that has a document while a dump is restored, and still has it if the restoration was interrupted. */
const markOf = (db: Db) => db.collection("unfinishedRestore");

/** Marks the database until all is restored. If `restore` fails, the mark stays, and nodes do not start. */
export async function markedUntilRestored(db: Db, restore: () => Promise<void>): Promise<void> {
  await markOf(db).insertOne({});
  await restore();
  await markOf(db).drop();
}

/** @throws StartFailure if a dump was restored only in part. */
export async function requireRestored(db: Db): Promise<void> {
  if (await withRetries(() => markOf(db).findOne()))
    throw new StartFailure(
      `The database ${db.databaseName} has only a part of a backup: its restore has not ended. If it was interrupted, drop the database and restore the backup again.`,
    );
}
