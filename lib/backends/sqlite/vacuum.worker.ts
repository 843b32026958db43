/**
 * Thread of `vacuum.process.ts`: runs SQLite's VACUUM on the database at `workerData`, posts how it ended, and ends.
 */
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { keepTemporaryFilesBeside } from "./temporary-files.ts";
import type { VacuumFailure, VacuumOutcome } from "./vacuum.ts";

/** Readers of the service hold the WAL for milliseconds. Changes wait, so another program is not waited for long. */
const FREE_WITHIN_MS = 1_000;
/** Once the database was written anew, it would be for nothing to give up soon. */
const EMPTIED_WITHIN_MS = 10_000;

function run(path: string): VacuumOutcome {
  try {
    using connection = new DatabaseSync(path, { timeout: FREE_WITHIN_MS });
    keepTemporaryFilesBeside(connection, path);
    // Else each attempt would leave the whole database in the log, for as long as another program, such as a
    // backup, reads it.
    emptyLog(connection);
    connection.exec(`PRAGMA busy_timeout = ${EMPTIED_WITHIN_MS}`);
    connection.exec("VACUUM");
    emptyLog(connection);
    return {};
  } catch (error) {
    const { message, errcode, code } = error as VacuumFailure;
    return { failure: { message, errcode, code } };
  }
}

/** @throws Error if others read what is in it */
function emptyLog(connection: DatabaseSync): void {
  const { busy } = connection.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() as { busy: number };
  if (busy) throw new Error("the write-ahead log could not be emptied, since it is being read");
}

parentPort?.postMessage(run(workerData));
