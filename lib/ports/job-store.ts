import type { ImageState, JobState } from "../contracts/job-states.ts";
import type { CloudEvent } from "../jobs/events.ts";
import type { ImageCounts, Job, JobImage, NewImage } from "../jobs/job.ts";
import type { Transition } from "../jobs/transitions.ts";
import type { Page } from "../page.ts";
import type { Owner, OwnerScope } from "../sessions/owner.ts";
import type { Timestamp } from "../time/timestamp.ts";

export interface JobFilter {
  /** Beginning of the id. */
  readonly idPrefix?: string;
  readonly states?: readonly JobState[];
  /** Name of one of the job's models; a job's `model` joins several with commas. */
  readonly model?: string;
  /** The job must have all of these labels. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The owners whose jobs are meant; everybody's if omitted. */
  readonly owner?: OwnerScope;
  /** Inclusive lower bound. */
  readonly createdFrom?: Timestamp;
  /** Exclusive upper bound. */
  readonly createdBefore?: Timestamp;
}

export interface PageRequest {
  readonly limit: number;
  /** `nextCursor` of the previous page. */
  readonly cursor?: string;
}

export interface JobPageRequest extends PageRequest {
  readonly filter?: JobFilter;
  /** Ties are ordered by id. Newest first if omitted. */
  readonly sort?: { readonly by: "createdAt" | "priority"; readonly descending: boolean };
}

export interface FinishedJobFilter {
  readonly states?: readonly JobState[];
  /** Only jobs after this one in the order. */
  readonly after?: { readonly id: string; readonly finishedAt: Timestamp };
}

export interface ImagePageRequest {
  readonly limit: number;
  /** Only images with a higher index; starts at the first if omitted. */
  readonly after?: number;
  readonly states?: readonly ImageState[];
}

/** Number of an owner's images in a state, by model and by the day (UTC) on which the job was created. */
export interface ImageTally {
  readonly model: string;
  readonly day: string;
  readonly state: ImageState;
  readonly images: number;
}

export interface EncodingPageRequest extends PageRequest {
  readonly owner: Owner;
  readonly model: string;
  /** Only images done at this time or later. */
  readonly from?: Timestamp;
  /** Only images done before this time. */
  readonly before?: Timestamp;
}

/** The encodings of an image that is done; empty if it shows no face. */
export interface ImageEncodings {
  readonly version: string;
  readonly finishedAt: Timestamp;
  readonly encodings: readonly Float64Array[];
}
export type JobCounts = Readonly<Record<JobState, number>>;

/** Identifies the record of a request with an `Idempotency-Key`. Keys are scoped to their owner. */
export interface IdempotencyKey {
  readonly owner: string;
  readonly key: string;
}

/** Claim of a request in flight. */
export interface IdempotencyClaim extends IdempotencyKey {
  readonly jobId: string;
  /** Unique id of the request; differs even between requests with the same key. */
  readonly claimant: string;
}

/** Completes a claim together with the change that the request made. */
export interface IdempotencyOutcome extends Omit<IdempotencyClaim, "jobId"> {
  /** Fingerprint of the request's content. */
  readonly fingerprint: string;
}

/** Records that adding images to a job completes atomically with it. */
export interface Completed {
  readonly idempotency?: IdempotencyOutcome;
  /** The upload whose held bytes those of the images replace, see `JobStore.holdBytes`. */
  readonly upload?: string;
}

export interface IdempotencyRecord extends IdempotencyClaim {
  /** When the claim was made or last renewed. */
  readonly claimedAt: Timestamp;
  /** Absent while the claiming request is in flight. */
  readonly fingerprint?: string;
}

/**
 * Returns the transition for the current entity, or undefined to leave it unchanged. Pure: may be
 * called more than once.
 */
export type Decision<T> = (current: T) => Transition<T> | undefined;

/**
 * Returns the transitions of the images that change, by index. Pure: may be called more than once.
 * @param images All images of the parcel, by index. Those that are `done` may come without their results.
 */
export type ParcelDecision = (images: readonly JobImage[]) => readonly Transition<JobImage>[];

