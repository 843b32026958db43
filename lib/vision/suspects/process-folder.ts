/** The folder of a process's journals, and what processes that died left in theirs. */
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { FolderLock } from "../../folder-lock.ts";
import { type JournalEntry, parseJournal } from "./journal.ts";

const LOCK_FILE = "lock.db";
const TAKES = 3;

/** Held by a lock that dies with the process: several processes may have theirs side by side. */
export class ProcessFolder {
  readonly path: string;
  readonly #lock: FolderLock;

  private constructor(path: string, lock: FolderLock) {
    this.path = path;
    this.#lock = lock;
  }

  /** @throws where it cannot be created. */
  static create(parent: string): ProcessFolder {
    for (let take = 1; ; take++) {
      const path = join(parent, randomUUID());
      mkdirSync(path, { recursive: true });
      try {
        return new ProcessFolder(path, FolderLock.take(path));
      } catch (error) {
        // Another process that starts now may have taken it for one that was left behind.
        rmSync(path, { recursive: true, force: true });
        if (take === TAKES) throw error;
      }
    }
  }

  /** Nothing was in work: the process ends as it should. */
  remove(): void {
    this.#lock.release();
    rmSync(this.path, { recursive: true, force: true });
  }
}

/**
 * Takes over what processes that are dead had in work, and removes their folders.
 * @param own The folder of this process: SQLite would give a process its own lock up.
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
