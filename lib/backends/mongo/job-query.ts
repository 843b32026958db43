/** Job pages as MongoDB queries, and the fields they query. */
import type { Filter, Sort } from "mongodb";
import { type ImageState, jobStates } from "../../contracts/job-states.ts";
import { encodingsOf } from "../../encoding/results.ts";
import { failure } from "../../errors.ts";
import type { Job, JobImage } from "../../jobs/job.ts";
import type { JobFilter, JobPageRequest, PageRequest } from "../../ports/job-store.ts";
import { decodeCursor, newestFirst } from "../cursor.ts";
import type { ImageDocument, JobDocument } from "./documents.ts";
import { storedVectors } from "./vectors.ts";

const INDEX_DIGITS = 15;

/** @throws INVALID_OPTION */
export function jobQuery({ filter = {}, sort = newestFirst, cursor }: JobPageRequest): {
  filter: Filter<JobDocument>;
  sort: Sort;
} {
  const { by, descending } = sort;
  const direction = descending ? -1 : 1;
  const conditions = [filterOf(filter)];
  if (cursor) {
    const [value, id] = decodeCursor(cursor);
    const past = descending ? "$lt" : "$gt";
    const further = [{ [by]: { [past]: value } }, { [by]: value, _id: { [past]: id } }];
    conditions.push({ $or: further } as Filter<JobDocument>);
  }
  return { filter: { $and: conditions }, sort: { [by]: direction, _id: direction } };
}

/** Queryable fields of a job's document; undefined removes a field. */
export function jobFields(job: Job) {
  const { state, model, owner, priority, createdAt, finishedAt } = job;
  const labels = Object.entries(job.labels).map((label) => JSON.stringify(label));
  return { state, models: model.split(","), owner, priority, createdAt, finishedAt, labels, body: JSON.stringify(job) };
}

/** Queryable fields of an image's document; undefined removes a field. */
export function imageFields(image: JobImage) {
  const { jobId, index, state, givenUp } = image;
  const deadLetter = givenUp ? deadLetterPlace(jobId, index) : undefined;
  return { state, deadLetter, body: JSON.stringify(image) };
}

/** Fields of a done image from which means of encodings are computed. */
export function encodingFields({ state, result, finishedAt }: JobImage) {
  if (state !== "done") return {};
  const encodings = encodingsOf(result);
  if (encodings.length === 0) return {};
  return {
    finishedAt,
    encodedBy: encodings.map(({ model }) => model),
    encodings: encodings.map(({ model, version, encodings: vectors }) => ({
      model,
      version,
      ...storedVectors(vectors),
    })),
  };
}

/** Key that images are counted by. */
export interface TallyKey {
  readonly model: string;
  readonly day: string;
  readonly state: ImageState;
}

/** The key as text: the job's model and day, copied to its images, and the image's state. */
export function tallyOf({ model, day }: Pick<ImageDocument, "model" | "day">, state: ImageState): string {
  return JSON.stringify({ model, day, state } satisfies TallyKey);
}

/** @throws INVALID_OPTION */
export function deadLetterQuery({ cursor, owner }: PageRequest & Pick<JobFilter, "owner">): Filter<ImageDocument> {
  const [jobId, index] = cursor ? decodeCursor(cursor) : ["", -1];
  if (typeof jobId !== "string" || typeof index !== "number")
    throw failure("INVALID_OPTION", "cursor is not one that was handed out.");
  const after = cursor ? deadLetterPlace(jobId, index) : "";
  return { deadLetter: { $gt: after }, ...(owner !== undefined && { owner }) } as Filter<ImageDocument>;
}

/** Sorts by job, then by index: a space sorts before every character of an id. */
function deadLetterPlace(jobId: string, index: number): string {
  return `${jobId} ${String(index).padStart(INDEX_DIGITS, "0")}`;
}

function filterOf({ states, model, labels, owner, createdFrom, createdBefore }: JobFilter): Filter<JobDocument> {
  const created = { ...(createdFrom && { $gte: createdFrom }), ...(createdBefore && { $lt: createdBefore }) };
  const wanted = Object.entries(labels ?? {}).map((label) => JSON.stringify(label));
  return {
    state: { $in: states ?? jobStates },
    ...(model !== undefined && { models: { $in: [model] } }),
    ...(owner !== undefined && { owner }),
    ...(Object.keys(created).length > 0 && { createdAt: created }),
    ...(wanted.length > 0 && { labels: { $all: wanted } }),
  } as Filter<JobDocument>;
}