/**
 * Source of truth for jobs and their images.
 *
 * - Each change affects one job or one parcel of images, and is a compare-and-set: concurrent changes to it are
 *   serialized, and each sees the previous one. Nothing spans more except where a method says so.
 * - An event is stored atomically with the change that caused it and stays unpublished until `markPublished`.
 * - When a promise resolves, the change survives a process crash; when it rejects, nothing was changed.
 * - Reads see every change whose promise has resolved.
 * - All methods throw STORAGE_FULL when there is no room, STORE_CORRUPT when stored data cannot be read, and
 *   STORE_UNAVAILABLE when a database does not respond. After the last, the change may or may not have been made.
 */
export interface JobStore {
  /**
   * Stores a new job with its first images. The job becomes visible only as a whole. Completes the idempotency record
   * atomically with it.
   * @throws IDEMPOTENCY_KEY_IN_USE if the claim was taken over by another request, or released.
   */
  insertJob(transition: Transition<Job>, images: readonly NewImage[], idempotency?: IdempotencyOutcome): Promise<void>;

  /**
   * Adds images and their event to a job that is `created`. No image is ever added to a job that left that state.
   * @returns the new images; their indexes continue after the last one.
   * @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT; IDEMPOTENCY_KEY_IN_USE as `insertJob`.
   */
  addImages(jobId: string, images: readonly NewImage[], now: Timestamp, completed?: Completed): Promise<JobImage[]>;

  /**
   * Counts bytes for an upload that is about to store images for a job that is `created`, in place of those that it
   * held before. They count in `keptBytes` for the job from then on, even if nothing is heard of the upload again.
   * @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT
   */
  holdBytes(jobId: string, upload: string, bytes: number): Promise<void>;

  /**
   * Ends what a failed upload held: only the bytes that it has stored still count. Its images may still be added later,
   * if its gateway did not wait for the outcome, and then replace these bytes. Does nothing if the upload holds
   * nothing, for example after its images were added.
   */
  settleBytes(jobId: string, upload: string, stored: number): Promise<void>;

  getJob(id: string): Promise<Job | undefined>;
  listJobs(request: JobPageRequest): Promise<Page<Job>>;

  /** Number of jobs in each state: the owner's jobs if one is given, otherwise all. */
  countJobs(filter?: Pick<JobFilter, "owner">): Promise<JobCounts>;

  /**
   * Number of jobs in the given states and of all their images: the owner's jobs if one is given, otherwise all. The
   * cost grows with the number of these jobs.
   */
  countImagesOfJobs(
    filter: Required<Pick<JobFilter, "states">> & Pick<JobFilter, "owner">,
  ): Promise<{ readonly jobs: number; readonly images: number }>;

  /**
   * Bytes of the images kept for an account's jobs that are unfinished, or that failed at the time or later. Bytes that
   * uploads hold in these jobs, or left there, count too, see `holdBytes`. A job without an account counts for its
   * owner. The cost grows with the number of these jobs.
   */
  keptBytes(account: string, failedSince: Timestamp): Promise<number>;

  /**
   * A transition to `cancelled` also closes the job's images: running ones return to `pending`, with their events, and
   * from then on none of them changes. Their counts become `finalImages`. The job's event comes after those of all
   * images.
   * @returns the job after its transition; undefined if there is none or the decision was to leave it alone.
   */
  updateJob(id: string, decide: Decision<Job>): Promise<Job | undefined>;

  /**
   * Removes the job and its idempotency records, and stores the event atomically with that. Its images are in no list
   * and no count from then on. They are removed before this resolves or, if that fails, by `sweepResults`.
   * @param decide Returns the deletion event, or undefined to keep the job.
   * @returns whether this call removed the job.
   */
  deleteJob(id: string, decide: (job: Job) => CloudEvent | undefined): Promise<boolean>;

  /** Jobs that finished before the time, for the retention sweep: oldest first, jobs of the same time ordered by id. */
  jobsFinishedBefore(time: Timestamp, limit: number, filter?: FinishedJobFilter): Promise<Job[]>;

