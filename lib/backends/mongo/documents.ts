/** Stored documents and their indexes. Entities are JSON in `body`; the other fields are copies to query by. */
import type { IndexDescription } from "mongodb";
import type { ImageState, JobState } from "../../contracts/job-states.ts";
import type { JobImage, Timestamp } from "../../jobs/job.ts";
import type { IdempotencyOutcome } from "../../ports/job-store.ts";
import type { Stamp } from "./hybrid-clock.ts";
import type { StoredJson } from "./stored-json.ts";
import type { StoredVectors } from "./vectors.ts";

export interface StoredEvent {
  readonly id: string;
  readonly stamp: Stamp;
  /** The CloudEvent as JSON: its field names may contain characters that MongoDB does not allow. */
  readonly event: string;
}

/**
 * Events of one change, a `StoredEvent[]`. They are one value, because a server works longer on a document the more
 * fields it has.
 */
export interface EventBatch {
  readonly events: StoredJson;
}

/** A document changed by compare-and-set. It contains the events of its changes until they are published. */
export interface EntityDocument {
  readonly _id: string;
  /** Version id of the last change, for compare-and-set. */
  readonly change: string;
  /** Ids of a few earlier changes: a writer whose response was lost finds out whether its change was applied. */
  readonly before: readonly string[];
  readonly stamp: Stamp;
  readonly outbox: readonly (EventBatch | StoredEvent)[];
  /** Stamp of the first event in the outbox; absent if it is empty. */
  readonly pendingSince?: Stamp;
}

export interface JobDocument extends EntityDocument {
  readonly body: string;
  /**
   * `deleted`: the job is gone, but some of its data has yet to be removed or published. Or there never was one: see
   * `MongoIdempotencyKeys`.
   */
  readonly state: JobState | "deleted";
  /** The names in its `model`. */
  readonly models: readonly string[];
  readonly owner?: string;
  readonly priority: number;
  readonly createdAt: Timestamp;
  readonly finishedAt?: Timestamp;
  /** Each label as JSON of its key and value. */
  readonly labels: readonly string[];
  readonly imageCount: number;
  /** Of the images, and of uploads that failed or are in progress. */
  readonly imageBytes: number;
  /** What of these bytes each upload holds, or has left. */
  readonly held?: readonly HeldBytes[];
  /** Whom these bytes count for, as long as the images are needed. Jobs of versions before 0.2 do not have it. */
  readonly keptFor?: string;
  /** Images that are not in documents of parcels yet: JSON of `NewImage[]`. */
  readonly staged?: string;
  /** Index of the first staged image. */
  readonly stagedFrom?: number;
  /** The events of the job's cancellation, as JSON, deferred until its images are closed. */
  readonly cancellation?: string;
  /** The job's deletion event, deferred until its images can emit no more events. */
  readonly deletion?: string;
  /** Outcomes that complete the claims of the requests that created and changed the job. */
  readonly idempotency?: readonly IdempotencyOutcome[];
  /** Claimants whose claims were taken over or released: they may not change the job any more. */
  readonly fenced?: readonly string[];
}

/** See `JobStore.holdBytes`. */
export interface HeldBytes {
  readonly upload: string;
  readonly bytes: number;
}

/** A parcel of images. Its `body` is a `StoredImage[]`, by index. */
export interface ParcelDocument extends EntityDocument {
  readonly body: StoredJson;
  /** The job is gone, but some of its events have yet to be published. */
  readonly state?: "deleted";
  readonly jobId: string;
  /** Indexes of the first and the last image. */
  readonly first: number;
  readonly last: number;
  /** The states that its images are in; none if the job is gone. */
  readonly states: readonly ImageState[];
  /** Key that the images of a job are counted by, and those of an owner; empty if the job is gone. */
  readonly counts: string;
  readonly tally: string;
  /** The job was cancelled: the images change no more. */
  readonly isClosed?: true;
  readonly owner?: string;
  /** The job's model and the UTC day of its creation. */
  readonly model: string;
  readonly day: string;
  /** Encodings of the images that are done, and the models that made them. */
  readonly encodedBy?: readonly string[];
  readonly encodings?: readonly StoredEncodings[];
  /** Sort key in the list of dead letters; only set if one of the images is one. */
  readonly deadLetter?: string;
}

