/** The folder of a process's journals, and recovery of the journals of dead processes. */
import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createFolder } from "../../folders/create-folder.ts";
import { FolderLock } from "../../folders/folder-lock.ts";
import { type JournalEntry, parseJournal } from "./in-progress-journal.ts";

/** Processes that start at the same time create their folders one after another, each within a few milliseconds. */
const WAIT_MS = 5_000;

/** Guarded by a lock that ends with the process, so that several processes can have folders next to each other. */
export class ProcessFolder {
  readonly path: string;
  readonly #parent: string;
  readonly #lock: FolderLock;

  private constructor(parent: string, path: string, lock: FolderLock) {
    this.#parent = parent;
    this.path = path;
    this.#lock = lock;
  }

  /** @throws if it cannot be created. */
  static create(parent: string): ProcessFolder {
    return exclusively(parent, () => {
      const path = join(parent, randomUUID());
      mkdirSync(path);
      return new ProcessFolder(parent, path, FolderLock.take(path));
    });
  }

  /** Removes the folder at an orderly exit, when no task is in progress. */
  remove(): void {
    exclusively(this.#parent, () => {
      this.#lock.release();
      rmSync(this.path, { recursive: true, force: true });
    });
  }
}

/**
 * Collects the journal entries of dead processes and removes their folders.
 * @param own This process's folder. It is skipped, as SQLite would make the process lose its own lock.
 */
export function collectJournals(parent: string, own: string): JournalEntry[] {
  return exclusively(parent, () => {
    const folders = readdirSync(parent, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return folders
      .map(({ name }) => join(parent, name))
      .filter((folder) => folder !== own)
      .flatMap(collectJournal);
  });
}

function collectJournal(folder: string): JournalEntry[] {
  const lock = lockOf(folder);
  if (!lock) return [];
  const entries = readdirSync(folder).map((file) => parseJournal(readFileSync(join(folder, file), "latin1")));
  lock.release();
  rmSync(folder, { recursive: true, force: true });
  return entries.filter((entry) => entry !== undefined);
}

/**
 * Runs the step while no other process creates, collects or removes a folder. Otherwise a folder that is being created
 * would look abandoned.
 */
function exclusively<T>(parent: string, step: () => T): T {
  createFolder(parent);
  const lock = FolderLock.take(parent, WAIT_MS);
  try {
    return step();
  } finally {
    lock.release();
  }
}

/** Takes the lock of a folder; undefined while its process lives. */
function lockOf(folder: string): FolderLock | undefined {
  try {
    return FolderLock.take(folder);
  } catch {
    return undefined;
  }
}
