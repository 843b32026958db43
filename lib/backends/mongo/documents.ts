/** Stored documents. Entities are JSON in `body`; the other fields are copies for queries. */
import type { ImageState, JobState } from "../../contracts/job-states.ts";
import type { JobImage } from "../../jobs/job.ts";
import type { IdempotencyOutcome } from "../../ports/job-store.ts";
import type { Timestamp } from "../../time/timestamp.ts";
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
 * Events of one change, a `StoredEvent[]`. They are one value, because a server takes longer for a document with more
 * fields.
 */
export interface EventBatch {
  readonly events: StoredJson;
}

/** A document changed by compare-and-set. It contains the events of its changes until they are published. */
export interface EntityDocument {
  readonly _id: string;
  /** Version id of the last change, for compare-and-set. */
  readonly change: string;
  /**
   * Ids of a few earlier changes, by which a writer whose response was lost finds out whether its change was applied.
   */
  readonly before: readonly string[];
  readonly stamp: Stamp;
  readonly outbox: readonly (EventBatch | StoredEvent)[];
  /** Stamp of the first event in the outbox; absent if it is empty. */
  readonly pendingSince?: Stamp;
}

export interface JobDocument extends EntityDocument {
  readonly body: string;
  /**
   * `deleted`: the job is gone, but some of its data has yet to be removed or published. Or there never was a job: see
   * `MongoIdempotencyKeys`.
   */
  readonly state: JobState | "deleted";
  /** Names of the models in `model`. */
  readonly models: readonly string[];
  readonly owner?: string;
  readonly priority: number;
  readonly createdAt: Timestamp;
  readonly finishedAt?: Timestamp;
  /** Each label as JSON of its key and value. */
  readonly labels: readonly string[];
  readonly imageCount: number;
  /** Bytes of the images, and of uploads that failed or are in progress. */
  readonly imageBytes: number;
  /** The part of these bytes that each upload holds, or has left. */
  readonly held?: readonly HeldBytes[];
  /**
   * The account that these bytes count for, as long as the images are needed. Absent in jobs of versions before 0.2.
   */
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
  /** The states of the parcel's images; empty if the job is gone. */
  readonly states: readonly ImageState[];
  /** Key by which the images of a job, and those of an owner, are counted; empty if the job is gone. */
  readonly counts: string;
  readonly tally: string;
  /** True if the job was cancelled, so that its images change no more. */
  readonly isClosed?: true;
  readonly owner?: string;
  /** The job's model and the UTC day of its creation. */
  readonly model: string;
  readonly day: string;
  /** Models that made encodings of images that are done. */
  readonly encodedBy?: readonly string[];
  readonly encodings?: readonly StoredEncodings[];
  /** Sort key in the list of dead letters; only set if one of the images was given up. */
  readonly deadLetter?: string;
}

/** An image in a parcel. A large result is kept in documents of its own, since documents are limited in size. */
export interface StoredImage extends JobImage {
  /** Id of the first `ResultDocument`. */
  readonly resultId?: string;
}

/** What a model made of the faces of one image. The vectors of a large result are only in its `ResultDocument`s. */
export type StoredEncodings = EncodingsOfImage & (StoredVectors | Required<Pick<StoredImage, "resultId">>);

interface EncodingsOfImage {
  readonly index: number;
  readonly finishedAt: Timestamp;
  readonly model: string;
  readonly version: string;
}

/** A large result, or a part of one that is too large for one document. */
export interface ResultDocument {
  /**
   * Key in the form `<job>/<index>/<attempts>`. If there are several parts, `/<parts>` follows, and `/<part>` from the
   * second on.
   */
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

/** @param parcel Index of the parcel's first image. */
export function parcelId(jobId: string, parcel: number): string {
  return `${jobId}/${parcel}`;
}
