/** Page cursors: position of the last item in the sort order, opaque to clients. */
import { type Failure, failure } from "../errors.ts";
import type { Job, JobImage } from "../jobs/job.ts";
import type { JobPageRequest } from "../ports/job-store.ts";

type Sort = NonNullable<JobPageRequest["sort"]>;

export const newestFirst = { by: "createdAt", descending: true } as const;

export function jobCursor(job: Job, { sort = newestFirst }: JobPageRequest): string {
  return encodeCursor([job[sort.by], job.id]);
}

/** Of an image, in lists of images by job. */
export function imageCursor({ jobId, index }: Pick<JobImage, "jobId" | "index">): string {
  return encodeCursor([jobId, index]);
}

function encodeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/** @throws INVALID_OPTION, also for a cursor of a list in another order. */
export function jobPosition(cursor: string, { by }: Sort): [string | number, string] {
  const [value, id] = decodeCursor(cursor);
  if (typeof value !== (by === "priority" ? "number" : "string") || typeof id !== "string") throw notHandedOut();
  return [value, id];
}

/** Position of an image in lists of images by job. @throws INVALID_OPTION, also for a cursor of a list of jobs. */
export function imagePosition(cursor: string): [jobId: string, index: number] {
  const [jobId, index] = decodeCursor(cursor);
  if (typeof jobId !== "string" || typeof index !== "number") throw notHandedOut();
  return [jobId, index];
}

/** @throws INVALID_OPTION */
function decodeCursor(cursor: string): [string | number, string | number] {
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    const isPosition = Array.isArray(position) && position.length === 2;
    if (isPosition && position.every((part) => typeof part === "string" || typeof part === "number"))
      return position as [string | number, string | number];
  } catch {
    // The cursor is not JSON, so it is invalid and rejected below.
  }
  throw notHandedOut();
}

function notHandedOut(): Failure {
  return failure("INVALID_OPTION", "cursor is not one that was handed out for this list.");
}
