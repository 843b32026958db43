/**
 * Staging of new images. They are first written into the job's document, together with the rest of the change in one
 * write, and then moved to the documents of their parcels by the same writer. Every reader of the job's document waits
 * for that. If the writer dies in between, the next reader completes it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { failure } from "../../errors.ts";
import type { JobImage, NewImage } from "../../jobs/job.ts";
import { createImages, parcelsOf } from "../../jobs/parcel.ts";
import { type JobDocument, type ParcelDocument, parcelId } from "./documents.ts";
import type { MongoEntities } from "./entities.ts";
import { isDuplicate, parseStored, withRetries } from "./failure.ts";
import { imageFields } from "./parcel-fields.ts";

/** Parcels that are inserted at once. */
const BATCH = 50;
/** A writer without progress for this time is presumed dead. If it is not, the images are inserted in vain. */
const WRITER_LOST_MS = 2_000;
const MIN_POLL_MS = 10;
const MAX_POLL_MS = 200;
/** Maximum bytes of staged images: half of the 16 MiB of a document, which leaves as much for the rest. */
const MAX_STAGED_BYTES = 8 * 1024 * 1024;

/** Fields that stage new images after the job's present ones. @throws TOO_MANY_IMAGES */
export function stage(
  images: readonly NewImage[],
  { imageCount: from, imageBytes = 0 }: Pick<JobDocument, "imageCount"> & Partial<Pick<JobDocument, "imageBytes">>,
): Pick<JobDocument, "staged" | "stagedFrom" | "imageCount" | "imageBytes"> {
  const staged = JSON.stringify(images);
  if (Buffer.byteLength(staged) > MAX_STAGED_BYTES)
    throw failure("TOO_MANY_IMAGES", `${images.length} images are more than can be stored at once.`);
  const bytes = images.reduce((sum, image) => sum + image.bytes, imageBytes);
  return {
    imageCount: from + images.length,
    imageBytes: bytes,
    ...(images.length > 0 && { staged, stagedFrom: from }),
  };
}

/** Resolves once the document has no staged images. For readers. */
export async function unstaged(
  job: JobDocument,
  jobs: MongoEntities<JobDocument>,
  parcels: MongoEntities<ParcelDocument>,
): Promise<void> {
  const { _id, stagedFrom } = job;
  if (stagedFrom === undefined) return;
  const onlyId = { projection: { _id: 1 } };
  // The first parcel of each batch shows that the writer makes progress.
  const awaited = [...stagedParcels(job).keys()].filter((_, position) => position % BATCH === 0);
  let progressAt = performance.now();
  for (let pauseMs = MIN_POLL_MS; performance.now() < progressAt + WRITER_LOST_MS; pauseMs *= 2) {
    await sleep(Math.min(pauseMs, MAX_POLL_MS));
    if (!(await withRetries(() => jobs.adapter.collection.findOne({ _id, stagedFrom }, onlyId)))) return;
    const [next] = awaited;
    if (next === undefined) continue;
    if (!(await withRetries(() => parcels.adapter.collection.findOne({ _id: parcelId(_id, next) }, onlyId)))) continue;
    awaited.shift();
    progressAt = performance.now();
  }
  await unstage(job, jobs, parcels);
}

/** Moves staged images to the documents of their parcels. Idempotent, and safe to run concurrently. */
export async function unstage(
  job: JobDocument,
  jobs: MongoEntities<JobDocument>,
  parcels: MongoEntities<ParcelDocument>,
): Promise<void> {
  const { _id: jobId, stagedFrom } = job;
  if (stagedFrom === undefined) return;
  const staged = [...stagedParcels(job).values()];
  for (let start = 0; start < staged.length; start += BATCH) {
    const batch = staged.slice(start, start + BATCH).map((images) => documentOf(images, job, parcels));
    await withRetries(() => insertMissing(parcels, batch));
  }
  const update = { $unset: { staged: "", stagedFrom: "" } } as const;
  const done = await withRetries(() => jobs.adapter.collection.updateOne({ _id: jobId, stagedFrom }, update));
  if (done.matchedCount === 1) return;
  // Either another reader was faster, or the job was deleted meanwhile: then its images must not reappear.
  const now = await jobs.get(jobId);
  if (!now || now.state === "deleted")
    await withRetries(() => parcels.adapter.removeMany({ jobId, pendingSince: { $exists: false } }));
}

function stagedParcels({ _id: jobId, staged, stagedFrom }: JobDocument): Map<number, readonly JobImage[]> {
  if (staged === undefined || stagedFrom === undefined) return new Map();
  return parcelsOf(createImages(jobId, stagedFrom, parseStored<NewImage[]>(staged, `Job ${jobId}`)));
}

function documentOf(
  images: readonly JobImage[],
  { _id: jobId, owner, models, createdAt }: JobDocument,
  parcels: MongoEntities<ParcelDocument>,
): ParcelDocument {
  const ofJob = { model: models.join(","), day: createdAt.slice(0, "yyyy-mm-dd".length) };
  const first = images[0]?.index ?? 0;
  const { deadLetter: _none, ...fields } = imageFields(ofJob, images);
  return {
    _id: parcelId(jobId, first),
    jobId,
    first,
    last: images.at(-1)?.index ?? first,
    ...fields,
    ...ofJob,
    ...(owner !== undefined && { owner }),
    ...parcels.begin([]),
  };
}

/** Inserts the missing parcels of a batch. An existing parcel may have changed already, and is left unchanged. */
async function insertMissing(parcels: MongoEntities<ParcelDocument>, batch: readonly ParcelDocument[]): Promise<void> {
  try {
    await parcels.adapter.insertMany(batch);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
}
