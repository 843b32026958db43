/** The actions of `jobs` and `pictures`. */
import { type Static, Type } from "typebox";
import type { Page } from "../page.ts";
import type { IdempotencyRecord } from "../ports/job-store.ts";
import { contractsOf, NoResult, typed } from "./action.ts";
import { Bytes, isBytes } from "./bytes.ts";
import { ImageReference, PackName } from "./image-source.ts";
import {
  DeadLetterPage,
  DeadLettersQuery,
  Job,
  JobId,
  type JobImage,
  JobListQuery,
  JobPage,
  JobSettings,
  ResultsPage,
  ResultsQuery,
} from "./job.ts";
import type { JobState } from "./job-states.ts";
import { ModelNames } from "./model.ts";
import { Problem } from "./problem.ts";
import { Sha256 } from "./sha256.ts";
import { WaitMs } from "./waiting.ts";

const closed = { additionalProperties: false } as const;

export const JobParams = Type.Object({ id: JobId }, closed);
export type JobParams = Static<typeof JobParams>;

export const AdmitParams = Type.Object(
  {
    models: Type.Optional(ModelNames),
    /** Whether the images are not executed yet. */
    isStaged: Type.Optional(Type.Boolean()),
    /** The job to which the images are added. */
    jobId: Type.Optional(JobId),
  },
  closed,
);

const ReserveParams = Type.Object(
  {
    upload: Type.String({ format: "uuid" }),
    bytes: Type.Integer({ minimum: 0 }),
    before: Type.Integer({ minimum: 0 }),
    limit: Type.Integer({ minimum: 1 }),
    /** The job to which the images are added. */
    jobId: Type.Optional(JobId),
  },
  closed,
);
const ReleaseParams = Type.Object(
  {
    upload: Type.String({ format: "uuid" }),
    /** The job to which the images were to be added, and the number of bytes that are stored. */
    added: Type.Optional(Type.Object({ jobId: JobId, stored: Type.Integer({ minimum: 0 }) }, closed)),
  },
  closed,
);

export const StoreImageParams = Type.Object({ jobId: JobId, image: Bytes }, closed);

const NewImages = Type.Array(
  Type.Object(
    {
      fileName: Type.Union([Type.String(), Type.Null()]),
      sha256: Type.String(),
      bytes: Type.Integer({ minimum: 0 }),
      pack: Type.Optional(PackName),
      // A problem that was created where the upload was read.
      problem: Type.Optional(Type.Unsafe<Problem>(Problem)),
    },
    closed,
  ),
);

const Claim = { owner: Type.String(), key: Type.String(), jobId: JobId, claimant: Type.String() };
const Idempotency = Type.Object({ ...Claim, fingerprint: Type.String() }, closed);

export const SubmitParams = Type.Object(
  {
    id: JobId,
    settings: JobSettings,
    images: NewImages,
    idempotency: Type.Optional(Idempotency),
  },
  closed,
);

export const AddImagesParams = Type.Object(
  {
    id: JobId,
    images: NewImages,
    idempotency: Type.Optional(Idempotency),
    upload: Type.Optional(ReserveParams.properties.upload),
  },
  closed,
);

export const ListParams = JobListQuery;
export const DeadLettersParams = DeadLettersQuery;
export type DeadLettersParams = Static<typeof DeadLettersParams>;

const { wait: _seconds, ...page } = ResultsQuery.properties;
export const ResultsParams = Type.Object({ id: JobId, ...page }, closed);

export const WaitParams = Type.Object({ id: JobId, waitMs: WaitMs }, closed);

export const ClaimParams = Type.Object(Claim, closed);

export const DiscardParams = Type.Object({ jobId: JobId, claim: Type.Optional(ClaimParams) }, closed);

const place = { jobId: JobId, index: Type.Integer({ minimum: 0 }) };
const ImagePlace = Type.Object(place, closed);
const ImageDescription = Type.Object({ sha256: Sha256, bytes: Type.Integer({ minimum: 0 }) });

export const ImageParams = Type.Object(
  {
    ...place,
    /** Whether a file that is no longer stored is an error. Otherwise the reader of the file finds out. */
    mustBeStored: Type.Optional(Type.Boolean()),
  },
  closed,
);
export type ImageParams = Static<typeof ImageParams>;

const Readiness = Type.Object({
  status: Type.Literal("ready"),
  /** Threads of all connected detectors. */
  threads: Type.Integer({ minimum: 1 }),
  models: Type.Record(Type.String(), Type.String(), { description: "The states of the models, by name." }),
});

