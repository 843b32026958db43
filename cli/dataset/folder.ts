import { lstat, readdir, readFile } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";
import { UsageError } from "../failure.ts";
import { isNotUtf8 } from "../files.ts";
import { hash } from "./fingerprint.ts";
import { type DatasetSource, type ReadFile, type SourceFile, skipReason } from "./source.ts";

/**
 * A folder with everything below it, ordered by path. The fingerprint covers only the images, because the report may be
 * written into the folder itself.
 */
export async function openFolder(path: string): Promise<DatasetSource> {
  const files: SourceFile[] = [];
  const listing: string[] = [];
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch((error) => {
    throw isNotUtf8(error.path ?? "") ? new UsageError(`${error.path}: its name is not UTF-8. Rename it.`) : error;
  });
  for (const entry of entries) {
    const isLink = entry.isSymbolicLink();
    if (!entry.isFile() && !isLink) continue;
    const file = join(entry.parentPath, entry.name);
    const inside = relative(path, file).split(sep).join("/");
    const stats = await lstat(file).catch((error) => {
      if (!isNotUtf8(file)) throw error;
    });
    const found = { path: inside, bytes: stats?.size ?? 0, isLink, isUnreadable: !stats };
    files.push(found);
    if (skipReason(found) === undefined) listing.push(`${inside}\0${stats?.size}\0${stats?.mtimeMs}\n`);
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    name: basename(resolve(path)),
    totalBytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    fingerprint: hash(listing.sort()),
    async *read(choose, onRead): AsyncGenerator<ReadFile> {
      for (const file of files) {
        onRead(file.bytes);
        yield choose(file) ? { ...file, content: await readFile(join(path, file.path)) } : file;
      }
    },
  };
}
