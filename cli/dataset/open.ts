import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { UsageError } from "../failure.ts";
import { hash } from "./fingerprint.ts";
import { openFolder } from "./folder.ts";
import type { DatasetSource, ReadFiles } from "./source.ts";
import { readTar } from "./tar.ts";
import { readZip } from "./zip.ts";

const ARCHIVE = /\.(tgz|tar\.gz|tar|zip)$/i;

/** The name of a data set, from its path or URL. */
export function nameOfDataset(path: string): string {
  return basename(path).replace(ARCHIVE, "");
}

/** @throws UsageError if the path is neither a folder nor an archive. */
export async function openDataset(path: string): Promise<DatasetSource> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new UsageError(`${path || '""'}: there is no such file or folder.`);
  if (found.isDirectory()) return openFolder(path);
  // Opening a named pipe would wait for a writer forever.
  const head = found.isFile() ? await readHead(path) : Buffer.alloc(0);
  const read = archiveReader(path, head);
  if (!read) throw new UsageError(`${path} is neither a folder nor a .tar, .tar.gz, .tgz or .zip archive.`);
  // Hashing the whole file could take minutes; head, size and modification time are enough.
  const fingerprint = hash([head, `${found.size} ${found.mtimeMs}`]);
  return { name: nameOfDataset(path), totalBytes: found.size, fingerprint, read };
}

function archiveReader(path: string, head: Buffer): ReadFiles | undefined {
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  // POSIX.1-1988 and later: "ustar" in the header's field `magic`.
  if (isGzip || head.toString("latin1", 257, 262) === "ustar") return (choose, onRead) => readTar(path, choose, onRead);
  // A zip begins with a local file header, or with the end-of-central-directory record if it is empty.
  const isZip = ["504b0304", "504b0506"].includes(head.toString("hex", 0, 4));
  return isZip ? (choose, onRead) => readZip(path, choose, onRead) : undefined;
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
