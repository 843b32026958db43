/** Thread of `vacuum.process.ts`: runs SQLite's VACUUM on the database at `workerData`, posts how it ended, and ends. */
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { keepTemporaryFilesBeside } from "./temporary-files.ts";
import type { VacuumFailure, VacuumOutcome } from "./vacuum.ts";

/** Readers of the service hold the WAL for milliseconds. */
const BUSY_TIMEOUT_MS = 10_000;

function run(path: string): VacuumOutcome {
  try {
    using connection = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    keepTemporaryFilesBeside(connection, path);
    connection.exec("VACUUM");
    const { busy } = connection.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() as { busy: number };
    if (busy) throw new Error("the write-ahead log could not be emptied, since it is being read");
    return {};
  } catch (error) {
    const { message, errcode, code } = error as VacuumFailure;
    return { failure: { message, errcode, code } };
  }
}

parentPort?.postMessage(run(workerData));
