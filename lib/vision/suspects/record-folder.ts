/** Small records of images, one file per hash. Several processes may share the folder. */
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isSha256 } from "../../contracts/sha256.ts";
import { createFolder } from "../../folders/create-folder.ts";

export interface ImageRecord {
  /** Version of the service. Records of another version do not apply to this one. */
  readonly version: string;
  /** Time of the record: RFC 3339, UTC. */
  readonly at: string;
}

export interface RecordLimits {
  readonly version: string;
  readonly maxAgeMs: number;
  /** Maximum number of records. The oldest ones beyond it are removed. */
  readonly maxCount: number;
}

export class RecordFolder<T extends ImageRecord> {
  readonly #folder: string;

  /** @throws if the folder cannot be created. */
  constructor(folder: string) {
    this.#folder = folder;
    createFolder(folder);
  }

  /** Returns the records within the limits, newest last, and removes the others. */
  load({ version, maxAgeMs, maxCount }: RecordLimits): Map<string, T> {
    const since = new Date(Date.now() - maxAgeMs).toISOString();
    const records: [string, T][] = [];
    for (const name of readdirSync(this.#folder)) {
      const record = isSha256(name) ? this.#read(name) : undefined;
      if (record && record.version === version && record.at >= since) records.push([name, record]);
      else this.delete(name);
    }
    records.sort(([, a], [, b]) => (a.at < b.at ? -1 : 1));
    for (const [name] of records.splice(0, Math.max(0, records.length - maxCount))) this.delete(name);
    return new Map(records);
  }

  /** Writes atomically, because the process may die at any moment. */
  put(sha256: string, record: T): void {
    const path = join(this.#folder, sha256);
    const temporary = `${path}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify(record));
    renameSync(temporary, path);
  }

  delete(name: string): void {
    rmSync(join(this.#folder, name), { force: true });
  }

  #read(name: string): T | undefined {
    try {
      return JSON.parse(readFileSync(join(this.#folder, name), "utf8")) as T;
    } catch {
      // The file was removed by another process, or is damaged.
      return undefined;
    }
  }
}
