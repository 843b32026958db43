import type { Problem } from "../../lib/contracts/problem.ts";
import type { Job, NewImage, NewJob } from "../../lib/jobs/job.ts";
import { MAX_PARCEL_BYTES } from "../../lib/jobs/parcel.ts";
import { createJob, queueJob, type Transition } from "../../lib/jobs/transitions.ts";

export const now = "2026-01-02T03:04:05.678Z";
export const later = "2026-01-02T03:04:06.000Z";

export const problem: Problem = {
  type: "/problems/image-timeout",
  title: "The image was not processed in time",
  status: 504,
  code: "IMAGE_TIMEOUT",
  detail: "The attempt took too long.",
};

const timings = { queueMs: 1.5, decodeMs: 0.25, inferenceMs: 4.5 };
export const result = {
  sha256: "a".repeat(64),
  width: 250,
  height: 250,
  faces: [[1, 2, 3, 4] as [number, number, number, number]],
  timings,
};

export function files(count: number): NewImage[] {
  return Array.from({ length: count }, (_, n) => ({ fileName: `${n}.jpg`, sha256: "a".repeat(64), bytes: 1000 + n }));
}

/** So large that each is a parcel of its own. */
export function largeFiles(count: number): NewImage[] {
  return files(count).map((file) => ({ ...file, bytes: file.bytes + MAX_PARCEL_BYTES }));
}

export function created(id: string, fields: Partial<NewJob> = {}, at = now): Transition<Job> {
  return createJob({ id, model: "faces-haar", ...fields }, at);
}

/** A job that is executed as it is created. */
export function queued(id: string, fields: Partial<NewJob> = {}, at = now): Transition<Job> {
  const creation = created(id, fields, at);
  const { next, events } = queueJob(creation.next, at);
  return { next, events: [...creation.events, ...events] };
}
