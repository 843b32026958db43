import type { ImageState, JobState } from "../contracts/job-states.ts";
import type { CloudEvent } from "../jobs/events.ts";
import type { ImageCounts, Job, JobImage, Move, NewImage, Timestamp } from "../jobs/job.ts";

export interface JobFilter {
  readonly states?: readonly JobState[];
  /** A model of the job: its `model`, or one of several that are joined there by commas. */
  readonly model?: string;
  /** Labels a job must have, all of them. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Null asks for the jobs that are nobody's. */
  readonly owner?: string | null;
  /** Inclusive. */
  readonly createdFrom?: Timestamp;
  /** Exclusive. */
  readonly createdBefore?: Timestamp;
}

export interface PageRequest {
  readonly limit: number;
  /** `cursor` of the page before. */
  readonly cursor?: string;
}

export interface JobPageRequest extends PageRequest {
  readonly filter?: JobFilter;
  /** Jobs equal in it are in the order of their ids. Newest first if left out. */
  readonly sort?: { readonly by: "createdAt" | "priority"; readonly descending: boolean };
}

export interface ImagePageRequest {
  readonly limit: number;
  /** Only images with a higher index; left out, from the first. */
  readonly after?: number;
  readonly states?: readonly ImageState[];
}

/** A page and, unless it is the last, the cursor of the next. */
export interface Page<T> {
  readonly items: T[];
  readonly cursor?: string;
}

/** How many images of an owner's jobs are in a state, by model and by the day (UTC) on which the job was created. */
export interface ImageTally {
  readonly model: string;
  readonly day: string;
  readonly state: ImageState;
  readonly images: number;
}

export interface EncodingPageRequest extends PageRequest {
  readonly owner: string | null;
  readonly model: string;
  /** Only of images that were done then or later. */
  readonly from?: Timestamp;
  /** Only of images that were done before. */
  readonly before?: Timestamp;
}

/** The encodings of an image that is done: none where it shows no face. */
export interface ImageEncodings {
  readonly version: string;
  readonly finishedAt: Timestamp;
  readonly encodings: readonly Float64Array[];
}
export type JobCounts = Readonly<Record<JobState, number>>;

/** The memory of a request with an `Idempotency-Key`. Keys of different owners have nothing to do with each other. */
export interface IdempotencyKey {
  readonly owner: string;
  readonly key: string;
}

/** What a request holds while it is in flight. */
export interface IdempotencyClaim extends IdempotencyKey {
  readonly jobId: string;
  /** Names the request, unlike any other, even one with the same key. */
  readonly claimant: string;
}

/** Ends a claim together with the change that the request was for. */
export interface IdempotencyOutcome extends Omit<IdempotencyClaim, "jobId"> {
  /** Stands for the request's content. */
  readonly fingerprint: string;
}

export interface IdempotencyRecord extends IdempotencyClaim {
  /** When it was made or last renewed. */
  readonly claimedAt: Timestamp;
  /** Absent while the request that made the claim is in flight. */
  readonly fingerprint?: string;
}

/** Given the entity as it is, its move, or undefined to leave it alone. Pure: it may be called more than once. */
export type Decision<T> = (current: T) => Move<T> | undefined;

/**
 * The truth about jobs and their images.
 *
 * - Each change is of one entity, a job or an image, and compare-and-set on its revision: of two that change the same
 *   entity one comes after the other and sees what that did. Nothing spans two entities except where a method says so.
 * - An event is stored with the change that caused it, in the same write, and stays unpublished until `markPublished`.
 * - When a promise resolves, the change survives the death of the process; when it rejects, nothing was changed.
 * - Reads see every change whose promise has resolved.
 * - All methods throw STORAGE_FULL when there is no room, STORE_CORRUPT when stored data cannot be read, and
 *   STORE_UNAVAILABLE when a database does not answer. The last leaves open whether the change was made.
 */
