/**
 * Images on their way into the store. They come into the world inside the job's document, by one write with all else
 * that belongs to it, and are given documents of their own after. Whoever reads the job's document first does that, so
 * that a crash between the two leaves nothing but work for the next reader.
 */
import { failure } from "../../errors.ts";
import { createImage, type JobImage, type NewImage } from "../../jobs/job.ts";
import { type ImageDocument, imageId, type JobDocument } from "./documents.ts";
import type { MongoEntities } from "./entities.ts";
import { isDuplicate, parseStored, withRetries } from "./failure.ts";
import { imageFields, tallyOf } from "./job-query.ts";

const BATCH = 1_000;
/** A document has at most 16 MiB; this leaves half of it to the rest. */
const MAX_STAGED_BYTES = 8 * 1024 * 1024;

/** The fields that hold new images behind the first `from`. @throws TOO_MANY_IMAGES */
export function stage(
  images: readonly NewImage[],
  from: number,
): Pick<JobDocument, "staged" | "stagedFrom" | "imageCount"> {
  const staged = JSON.stringify(images);
  if (Buffer.byteLength(staged) > MAX_STAGED_BYTES)
    throw failure("TOO_MANY_IMAGES", `${images.length} images are more than can be stored at once.`);
  return { imageCount: from + images.length, ...(images.length > 0 && { staged, stagedFrom: from }) };
}

/** Gives the images that the job's document holds documents of their own. May be done twice, and at the same time. */
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
  // Someone else was faster; or the job was deleted meanwhile, and its images must not come back.
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

/** An image that is there already may have been changed already, and stays as it is. */
async function insertMissing(images: MongoEntities<ImageDocument>, batch: readonly ImageDocument[]): Promise<void> {
  try {
    await images.adapter.insertMany(batch);
  } catch (error) {
    // The driver names the first of many faults; all are of this kind unless one says otherwise.
    if (!isDuplicate(error)) throw error;
  }
}
