/** What is stored, and what is searched by. Entities are JSON in `body`; the fields beside it are copies. */
import type { IndexDescription } from "mongodb";
import type { ImageState, JobState } from "../../contracts/job-states.ts";
import type { Timestamp } from "../../jobs/job.ts";
import type { IdempotencyOutcome } from "../../ports/job-store.ts";
import type { Stamp } from "./hybrid-clock.ts";
import type { StoredVectors } from "./vectors.ts";

export interface StoredEvent {
  readonly id: string;
  readonly stamp: Stamp;
  /** The CloudEvent as JSON: names of fields may hold what names in a document may not. */
  readonly event: string;
}

/** A document that is changed by compare-and-set and keeps the events of its changes until they are published. */
export interface EntityDocument {
  readonly _id: string;
  /** Name of the last change; what compare-and-set compares. */
  readonly change: string;
  /** Names of a few changes before it, by which a writer knows that a change whose answer was lost was made. */
  readonly before: readonly string[];
  readonly stamp: Stamp;
  readonly outbox: readonly StoredEvent[];
  /** Stamp of the first event in the outbox; absent if that is empty. */
  readonly pendingSince?: Stamp;
  readonly body: string;
}

export interface JobDocument extends EntityDocument {
  /** `deleted`: there is no such job any more, but something of it is yet to be cleared away or published. */
  readonly state: JobState | "deleted";
  /** Of its `model`, which may be several. */
  readonly models: readonly string[];
  readonly owner?: string;
  readonly priority: number;
  readonly createdAt: Timestamp;
  readonly finishedAt?: Timestamp;
  /** Each label as the JSON of its key and value. */
  readonly labels: readonly string[];
  readonly imageCount: number;
  /** Images that are the job's and not yet documents of their own: the JSON of `NewImage[]`. */
  readonly staged?: string;
  /** Index of the first that is staged. */
  readonly stagedFrom?: number;
  /** The event of the job's deletion, held back until its images can have no further ones. */
  readonly deletion?: string;
  /** Completes the claims of the requests that made and changed the job. */
  readonly idempotency?: readonly IdempotencyOutcome[];
}

export interface ImageDocument extends EntityDocument {
  readonly jobId: string;
  readonly index: number;
  readonly state: ImageState | "deleted";
  readonly owner?: string;
  /** Its job's, and the day (UTC) on which that was created. */
  readonly model: string;
  readonly day: string;
  /** The JSON of model, day and state, which images are counted by. */
  readonly tally: string;
  /** Of an image that is done: the models that encode faces, what they gave, and when. */
  readonly encodedBy?: readonly string[];
  readonly encodings?: readonly (StoredVectors & { readonly model: string; readonly version: string })[];
  readonly finishedAt?: Timestamp;
  /** Place in the list of dead letters; only theirs. */
  readonly deadLetter?: string;
}

export interface KeyDocument {
  readonly _id: string;
  readonly owner: string;
  readonly key: string;
  readonly jobId: string;
  readonly claimant: string;
  readonly claimedAt: Timestamp;
  readonly fingerprint?: string;
}

export function imageId(jobId: string, index: number): string {
  return `${jobId}/${index}`;
}

/** Indexes of each collection, with the queries they serve. */
export const indexes: Readonly<Record<string, readonly IndexDescription[]>> = {
  jobs: [
    // listJobs: all, by state, by owner, by label; by priority.
    { key: { createdAt: -1, _id: -1 } },
    { key: { state: 1, createdAt: -1, _id: -1 } },
    { key: { owner: 1, createdAt: -1, _id: -1 } },
    { key: { labels: 1, createdAt: -1, _id: -1 } },
    { key: { priority: -1, _id: -1 } },
    // jobsFinishedBefore.
    { key: { finishedAt: 1 }, sparse: true },
    // unpublishedEvents.
    { key: { pendingSince: 1 }, sparse: true },
  ],
  images: [
    // listImages, and what a deletion clears away.
    { key: { jobId: 1, index: 1 } },
    // countImages and hasUnfinishedImages, from the index alone.
    { key: { jobId: 1, state: 1 } },
    // listDeadLetters: all, and by owner.
    { key: { deadLetter: 1 }, sparse: true },
    // listEncodings.
    { key: { encodedBy: 1, _id: 1 } },
    // tallyImages of a session.
    { key: { owner: 1 }, sparse: true },
    // unpublishedEvents.
    { key: { pendingSince: 1 }, sparse: true },
  ],
  idempotencyKeys: [
    // sweepIdempotencyKeys.
    { key: { claimedAt: 1 } },
    // deleteJob.
    { key: { jobId: 1 } },
  ],
  sessions: [{ key: { id: 1 }, unique: true }],
  encodings: [
    // releaseAll.
    { key: { holders: 1 } },
    // sweep.
    { key: { usedAt: 1 } },
  ],
  faceCollections: [{ key: { id: 1 }, unique: true }, { key: { owner: 1, name: 1 } }],
  faces: [
    { key: { collectionId: 1, sequence: 1 } },
    // removeFace.
    { key: { collectionId: 1, faceId: 1 } },
  ],
  webhookLines: [
    // nextDue and nextDueAfter.
    { key: { dueAt: 1, first: 1 }, sparse: true },
    // What comes of an attempt.
    { key: { first: 1 }, sparse: true },
    // listFailed.
    { key: { firstFailed: 1 }, sparse: true },
    // sweepFailed.
    { key: { oldestFailure: 1 }, sparse: true },
  ],
};
