/**
 * Records a worker thread's current task in a file, for the process that follows after this one has died.
 *
 * Writes are not synced: the kernel keeps them when a process dies, whatever killed it. Only a power failure loses
 * them, and then no image is at fault.
 */
import { openSync, writeSync } from "node:fs";

export interface JournalEntry {
  readonly sha256: string;
  /** See `requestKey`. */
  readonly request: string;
}

const ENTRY = /^([0-9a-f]{64}) ([0-9a-f]{16})\n/;
const [FREE, ENTRY_BYTES] = ["-", 82];

export class Journal {
  readonly #file: number;
  readonly #free = Buffer.from(FREE);
  /** Preallocated bytes, because a string would be encoded on each write. */
  readonly #entry = Buffer.from(FREE.repeat(ENTRY_BYTES));

  /** Node closes the file when its thread ends. @throws if the file cannot be created. */
  constructor(path: string) {
    this.#file = openSync(path, "w");
    // Later entries overwrite this one, so they need no space on a full disk.
    writeSync(this.#file, this.#entry, 0, ENTRY_BYTES, 0);
  }

  enter({ sha256, request }: JournalEntry): void {
    this.#entry.write(`${sha256} ${request}\n`, 0, ENTRY_BYTES, "latin1");
    writeSync(this.#file, this.#entry, 0, ENTRY_BYTES, 0);
  }

  leave(): void {
    writeSync(this.#file, this.#free, 0, 1, 0);
  }
}

/** The task in progress at the last write; undefined if none. */
export function parseJournal(text: string): JournalEntry | undefined {
  const [, sha256, request] = ENTRY.exec(text) ?? [];
  return sha256 !== undefined && request !== undefined ? { sha256, request } : undefined;
}
