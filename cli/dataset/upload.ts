/** Uploads the images of a data set to a job in batches, each exactly once. */
import { ServiceProblem } from "../../client/errors.ts";
import type { Job, JobQuery } from "../../client/jobs.ts";
import type { SightlineClient } from "../../client/sightline-client.ts";
import { UsageError } from "../failure.ts";
import type { Run } from "./run-file.ts";
import { type DatasetImage, type DatasetSource, type ImageSettings, imagesOf, sentName } from "./source.ts";

/** Images of a batch. Two batches are in memory: one is being sent while the next is being read. */
const BATCH_FILES = 256;
const BATCH_BYTES = 16 * 2 ** 20;

export interface UploadSettings {
  readonly client: SightlineClient;
  readonly source: DatasetSource;
  readonly query: JobQuery;
  readonly save: (run: Run) => Promise<void>;
  readonly onBatch: (run: Run) => void;
  readonly onRead: NonNullable<ImageSettings["onRead"]>;
}

/**
 * Resumes the run after the images that the job has. A batch that may still be on its way is sent again under the same
 * idempotency key, so the job gets it once.
 * @returns the run and its job, which has been executed, or was cancelled before.
 */
export async function upload(run: Run, settings: UploadSettings): Promise<{ run: Run; job: Job }> {
  const { client, source, query, save, onBatch, onRead } = settings;
  let job = run.jobId === undefined ? undefined : await client.jobs.get(run.jobId);
  if (job?.state === "cancelled") return { run, job };
  // The job may have one more batch, under a key that has expired since.
  if (job) run = { ...run, acknowledged: job.images.total };
  else {
    job = await client.jobs.create([], { ...query, execute: false }, run.id);
    run = { ...run, jobId: job.id };
    await save(run);
  }
  if (!run.isUploaded) {
    const from = run.acknowledged;
    const skipped: Record<string, number> = {};
    const onSkip = (_path: string, reason: string) => {
      skipped[reason] = (skipped[reason] ?? 0) + 1;
    };
    const images = imagesOf(source, { isWanted: (index) => index >= from, onSkip, onRead });
    for await (const batch of readAhead(batchesOf(images, from))) {
      const files = batch.map(({ path, content }) => ({
        fileName: sentName(path),
        content: new Blob([content as Buffer<ArrayBuffer>]),
      }));
      await client.jobs.add(job.id, files, `${run.id}.${run.acknowledged}`);
      run = { ...run, acknowledged: run.acknowledged + batch.length };
      await save(run);
      onBatch(run);
    }
    if (run.acknowledged === 0) throw new UsageError(`${source.name} has no images.`);
    run = { ...run, isUploaded: true, skipped };
    await save(run);
  }
  return { run, job: await execute(client, job.id) };
}

/** Checks the state first: the answer to an earlier execute request may have been lost. */
async function execute(client: SightlineClient, id: string): Promise<Job> {
  const job = await client.jobs.get(id);
  if (job.state !== "created") return job;
  try {
    return await client.jobs.execute(id);
  } catch (error) {
    const isDone = error instanceof ServiceProblem && error.code === "JOB_STATE_CONFLICT";
    if (!isDone) throw error;
    return client.jobs.get(id);
  }
}

/** Deterministic, so that an idempotency key stands for the same images after an interruption. */
async function* batchesOf(images: AsyncIterable<DatasetImage>, from: number): AsyncGenerator<DatasetImage[]> {
  let batch: DatasetImage[] = [];
  let bytes = 0;
  for await (const image of images) {
    if (image.index < from) continue;
    if (batch.length === BATCH_FILES || (batch.length > 0 && bytes + image.bytes > BATCH_BYTES)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(image);
    bytes += image.bytes;
  }
  if (batch.length > 0) yield batch;
}

/** Reads the next item while the current one is in use. */
async function* readAhead<T>(items: AsyncGenerator<T, void, void>): AsyncGenerator<T, void, void> {
  let next = items.next();
  try {
    for (;;) {
      const { value, done } = await next;
      if (done) return;
      next = items.next();
      // Prevents an unhandled rejection; `await next` throws the error in its turn.
      next.catch(() => {});
      yield value;
    }
  } finally {
    await next.catch(() => {});
    await items.return();
  }
}
