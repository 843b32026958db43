/** Stored documents. Entities are JSON in `body`; the other fields are copies to query by. */
import type { ImageState, JobState } from "../../contracts/job-states.ts";
import type { JobImage } from "../../jobs/job.ts";
import type { IdempotencyOutcome } from "../../ports/job-store.ts";
import type { Timestamp } from "../../time.ts";
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
