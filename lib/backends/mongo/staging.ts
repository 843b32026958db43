/**
 * Staging of new images. They are first written into the job's document, in one write with everything else of the
 * change, and then moved to documents of their own by the same writer. Every reader of the job's document waits for
 * that. If the writer dies in between, the next reader completes it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { failure } from "../../errors.ts";
import { createImage, type JobImage, type NewImage } from "../../jobs/job.ts";
import { type ImageDocument, imageId, type JobDocument } from "./documents.ts";
import type { MongoEntities } from "./entities.ts";
import { isDuplicate, parseStored, withRetries } from "./failure.ts";
import { imageFields, tallyOf } from "./job-query.ts";

const BATCH = 500;
/** A writer without progress for this time is presumed dead. If it is not, the images are inserted in vain. */
const WRITER_LOST_MS = 2_000;
const MIN_POLL_MS = 10;
const MAX_POLL_MS = 200;
/** A document is limited to 16 MiB; this leaves half for the rest. */
const MAX_STAGED_BYTES = 8 * 1024 * 1024;

/** Fields that stage new images after the first `from`. @throws TOO_MANY_IMAGES */
export function stage(
  images: readonly NewImage[],
  from: number,
): Pick<JobDocument, "staged" | "stagedFrom" | "imageCount"> {
  const staged = JSON.stringify(images);
  if (Buffer.byteLength(staged) > MAX_STAGED_BYTES)
    throw failure("TOO_MANY_IMAGES", `${images.length} images are more than can be stored at once.`);
  return { imageCount: from + images.length, ...(images.length > 0 && { staged, stagedFrom: from }) };
}

/** Resolves once no image of the document is staged: for readers. */
export async function unstaged(
  job: JobDocument,
  jobs: MongoEntities<JobDocument>,
  images: MongoEntities<ImageDocument>,
): Promise<void> {
  const { _id, stagedFrom } = job;
  if (stagedFrom === undefined) return;
  const onlyId = { projection: { _id: 1 } };
  let awaited = stagedFrom;
  let progressAt = performance.now();
  for (let pauseMs = MIN_POLL_MS; performance.now() < progressAt + WRITER_LOST_MS; pauseMs *= 2) {
    await sleep(Math.min(pauseMs, MAX_POLL_MS));
    if (!(await withRetries(() => jobs.adapter.collection.findOne({ _id, stagedFrom }, onlyId)))) return;
    // The first image of each batch, as a sign of life.
    const next = imageId(_id, awaited);
    if (!(await withRetries(() => images.adapter.collection.findOne({ _id: next }, onlyId)))) continue;
    awaited += BATCH;
    progressAt = performance.now();
  }
  await unstage(job, jobs, images);
}

/** Moves staged images to documents of their own. Idempotent, and safe to run concurrently. */
export async function unstage(
  job: JobDocument,
  jobs: MongoEntities<JobDocument>,
  images: MongoEntities<ImageDocument>,
): Promise<void> {
  const { _id: jobId, staged, stagedFrom } = job;
  if (staged === undefined || stagedFrom === undefined) return;
  const files = parseStored<NewImage[]>(staged, `Job ${jobId}`);
  for (let start = 0; start < files.length; start += BATCH) {
    const batch = files.slice(start, start + BATCH).map((file, position) => {
      const image = createImage(jobId, stagedFrom + start + position, file);
      return documentOf(image, job, images);
    });
    await withRetries(() => insertMissing(images, batch));
  }
  const update = { $unset: { staged: "", stagedFrom: "" } } as const;
  const done = await withRetries(() => jobs.adapter.collection.updateOne({ _id: jobId, stagedFrom }, update));
  if (done.matchedCount === 1) return;
  // Another reader was faster, or the job was deleted meanwhile: then do not let its images reappear.
  const now = await jobs.get(jobId);
  if (!now || now.state === "deleted")
    await withRetries(() => images.adapter.removeMany({ jobId, pendingSince: { $exists: false } }));
}

function documentOf(
  image: JobImage,
  { owner, models, createdAt }: JobDocument,
  images: MongoEntities<ImageDocument>,
): ImageDocument {
  const { jobId, index, state } = image;
  const ofJob = { model: models.join(","), day: createdAt.slice(0, "yyyy-mm-dd".length) };
  const { deadLetter: _none, ...fields } = imageFields(image);
  return {
    _id: imageId(jobId, index),
    jobId,
    index,
    ...fields,
    ...ofJob,
    tally: tallyOf(ofJob, state),
    ...(owner !== undefined && { owner }),
    ...images.begin([]),
  };
}

/** An existing image may have changed already, and is left unchanged. */
async function insertMissing(images: MongoEntities<ImageDocument>, batch: readonly ImageDocument[]): Promise<void> {
  try {
    await images.adapter.insertMany(batch);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
}