export interface JobStore {
  /**
   * Stores a new job with its first images. The job is visible only when all of it is; an idempotency record given
   * along is completed by the same act.
   * @throws IDEMPOTENCY_KEY_IN_USE where another request has taken the claim over.
   */
  insertJob(move: Move<Job>, images: readonly NewImage[], idempotency?: IdempotencyOutcome): Promise<void>;

  /**
   * Adds images, with the event of it, to a job that is `created`. None is ever added to a job that left that state. An
   * idempotency record given along is completed by the same act.
   * @returns the new images; their indexes ascend from behind the last.
   * @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT
   */
  addImages(
    jobId: string,
    images: readonly NewImage[],
    now: Timestamp,
    idempotency?: IdempotencyOutcome,
  ): Promise<JobImage[]>;

  getJob(id: string): Promise<Job | undefined>;
  listJobs(request: JobPageRequest): Promise<Page<Job>>;

  /** How many jobs are in each state. */
  countJobs(): Promise<JobCounts>;

  /** @returns the job after its move; undefined if there is none or the decision was to leave it alone. */
  updateJob(id: string, decide: Decision<Job>): Promise<Job | undefined>;

  /**
   * Removes the job with its images and idempotency records; the event is stored by the same act.
   * @param decide The event of the deletion, or undefined to keep the job.
   * @returns whether the job is gone by this call.
   */
  deleteJob(id: string, decide: (job: Job) => CloudEvent | undefined): Promise<boolean>;

  /** Jobs that were finished before the time, oldest first, for the retention sweep. */
  jobsFinishedBefore(time: Timestamp, limit: number): Promise<Job[]>;

  getImage(jobId: string, index: number): Promise<JobImage | undefined>;
  /** In the order of their indexes. The page is the last if it is shorter than the limit. */
  listImages(jobId: string, request: ImagePageRequest): Promise<JobImage[]>;

  /** @returns the image after its move; undefined if there is none or the decision was to leave it alone. */
  updateImage(jobId: string, index: number, decide: Decision<JobImage>): Promise<JobImage | undefined>;

  countImages(jobId: string): Promise<ImageCounts>;
  /** Whether an image is `pending` or `running`; cheap enough to ask after every image. */
  hasUnfinishedImages(jobId: string): Promise<boolean>;

  /** Counted in one read, so that the numbers agree with each other. */
  tallyImages(owner: string | null): Promise<ImageTally[]>;

  /**
   * What a model that encodes faces gave for images that are done, each image once, in an order of the store's own. An
   * image that is done meanwhile may or may not be among them.
   */
  listEncodings(request: EncodingPageRequest): Promise<Page<ImageEncodings>>;

  /** Images that were given up, by job and index. */
  listDeadLetters(request: PageRequest & Pick<JobFilter, "owner">): Promise<Page<JobImage>>;

  /**
   * Claims an idempotency key for a request that is about to create or change the job; repeated by its claimant, the
   * claim is renewed. One in flight from before `staleBefore` is taken over, its request being dead.
   * @returns the record that holds the key, or undefined if the claim is now ours.
   */
  claimIdempotencyKey(
    claim: Omit<IdempotencyRecord, "fingerprint">,
    staleBefore: Timestamp,
  ): Promise<IdempotencyRecord | undefined>;

  /** Gives up the claim of a request that failed. A completed record stays. */
  releaseIdempotencyKey(claim: IdempotencyClaim): Promise<void>;

  /** Forgets records claimed before the time. @returns how many are gone. */
  sweepIdempotencyKeys(before: Timestamp): Promise<number>;

  /**
   * Events not marked as published. Those of one entity are in the order of its changes; between entities an event
   * that was stored before another change began comes before that change's.
   */
  unpublishedEvents(limit: number): Promise<CloudEvent[]>;

  /** Idempotent. A crash before it means the events are published again, which the log does not mind. */
  markPublished(events: readonly CloudEvent[]): Promise<void>;

  /**
   * Wakes the listener after events were stored, possibly once for many; of this process at least.
   * @returns stops the waking.
   */
  onStored(listener: () => void): () => void;
}
