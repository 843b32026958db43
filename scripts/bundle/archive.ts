/** Writes a folder as an archive whose bytes depend only on the names and contents of its files and on a date. */
import { readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { create } from "tar";

export interface ArchiveSettings {
  /** Path of the folder that contains the folder `name`, which is archived under this name. */
  readonly folder: string;
  readonly name: string;
  readonly output: string;
  /** The time of change of all entries. */
  readonly date: Date;
  /** Level of gzip, from 1, the fastest, to 9. */
  readonly level: number;
}

/** @returns the size of all files, in bytes. */
export async function archive({ folder, name, output, date, level }: ArchiveSettings): Promise<number> {
  const entries = readdirSync(join(folder, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
  // `portable` omits owners and other properties of this machine.
  const options = { file: output, cwd: folder, gzip: { level }, portable: true, mtime: date, noDirRecurse: true };
  await create(options, entries);
  return entries.reduce((sum, entry) => sum + statSync(join(folder, entry)).size, 0);
}
