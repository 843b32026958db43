/** Parameters of the actions of `jobs` and `events`, for calls from other services and from the REPL. */
import { type Static, Type } from "typebox";
import { Bytes } from "./bytes.ts";
import { ImageReference } from "./image-source.ts";
import { DeadLettersQuery, JobId, JobListQuery, JobSettings, MAX_WAIT_SECONDS, ResultsQuery } from "./job.ts";
import { ModelNames } from "./model.ts";

const closed = { additionalProperties: false } as const;

export const JobParams = Type.Object({ id: JobId }, closed);
export type JobParams = Static<typeof JobParams>;

export const AdmitParams = Type.Object({ models: Type.Optional(ModelNames) }, closed);
export type AdmitParams = Static<typeof AdmitParams>;

export const StoreImageParams = Type.Object({ jobId: JobId, image: Bytes }, closed);
export type StoreImageParams = Static<typeof StoreImageParams>;

export const LoadImageParams = ImageReference;
export type LoadImageParams = Static<typeof LoadImageParams>;

const NewImages = Type.Array(
  Type.Object(
    {
      fileName: Type.Union([Type.String(), Type.Null()]),
      sha256: Type.String(),
      bytes: Type.Integer({ minimum: 0 }),
      // A problem of ours, made where the upload was read.
      problem: Type.Optional(Type.Unsafe<never>({ type: "object" })),
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
export type SubmitParams = Static<typeof SubmitParams>;

export const AddImagesParams = Type.Object(
  { id: JobId, images: NewImages, idempotency: Type.Optional(Idempotency) },
  closed,
);
export type AddImagesParams = Static<typeof AddImagesParams>;

export const ListParams = JobListQuery;
export const DeadLettersParams = DeadLettersQuery;
export type DeadLettersParams = Static<typeof DeadLettersParams>;

const { wait: _seconds, ...page } = ResultsQuery.properties;
export const ResultsParams = Type.Object({ id: JobId, ...page }, closed);
export type ResultsParams = Static<typeof ResultsParams>;

const WaitMs = Type.Integer({ minimum: 0, maximum: MAX_WAIT_SECONDS * 1000 });

export const WaitParams = Type.Object({ id: JobId, waitMs: WaitMs }, closed);
export type WaitParams = Static<typeof WaitParams>;

export const ClaimParams = Type.Object(Claim, closed);
export type ClaimParams = Static<typeof ClaimParams>;

export const DiscardParams = Type.Object({ jobId: JobId, claim: Type.Optional(ClaimParams) }, closed);
export type DiscardParams = Static<typeof DiscardParams>;

export const PictureParams = Type.Object({ jobId: JobId, index: Type.Integer({ minimum: 0 }) }, closed);
export type PictureParams = Static<typeof PictureParams>;

export const ReadEventsParams = Type.Object(
  {
    after: Type.Integer({ minimum: 0 }),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    jobId: Type.Optional(JobId),
    waitMs: Type.Optional(WaitMs),
  },
  closed,
);
export type ReadEventsParams = Static<typeof ReadEventsParams>;