/** The request that claimed a key, with a `fingerprint` once it has completed. */
const ClaimedKey = typed<IdempotencyRecord>()(
  Type.Object({ ...Claim, claimedAt: Type.String(), fingerprint: Type.Optional(Type.String()) }),
);
const FirstRequest = Type.Object({ ...Claim, claimedAt: Type.String(), fingerprint: Type.String() });

const ImageBytes = Type.Refine(Type.Unsafe<Uint8Array>({}), isBytes);
const StoredImage = Type.Object({
  sha256: Type.String(),
  bytes: Type.Integer({ minimum: 0 }),
  pack: Type.Optional(PackName),
});

// `JobImage` is wider than its schema. Any result may have `faces`, `results` or both.
const ImagesOfJob = Type.Unsafe<{ jobState: JobState } & Page<JobImage>>(ResultsPage);
const DeadLetters = Type.Unsafe<Page<{ jobId: string } & JobImage>>(DeadLetterPage);

export const jobActions = contractsOf("jobs", {
  /** Whether images can be processed now. @throws NO_DETECTOR */
  ready: { result: Readiness, isRepeatable: true },
  /**
   * Checks whether there is room for a job, and whether its models are ready. @throws OVERLOADED, MODEL_NOT_FOUND,
   * MODEL_UNAVAILABLE
   */
  admit: { params: AdmitParams, result: NoResult, isRepeatable: true },
  /**
   * Claims an idempotency key.
   * @returns the record of the request that claimed the key, or null if the claim succeeded.
   */
  claim: { params: ClaimParams, result: Type.Union([ClaimedKey, Type.Null()]), isRepeatable: true },
  /** Renews the claim of a request in flight. */
  renew: { params: ClaimParams, result: NoResult, isRepeatable: true },
  /**
   * The first request with an idempotency key, for requests that create with `Creation`: this request if there was
   * none.
   */
  first: { params: Idempotency, result: FirstRequest, isRepeatable: true },
  /** Forgets such a request, which has created nothing and never will. */
  forget: { params: ClaimParams, result: NoResult, isRepeatable: true },
  /** Discards an upload that did not become a job: its images and its claim on a key. */
  discard: { params: DiscardParams, result: NoResult, isRepeatable: true },
  /**
   * Reserves room for the images of an upload, which has a random id: see `StorageQuota`. @throws
   * STORAGE_QUOTA_EXCEEDED
   */
  reserveStorage: { params: ReserveParams, result: NoResult, isRepeatable: true },
  /** Releases the room of an upload that is over, or has become part of a job. */
  releaseStorage: { params: ReleaseParams, result: NoResult, isRepeatable: true },
  /**
   * Stores an image for a job that is about to be submitted or is `created`. For nodes without direct access to the
   * storage; see `lib/backends/blob-access.ts`.
   */
  storeImage: { params: StoreImageParams, result: StoredImage },
  /** The bytes of an image stored by `storeImage`, or null. For the same nodes. */
  loadImage: { params: ImageReference, result: Type.Union([ImageBytes, Type.Null()]), isRepeatable: true },
  /** Creates a job from stored images. The job is durable once this returns. @throws OVERLOADED if not executed. */
  submit: { params: SubmitParams, result: Job },
  addImages: { params: AddImagesParams, result: Job, ownJob: "id" },
  execute: { params: JobParams, result: Job, ownJob: "id" },
  get: { params: JobParams, result: Job, isRepeatable: true, ownJob: "id" },
  list: { params: ListParams, result: JobPage, isRepeatable: true },
  /** A page of the job's images with their receipts. */
  results: { params: ResultsParams, result: ImagesOfJob, isRepeatable: true, ownJob: "id" },
  /** Waits until the job has finished or the time has elapsed, and returns the job. */
  wait: { params: WaitParams, result: Job, isRepeatable: true, ownJob: "id" },
  cancel: { params: JobParams, result: Job, ownJob: "id" },
  /** Requeues the failed images of a finished job. */
  retry: { params: JobParams, result: Job, ownJob: "id" },
  remove: { params: JobParams, result: NoResult, ownJob: "id", mayBeGone: true },
  /** Images that ran out of attempts, across all jobs. */
  deadLetters: { params: DeadLettersParams, result: DeadLetters, isRepeatable: true },
});

export const imageActions = contractsOf("pictures", {
  /** A reference to an image's file. @throws JOB_NOT_FOUND, IMAGE_NOT_FOUND, PICTURE_GONE */
  find: { params: ImageParams, result: ImageReference, isRepeatable: true, ownJob: "jobId" },
  /** What is known of an image's file without reading it; it is stored. @throws as `find` does */
  describe: { params: ImagePlace, result: ImageDescription, isRepeatable: true, ownJob: "jobId" },
});