  getImage(jobId: string, index: number): Promise<JobImage | undefined>;
  /** Images of the job, ordered by index. A page shorter than the limit is the last. */
  listImages(jobId: string, request: ImagePageRequest): Promise<JobImage[]>;

  /**
   * Changes images of one parcel, all in one write. Because it is called several times per parcel, it may resolve
   * before the change is safe from a power failure. The change is safe once a later change or read of another kind
   * resolves, except `hasUnfinishedImages`.
   * @param parcel See `JobImage.parcel`.
   * @returns the images that changed, after their transitions, by index; none if the job was cancelled or is not there.
   */
  updateParcel(jobId: string, parcel: number, decide: ParcelDecision): Promise<JobImage[]>;

  countImages(jobId: string): Promise<ImageCounts>;
  /** Whether any image is `pending` or `running`. Cheap enough to call after every parcel. */
  hasUnfinishedImages(jobId: string): Promise<boolean>;

  /** Numbers of an owner's images, counted in one read, so that they are consistent. */
  tallyImages(owner: Owner): Promise<ImageTally[]>;

  /**
   * Face encodings of images that are done, each image once, in a store-specific order. An image that becomes done
   * meanwhile may or may not be included. Only a page without `nextCursor` is the last, however few it has.
   */
  listEncodings(request: EncodingPageRequest): Promise<Page<ImageEncodings>>;

  /** Images that were given up, ordered by job and index. */
  listDeadLetters(request: PageRequest & Pick<JobFilter, "owner">): Promise<Page<JobImage>>;

  /**
   * Claims an idempotency key for a request that is about to create or change the job. The same claimant can call it
   * again. An unfinished claim from before `staleBefore`, or from a clock that was far ahead, is taken over, since its
   * request is presumed dead. A request that is only slow is fenced: its change is rejected whenever it arrives.
   * @param claim If it has a fingerprint, the record is complete at once, and stays whatever the request does.
   * @returns the record of the request that claimed the key, or undefined if the claim is now ours.
   */
  claimIdempotencyKey(claim: IdempotencyRecord, staleBefore: Timestamp): Promise<IdempotencyRecord | undefined>;

  /**
   * Renews a claim in flight. Does nothing if the claim is no longer the request's, because a renewal may come late.
   */
  renewIdempotencyKey(claim: IdempotencyRecord): Promise<void>;

  /**
   * Releases the claim of a failed request and fences the request, as `claimIdempotencyKey` does. A completed record
   * stays.
   */
  releaseIdempotencyKey(claim: IdempotencyClaim): Promise<void>;

  /**
   * Removes the record of a request that changed nothing and never will, also if it is complete. Does nothing if the
   * record is another request's.
   */
  removeIdempotencyKey(claim: IdempotencyClaim): Promise<void>;

  /** Removes records claimed before the time, not necessarily all. @returns the number removed. */
  sweepIdempotencyKeys(before: Timestamp): Promise<number>;

  /**
   * Removes images and results without a job, which a crash may leave. The cost grows with the number of large results
   * in a cluster, and with that of jobs on a single machine.
   */
  sweepResults(): Promise<void>;

  /**
   * Events not yet marked as published. Events of one image or job are in the order of its changes. Within a job, an
   * event precedes the events of changes that began after it was stored, and the event of the job's end follows those
   * of all its images, whatever the clocks of the nodes say.
   */
  unpublishedEvents(limit: number): Promise<CloudEvent[]>;

  /** Whether any event of the owners is not yet marked as published. */
  hasUnpublishedEvents(owners: readonly string[]): Promise<boolean>;

  /**
   * Marks events as published. Idempotent. After a crash before this call the events are published again, and the log
   * deduplicates them.
   */
  markPublished(events: readonly CloudEvent[]): Promise<void>;

  /**
   * Calls the listener after this process has stored events, possibly once for many, and perhaps after another process
   * has.
   * @returns a function that unsubscribes the listener.
   */
  onStored(listener: () => void): () => void;
}
