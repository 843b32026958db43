/**
 * Thread of `vacuum.process.ts`: runs SQLite's VACUUM on the database at `workerData`, posts how it ended, and ends.
 */
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { keepTemporaryFilesBeside } from "./temporary-files.ts";
import type { VacuumFailure, VacuumOutcome } from "./vacuum.ts";

/**
 * How long to wait for the database. The service's readers hold the WAL for milliseconds, and changes wait meanwhile,
 * so the wait for another program is short.
 */
const FREE_WITHIN_MS = 1_000;
/**
 * How long to wait until the log can be emptied. It is longer, because the rewritten database would otherwise be in
 * vain.
 */
const EMPTIED_WITHIN_MS = 10_000;

function run(path: string): VacuumOutcome {
  try {
    using connection = new DatabaseSync(path, { timeout: FREE_WITHIN_MS });
    keepTemporaryFilesBeside(connection, path);
    // Empties the log first. Otherwise each attempt would leave the whole database in it, for as long as another
    // program, such as a backup, reads it.
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

/** @throws Error if other connections still read what is in the log */
function emptyLog(connection: DatabaseSync): void {
  const { busy } = connection.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() as { busy: number };
  if (busy) throw new Error("the write-ahead log could not be emptied, since it is being read");
}

parentPort?.postMessage(run(workerData));
