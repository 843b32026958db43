/** Thread that runs SQLite's VACUUM on the database at `workerData.path`, posts the error if it fails, and ends. */
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import type { VacuumFailure } from "./vacuum.ts";

/** Readers of the main thread hold the WAL for milliseconds. */
const BUSY_TIMEOUT_MS = 10_000;

const connection = new DatabaseSync(workerData.path, { timeout: BUSY_TIMEOUT_MS });
try {
  connection.exec("VACUUM");
  const { busy } = connection.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() as { busy: number };
  if (busy) throw new Error("the write-ahead log could not be emptied, since it is being read");
} catch (error) {
  const { message, errcode, code } = error as VacuumFailure;
  parentPort?.postMessage({ message, errcode, code } satisfies VacuumFailure);
} finally {
  connection.close();
}
