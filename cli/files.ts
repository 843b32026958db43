/** Files named on the command line. */
import { openAsBlob } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Upload } from "../client/image-file.ts";
import { reasonOf, UsageError } from "./failure.ts";

/** Limits of one request: enough to keep all cores busy, small enough to be sent again. */
const BATCH_FILES = 64;
const BATCH_BYTES = 64 * 2 ** 20;

export interface NamedUpload extends Upload {
  readonly path: string;
}

/** The name of standard input on the command line. */
const STDIN = "-";
/** Maximum bytes of standard input, which are kept in memory. */
const STDIN_BYTES = BATCH_BYTES;

/**
 * The named files, or the image on standard input.
 * @throws UsageError that names every path that is not a file, or says what is wrong with standard input.
 */
export async function openImages(paths: readonly string[], input = process.stdin): Promise<NamedUpload[]> {
  if (!paths.includes(STDIN)) return openFiles(paths);
  if (paths.length > 1) throw new UsageError("- is one image from standard input: name either it or files.");
  if (input.isTTY) throw new UsageError("- reads standard input: pass an image to it, as in `< me.jpg`.");
  return [{ path: STDIN, fileName: "stdin", content: await contentOf(input) }];
}

async function contentOf(input: AsyncIterable<Buffer<ArrayBuffer>>): Promise<Blob> {
  const pieces: Buffer<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const piece of input) {
    bytes += piece.length;
    if (bytes > STDIN_BYTES)
      throw new UsageError(`Standard input has more than ${STDIN_BYTES / 2 ** 20} MiB: name the image's file instead.`);
    pieces.push(piece);
  }
  return new Blob(pieces);
}

/** Whether Node cannot use the name: it has replaced bytes that are not UTF-8. */
export function isNotUtf8(path: string): boolean {
  return path.includes("\ufffd");
}

/**
 * Checks that the files can be read, without reading them. @throws UsageError that names every path that cannot be
 * read.
 */
async function openFiles(paths: readonly string[]): Promise<NamedUpload[]> {
  const faults: string[] = [];
  const uploads: NamedUpload[] = [];
  for (const path of paths) {
    const fault = await faultOf(path);
    if (fault === undefined) uploads.push({ path, fileName: basename(path), content: await openAsBlob(path) });
    else faults.push(fault);
  }
  if (faults.length > 0) throw new UsageError(faults.join("\n"));
  return uploads;
}

async function faultOf(path: string): Promise<string | undefined> {
  const named = path || '""';
  try {
    await access(path, constants.R_OK);
    const found = await stat(path);
    if (found.isFile()) return undefined;
    if (found.isDirectory()) return `${named} is a folder; "sightline dataset" takes folders.`;
    return `${named} is neither a file nor a folder. One image is taken from standard input, as in \`process - < ${named}\`.`;
  } catch (error) {
    if (isNotUtf8(path)) return `${named}: its name is not UTF-8. Rename it.`;
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    return `${named}: ${reason}.`;
  }
}

/** Splits uploads, in order, into requests of bounded size. */
export function batchesOf<T extends Upload>(uploads: readonly T[]): T[][] {
  const batches: T[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const upload of uploads) {
    const batch = batches.at(-1);
    if (!batch || batch.length === BATCH_FILES || bytes + upload.content.size > BATCH_BYTES) {
      batches.push([upload]);
      bytes = upload.content.size;
    } else {
      batch.push(upload);
      bytes += upload.content.size;
    }
  }
  return batches;
}
