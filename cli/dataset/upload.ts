/** Brings the images of a data set to a job: in batches, each of them once. */
import { ServiceProblem } from "../../client/errors.ts";
import type { Job, JobQuery, SightlineClient } from "../../client/sightline-client.ts";
import { UsageError } from "../failure.ts";
import type { Run } from "./run-file.ts";
import { type DatasetSource, type Picture, type PictureSettings, picturesOf, sentName } from "./source.ts";

/** A batch and the next, which is read meanwhile, are held in memory. */
const BATCH_FILES = 256;
const BATCH_BYTES = 16 * 2 ** 20;

export interface UploadSettings {
  readonly client: SightlineClient;
  readonly source: DatasetSource;
  readonly query: JobQuery;
  readonly save: (run: Run) => Promise<void>;
  readonly onBatch: (run: Run) => void;
  readonly onRead: NonNullable<PictureSettings["onRead"]>;
}

/**
 * Goes on where the run is. What was sent and not acknowledged is sent again under the same key, so that it comes to
 * the job once.
 * @returns the run with its job, which is executed.
 */
export async function upload(run: Run, settings: UploadSettings): Promise<{ run: Run; job: Job }> {
  const { client, source, query, save, onBatch, onRead } = settings;
  let job = run.jobId === undefined ? undefined : await client.job(run.jobId);
  if (!job) {
    job = await client.createJob([], { ...query, execute: false }, run.id);
    run = { ...run, jobId: job.id };
    await save(run);
  }
  if (!run.isUploaded) {
    const from = run.acknowledged;
    const skipped: Record<string, number> = {};
    const onSkip = (_path: string, reason: string) => {
      skipped[reason] = (skipped[reason] ?? 0) + 1;
    };
    const pictures = picturesOf(source, { isWanted: (index) => index >= from, onSkip, onRead });
    for await (const batch of readAhead(batchesOf(pictures, from))) {
      const files = batch.map(({ path, content }) => ({
        fileName: sentName(path),
        content: new Blob([content as Buffer<ArrayBuffer>]),
      }));
      await client.addImages(job.id, files, `${run.id}.${run.acknowledged}`);
      run = { ...run, acknowledged: run.acknowledged + batch.length };
      await save(run);
      onBatch(run);
    }
    if (run.acknowledged === 0) throw new UsageError(`${source.name} has no pictures.`);
    run = { ...run, isUploaded: true, skipped };
    await save(run);
  }
  return { run, job: await execute(client, job.id) };
}

/** Whether it was executed already is seen from its state: the answer to the first request may have been lost. */
async function execute(client: SightlineClient, id: string): Promise<Job> {
  const job = await client.job(id);
  if (job.state !== "created") return job;
  try {
    return await client.executeJob(id);
  } catch (error) {
    const isDone = error instanceof ServiceProblem && error.code === "JOB_STATE_CONFLICT";
    if (!isDone) throw error;
    return client.job(id);
  }
}

/** The same images always make the same batches: what their key stands for does not depend on interruptions. */
export async function* batchesOf(pictures: AsyncIterable<Picture>, from: number): AsyncGenerator<Picture[]> {
  let batch: Picture[] = [];
  let bytes = 0;
  for await (const picture of pictures) {
    if (picture.index < from) continue;
    if (batch.length === BATCH_FILES || (batch.length > 0 && bytes + picture.bytes > BATCH_BYTES)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(picture);
    bytes += picture.bytes;
  }
  if (batch.length > 0) yield batch;
}

/** Takes the next item while the last one is being used. */
async function* readAhead<T>(items: AsyncGenerator<T, void, void>): AsyncGenerator<T, void, void> {
  let next = items.next();
  try {
    for (;;) {
      const { value, done } = await next;
      if (done) return;
      next = items.next();
      // Whether it failed is asked when it is its turn.
      next.catch(() => {});
      yield value;
    }
  } finally {
    await next.catch(() => {});
    await items.return();
  }
}
