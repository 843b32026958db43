/** The folder of a process's journals, and recovery of the journals of dead processes. */
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { FolderLock } from "../../folder-lock.ts";
import { type JournalEntry, parseJournal } from "./in-progress-journal.ts";

const LOCK_FILE = "lock.db";
const TAKES = 3;

/** Guarded by a lock that ends with the process, so that several processes can have folders side by side. */
export class ProcessFolder {
  readonly path: string;
  readonly #lock: FolderLock;

  private constructor(path: string, lock: FolderLock) {
    this.path = path;
    this.#lock = lock;
  }

  /** @throws if it cannot be created. */
  static create(parent: string): ProcessFolder {
    for (let take = 1; ; take++) {
      const path = join(parent, randomUUID());
      mkdirSync(path, { recursive: true });
      try {
        return new ProcessFolder(path, FolderLock.take(path));
      } catch (error) {
        // Another starting process may have mistaken it for an abandoned folder.
        rmSync(path, { recursive: true, force: true });
        if (take === TAKES) throw error;
      }
    }
  }

  /** For an orderly exit, with no task in progress. */
  remove(): void {
    this.#lock.release();
    rmSync(this.path, { recursive: true, force: true });
  }
}

/**
 * Collects the journal entries of dead processes and removes their folders.
 * @param own This process's folder. It is skipped, as SQLite would make the process lose its own lock.
 */
export function collectJournals(parent: string, own: string): JournalEntry[] {
  const entries: JournalEntry[] = [];
  for (const name of readdirSync(parent)) {
    const folder = join(parent, name);
    if (folder === own || !existsSync(join(folder, LOCK_FILE))) continue;
    const lock = lockOf(folder);
    if (!lock) continue;
    for (const file of readdirSync(folder)) {
      const entry = file === LOCK_FILE ? undefined : parseJournal(readFileSync(join(folder, file), "latin1"));
      if (entry) entries.push(entry);
    }
    lock.release();
    rmSync(folder, { recursive: true, force: true });
  }
  return entries;
}

/** Undefined while the process lives. */
function lockOf(folder: string): FolderLock | undefined {
  try {
    return FolderLock.take(folder);
  } catch {
    return undefined;
  }
}
