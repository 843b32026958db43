/** State of a run, kept next to its report, so that it can be resumed after any interruption. */
import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

export interface Run {
  readonly version: 1;
  /** Fingerprint of the data set, model and service. A different fingerprint means a different run. */
  readonly fingerprint: string;
  /** Prefix of the idempotency keys of all requests. */
  readonly id: string;
  readonly jobId?: string;
  /** Number of images that the service has acknowledged. Uploading resumes here. */
  readonly acknowledged: number;
  readonly isUploaded: boolean;
  /** Number of files that were not sent, by reason. Known once the upload is complete. */
  readonly skipped: Readonly<Record<string, number>>;
  /** How often the run was started. */
  readonly starts: number;
}

export function newRun(fingerprint: string): Run {
  return { version: 1, fingerprint, id: randomUUID(), acknowledged: 0, isUploaded: false, skipped: {}, starts: 1 };
}

const pathIn = (folder: string) => join(folder, "run.json");

/** @returns the folder's run, or undefined if there is none to resume. */
export async function readRun(folder: string): Promise<Run | undefined> {
  try {
    const run = JSON.parse(await readFile(pathIn(folder), "utf8"));
    return run.version === 1 ? run : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT" || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Writes atomically: the file under its final name is always complete. */
export async function writeRun(folder: string, run: Run): Promise<void> {
  const path = pathIn(folder);
  const file = await open(`${path}.part`, "w");
  try {
    await file.writeFile(`${JSON.stringify(run, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
}

export async function removeRun(folder: string): Promise<void> {
  await rm(pathIn(folder), { force: true });
}
