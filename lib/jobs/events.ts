/**
 * Maps every change to a CloudEvents 1.0 message. Pure: the same change gives the same event id, so that an event that
 * is published again, for example after a crash, can be deduplicated.
 */
import type { Timestamp } from "../time/timestamp.ts";
import type { ImageCounts, Job, JobImage } from "./job.ts";

const EVENT_SOURCE = "/v1/jobs";
const TYPE_PREFIX = "dev.sightline.";
const IMAGES_ADDED = "job.images_added";
const JOB_DELETED = "job.deleted";
/** Maximum characters of a result's JSON. By default, NATS accepts no message above 1 MB. */
const LARGEST_RESULT = 256 * 1024;

/** A CloudEvents 1.0 message in structured form. */
export interface CloudEvent {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  /**
   * `dev.sightline.job.<state>`, `dev.sightline.image.<state>`, `dev.sightline.job.images_added` or
   * `dev.sightline.job.deleted`.
   */
  readonly type: string;
  /** `jobs/<id>` or `jobs/<id>/images/<index>`. */
  readonly subject: string;
  readonly time: Timestamp;
  readonly datacontenttype: "application/json";
  /** Extension: id of the session that owns the job; absent without one. Not derived from the key. */
  readonly owner?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** `dev.sightline.job.<state>`: the job reached its state. */
export function jobEvent(job: Job, time: Timestamp, counts?: ImageCounts): CloudEvent {
  const { id, state, run, model, labels, priority } = job;
  const data = { jobId: id, state, run, model, labels, priority, ...(counts && { images: counts }) };
  const eventId = `${id}.${state}.${job.revision}`;
  return event(job, { id: eventId, type: `job.${state}`, subject: `jobs/${id}`, time, data });
}

/** `dev.sightline.job.images_added`: images were added to a job that is still `created`. */
export function imagesAddedEvent(
  job: Pick<Job, "id" | "owner">,
  firstIndex: number,
  added: number,
  time: Timestamp,
): CloudEvent {
  const data = { jobId: job.id, firstIndex, added };
  const id = `${job.id}.images_added.${firstIndex}`;
  return event(job, { id, type: IMAGES_ADDED, subject: `jobs/${job.id}`, time, data });
}

/** `dev.sightline.job.deleted`: the job's last event. */
export function jobDeletedEvent(job: Job, time: Timestamp): CloudEvent {
  const { id, state } = job;
  const data = { jobId: id, state };
  return event(job, { id: `${id}.deleted`, type: JOB_DELETED, subject: `jobs/${id}`, time, data });
}

/**
 * `dev.sightline.image.<state>`: the image reached its state, for `pending` by returning to it. A very large result is
 * reduced to its dimensions and timings and marked `truncated`.
 */
export function imageEvent(image: JobImage, time: Timestamp): CloudEvent {
  const { jobId, index, state, fileName, sha256, attempts, result, problem } = image;
  const id = `${jobId}.${index}.${state}.${image.revision}`;
  const outcome = state === "done" ? truncated(result) : problem && { problem };
  const data = { jobId, index, state, fileName, sha256, attempts, ...outcome };
  return event(image, { id, type: `image.${state}`, subject: `jobs/${jobId}/images/${index}`, time, data });
}

function truncated(result: JobImage["result"]) {
  return !result || JSON.stringify(result).length <= LARGEST_RESULT ? { result } : reduced(result);
}

function reduced({ width, height, timings }: Pick<NonNullable<JobImage["result"]>, "width" | "height" | "timings">) {
  return { result: { width, height, timings }, truncated: true };
}

/** The event with its result reduced as a very large one is. For a log that cannot store the whole event. */
export function withReducedResult(event: CloudEvent): CloudEvent {
  const { result } = event.data as { readonly result?: NonNullable<JobImage["result"]> };
  return result ? { ...event, data: { ...event.data, ...reduced(result) } } : event;
}

export function isJobCreated({ type }: CloudEvent): boolean {
  return type === `${TYPE_PREFIX}job.created`;
}

export function isJobDeleted({ type }: CloudEvent): boolean {
  return type === TYPE_PREFIX + JOB_DELETED;
}

/** Whether the event says that a job reached a state. */
export function isJobState({ type }: CloudEvent): boolean {
  return type.startsWith(`${TYPE_PREFIX}job.`) && ![IMAGES_ADDED, JOB_DELETED].includes(type.slice(TYPE_PREFIX.length));
}

/** An event with the CloudEvents extension `sequence`: its position in the log. */
export type SequencedEvent = CloudEvent & { readonly sequence: string; readonly sequencetype: "Integer" };

export function sequenced(sequence: number, { data, ...attributes }: CloudEvent): SequencedEvent {
  return { ...attributes, sequence: String(sequence), sequencetype: "Integer", data };
}

/** The job an event is about. */
export function jobIdOf({ subject }: CloudEvent): string {
  const end = subject.indexOf("/", 5);
  return end === -1 ? subject.slice(5) : subject.slice(5, end);
}

/** An event about a job or an image of the owner. Its type is given without the prefix. */
function event(
  { owner }: Pick<Job, "owner">,
  { id, type, subject, time, data }: Pick<CloudEvent, "id" | "type" | "subject" | "time" | "data">,
): CloudEvent {
  return {
    specversion: "1.0",
    id,
    source: EVENT_SOURCE,
    type: TYPE_PREFIX + type,
    subject,
    time,
    datacontenttype: "application/json",
    ...(owner !== undefined && { owner }),
    data,
  };
}
