import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

/** An error of SQLite or of the file system, as it passes from thread to thread. */
export interface VacuumFailure {
  readonly message: string;
  readonly errcode?: number | undefined;
  readonly code?: string | undefined;
}

const WORKER_FILE = fileURLToPath(new URL("./vacuum.worker.ts", import.meta.url));

/**
 * Writes the database anew, without what was deleted, and empties its write-ahead log, in a thread of its own. It can be
 * read meanwhile, but not written to. It needs free room for two more copies: one in a temporary file, one in the log.
 * @throws The error of SQLite or of the file system.
 */
export function vacuum(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(WORKER_FILE, { workerData: { path } });
    worker.once("message", ({ message, ...codes }: VacuumFailure) => {
      reject(Object.assign(new Error(message), codes));
    });
    worker.once("error", reject);
    worker.once("exit", () => resolve());
  });
}
