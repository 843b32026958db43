/** Files named on the command line. */
import { openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Upload } from "../client/image-file.ts";
import { UsageError } from "./failure.ts";

/** Limits of one request: enough to keep all cores busy, small enough to be sent again. */
export const BATCH_FILES = 64;
export const BATCH_BYTES = 64 * 2 ** 20;

export interface NamedUpload extends Upload {
  readonly path: string;
}

/** Checks that the files exist; reads nothing yet. @throws UsageError naming every path that is not a file. */
export async function openFiles(paths: readonly string[]): Promise<NamedUpload[]> {
  const faults: string[] = [];
  const uploads: NamedUpload[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) uploads.push({ path, fileName: basename(path), content: await openAsBlob(path) });
    else if (found?.isDirectory()) faults.push(`${path} is a folder; "sightline dataset" takes folders.`);
    else faults.push(`${path}: there is no such file.`);
  }
  if (faults.length > 0) throw new UsageError(faults.join("\n"));
  return uploads;
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