/** An image in a parcel. A large result is kept in documents of its own, since documents are limited in size. */
export interface StoredImage extends JobImage {
  /** Id of the first `ResultDocument`. */
  readonly resultId?: string;
}

/** What a model made of the faces of one image. Of a large result they stand only in its `ResultDocument`s. */
export type StoredEncodings = EncodingsOfImage & (StoredVectors | Required<Pick<StoredImage, "resultId">>);

interface EncodingsOfImage {
  readonly index: number;
  readonly finishedAt: Timestamp;
  readonly model: string;
  readonly version: string;
}

/** A large result, or a part of one that is too large for one document. */
export interface ResultDocument {
  /** `<job>/<index>/<attempts>`; of several parts, `/<parts>` follows, and `/<part>` from the second on. */
  readonly _id: string;
  readonly jobId: string;
  readonly result: StoredJson;
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

/** @param parcel Index of its first image. */
export function parcelId(jobId: string, parcel: number): string {
  return `${jobId}/${parcel}`;
}

/** Indexes of each collection, with the queries they serve. */
export const indexes: Readonly<Record<string, readonly IndexDescription[]>> = {
  jobs: [
    // listJobs: all, by state, by owner, by label, by model; by priority.
    { key: { createdAt: -1, _id: -1 } },
    { key: { state: 1, createdAt: -1, _id: -1 } },
    { key: { owner: 1, createdAt: -1, _id: -1 } },
    { key: { owner: 1, state: 1, createdAt: -1, _id: -1 } },
    { key: { labels: 1, createdAt: -1, _id: -1 } },
    { key: { models: 1, state: 1, createdAt: -1, _id: -1 } },
    { key: { owner: 1, models: 1, createdAt: -1, _id: -1 } },
    { key: { priority: -1, _id: -1 } },
    // jobsFinishedBefore.
    { key: { finishedAt: 1 }, sparse: true },
    // unpublishedEvents.
    { key: { pendingSince: 1 }, sparse: true },
    // keptBytes.
    { key: { keptFor: 1 }, sparse: true },
  ],
  parcels: [
    // listImages and getImage, and removal of a deleted job's images.
    { key: { jobId: 1, first: 1 } },
    // hasUnfinishedImages.
    { key: { jobId: 1, states: 1 } },
    // countImages, as a covered query.
    { key: { jobId: 1, counts: 1 } },
    // listDeadLetters: all, and by owner.
    { key: { deadLetter: 1 }, sparse: true },
    // listEncodings.
    { key: { encodedBy: 1, _id: 1 } },
    // tallyImages of a session.
    { key: { owner: 1 }, sparse: true },
    // unpublishedEvents.
    { key: { pendingSince: 1 }, sparse: true },
  ],
  // Removal of a deleted job's results, and sweepResults.
  results: [{ key: { jobId: 1 } }],
  idempotencyKeys: [
    // sweepIdempotencyKeys.
    { key: { claimedAt: 1 } },
    // deleteJob.
    { key: { jobId: 1 } },
  ],
  // list and sweep.
  activity: [{ key: { savedAt: 1 } }],
  activityHistory: [{ key: { bucketSeconds: 1, savedAt: 1 } }],
  sessions: [
    { key: { id: 1 }, unique: true },
    // sessionsOf.
    { key: { openedBy: 1 }, sparse: true },
    // endIdle.
    { key: { usedAt: 1 } },
    { key: { endedAt: 1 }, sparse: true },
  ],
  // findByHash; keysOf.
  clientKeys: [{ key: { keyHash: 1 }, unique: true }, { key: { owner: 1 } }],
  audit: [{ key: { id: 1 }, unique: true }, { key: { time: 1 } }],
  // sweep.
  rateCounters: [{ key: { endsAt: 1 } }],
  // reserve, and sweep.
  uploads: [{ key: { account: 1 } }, { key: { at: 1 } }],
  webhookSecrets: [{ key: { owner: 1, origin: 1 } }],
  erasures: [{ key: { id: 1 }, unique: true }, { key: { subjects: 1 } }, { key: { phase: 1 } }],
  erasureMembers: [{ key: { erasureId: 1, kind: 1, member: 1 } }],
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
    // listFailed.
    { key: { firstFailed: 1 }, sparse: true },
    { key: { failedOwner: 1, firstFailed: 1 }, sparse: true },
    // sweepFailed.
    { key: { oldestFailure: 1 }, sparse: true },
  ],
};
