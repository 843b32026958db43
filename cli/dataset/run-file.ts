/** What is known of a run, so that it can be gone on with after any interruption. Kept next to its report. */
import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

export interface Run {
  readonly version: 1;
  /** Of the data set and of what is done with it: another one is another run. */
  readonly fingerprint: string;
  /** Begins the idempotency keys of all its requests. */
  readonly id: string;
  readonly jobId?: string;
  /** Images the service has acknowledged: the next is sent from here on. */
  readonly acknowledged: number;
  readonly isUploaded: boolean;
  /** Files that were not sent, by the reason; known when all are uploaded. */
  readonly skipped: Readonly<Record<string, number>>;
  /** How often it was started. */
  readonly starts: number;
}

export function newRun(fingerprint: string): Run {
  return { version: 1, fingerprint, id: randomUUID(), acknowledged: 0, isUploaded: false, skipped: {}, starts: 1 };
}

const pathIn = (folder: string) => join(folder, "run.json");

/** @returns the folder's run, or undefined where there is none that can be gone on with. */
export async function readRun(folder: string): Promise<Run | undefined> {
  try {
    const run = JSON.parse(await readFile(pathIn(folder), "utf8"));
    return run.version === 1 ? run : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT" || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Under its name the file is always a whole one. */
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
