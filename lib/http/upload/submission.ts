/**
 * Turns an upload into a job. Images are stored as they arrive, small ones several at a time; the job is created once
 * all are stored. A failure before that discards the stored images.
 */
import { hash, randomUUID } from "node:crypto";
import { SpanKind } from "@opentelemetry/api";
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import type { Job, JobSettings } from "../../contracts/job.ts";
import { mergeSettings } from "../../contracts/job-query.ts";
import { toProblem } from "../../contracts/problem.ts";
import type { NewImage } from "../../jobs/job.ts";
import { namedModels } from "../../jobs/job-models.ts";
import type { BlobUpload } from "../../ports/blob-store.ts";
import type { IdempotencyRecord } from "../../ports/job-store.ts";
import { ownerKeyOf } from "../../sessions/owner.ts";
import { inSpan } from "../../telemetry/tracing.ts";
import { uploaderOf } from "../access/client.ts";
import { ImageAllowance } from "../access/image-allowance.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { idempotencyKeyOf, keyReused, underKey } from "../gateway/idempotency.ts";
import { type StorageReservation, withReservation } from "./storage-reservation.ts";
import { type JsonJob, type MappingSettings, mapUpload } from "./upload.ts";
import { uploadMemory } from "./upload-memory.ts";
import type { UploadedImage, UploadLimits } from "./uploaded-image.ts";

/** Maximum images of one request that are stored concurrently. */
const MAX_IN_FLIGHT = 8;

export interface SubmissionRequest {
  readonly request: GatewayRequest;
  readonly settings: JobSettings;
  /** Priority of the job, instead of that of the settings. A request that is repeated with another one is the same. */
  readonly priority?: number;
  /** Whether a JSON body may contain settings. */
  readonly takesSettings?: boolean;
  readonly limits: UploadLimits;
  /** Throws to reject the whole request because of an image. */
  readonly check?: (image: UploadedImage) => Promise<void>;
}

export interface Submitted {
  readonly job: Job;
  /** Whether an earlier request with the same key had already done it. */
  readonly isRepeated: boolean;
}

/**
 * @returns the job, and whether an earlier request with the same key had created it already.
 * @throws what `mapUpload` throws; RATE_LIMITED, STORAGE_QUOTA_EXCEEDED, OVERLOADED, IDEMPOTENCY_KEY_IN_USE,
 * IDEMPOTENCY_KEY_REUSED, STORAGE_FULL.
 */
export function submitUpload(submission: SubmissionRequest): Promise<Submitted> {
  const { request, priority } = submission;
  const caller = request.$ctx;
  const id = randomUUID();
  return underKey<Submitted>({
    caller,
    owner: ownerKeyOf(caller),
    key: idempotencyKeyOf(request),
    jobId: id,
    async first(claim, commit) {
      // Checked after the claim, because a repeated request needs no room. A JSON body may name other models and
      // options, so everything is checked again on submit.
      const { settings: asked } = submission;
      const models = namedModels({ ...asked, options: {} });
      await call(caller, actions.jobs.admit, { ...(models && { models }), isStaged: asked.execute === false });
      return withReservation(request, async (reservation) => {
        const { images, settings: given, identities } = await receiveAndStore(submission, id, reservation);
        const idempotency = claim && { ...claim, fingerprint: fingerprintOf(given, identities) };
        const settings = { ...given, ...(priority !== undefined && { priority }) };
        const job = await commit(actions.jobs.submit, { id, settings, images, ...(idempotency && { idempotency }) });
        return { job, isRepeated: false };
      });
    },
    repeat: (record) => repeat(submission, record, (settings) => settings),
  });
}

/**
 * Adds the images of a request to an existing job: all of them or none.
 * @returns the job, and whether an earlier request with the same key had added them already.
 * @throws what `submitUpload` throws; JOB_NOT_FOUND, JOB_STATE_CONFLICT.
 */
export async function addUpload(submission: SubmissionRequest, jobId: string): Promise<Submitted> {
  const { request } = submission;
  const caller = request.$ctx;
  await call(caller, actions.jobs.get, { id: jobId });
  const subject = { addedTo: jobId };
  return underKey<Submitted>({
    caller,
    owner: ownerKeyOf(caller),
    key: idempotencyKeyOf(request),
    jobId,
    async first(claim, commit) {
      await call(caller, actions.jobs.admit, { isStaged: true, jobId });
      const add = async (reservation: StorageReservation | undefined) => {
        const { images, identities } = await receiveAndStore(submission, jobId, reservation);
        const idempotency = claim && { ...claim, fingerprint: fingerprintOf(subject, identities) };
        const options = { ...(idempotency && { idempotency }), ...(reservation && { upload: reservation.id }) };
        const job = await commit(actions.jobs.addImages, { id: jobId, images, ...options });
        return { job, isRepeated: false };
      };
      return withReservation(request, add, jobId);
    },
    repeat: (record) => repeat(submission, record, () => subject),
  });
}

/** Reads a repeated request only to verify that it is the same; nothing is fetched or stored. */
async function repeat(
  submission: SubmissionRequest,
  { jobId, fingerprint }: IdempotencyRecord,
  subjectOf: (settings: JobSettings) => object,
): Promise<Submitted> {
  const account = uploadMemory.open(uploaderOf(submission.request));
  const mapping = { account, urls: "name" } as const;
  const { identities, settings } = await receive(submission, async (image) => hashed(image), mapping);
  if (fingerprintOf(subjectOf(settings), identities) !== fingerprint) throw keyReused();
  return { job: await call(submission.request.$ctx, actions.jobs.get, { id: jobId }), isRepeated: true };
}

/**
 * Identifies an image: by its name and bytes or, if it was named by URL, by its name and the URL, because the bytes may
 * differ the next time.
 */
type Identity = readonly [
  fileName: string | null,
  ...(readonly [sha256: string, bytes: number] | readonly [url: string]),
];

interface Received {
  readonly images: NewImage[];
  readonly identities: Identity[];
  readonly settings: JobSettings;
}

/** Other services only get references to the images; only a detector reads their bytes again. */
async function receiveAndStore(
  submission: SubmissionRequest,
  jobId: string,
  reservation: StorageReservation | undefined,
): Promise<Received> {
  const { request } = submission;
  const account = uploadMemory.open(uploaderOf(request));
  try {
    const upload = await request.$service.blobs.upload(jobId, account);
    const allowance = new ImageAllowance(request);
    const take = async (image: UploadedImage) => {
      if (!(image.file instanceof Error)) {
        await allowance.take();
        await reservation?.add(image.file.length);
      }
      return checkAndStore(submission, upload, image);
    };
    const expect = (images: number) => allowance.expect(images);
    try {
      const received = await receive(submission, take, { account, expect });
      await reservation?.confirm();
      await inSpan("store images", SpanKind.CLIENT, {}, () => upload.end());
      return received;
    } catch (error) {
      await upload.abandon();
      throw error;
    }
  } finally {
    account.close();
  }
}

async function receive(
  { request, settings, takesSettings, limits }: SubmissionRequest,
  take: (image: UploadedImage) => Promise<NewImage>,
  mapping: Pick<MappingSettings, "account" | "expect" | "urls">,
): Promise<Received> {
  let merged = mergeSettings({}, settings);
  const onJob = (fromBody: JsonJob) => {
    merged = mergeSettings(fromBody, settings);
  };
  // A job with `execute: false` may start empty; images are added later.
  const mayBeEmpty = () => merged.execute === false;
  const takeAndIdentify = async (image: UploadedImage) => {
    const taken = await take(image);
    return { taken, identity: identityOf(image, taken) };
  };
  const reading = { mayBeEmpty, ...(takesSettings && { onJob }), ...mapping };
  const mapped = await mapUpload(request, limits, MAX_IN_FLIGHT, takeAndIdentify, reading);
  return {
    images: mapped.map(({ taken }) => taken),
    identities: mapped.map(({ identity }) => identity),
    settings: merged,
  };
}

async function checkAndStore(
  { check, limits }: SubmissionRequest,
  upload: BlobUpload,
  image: UploadedImage,
): Promise<NewImage> {
  await check?.(image);
  const { fileName, file } = image;
  if (file instanceof Error) return { fileName, sha256: "", bytes: 0, problem: toProblem(file) };
  const put = () => upload.put([file], limits.maxImageBytes);
  return { fileName, ...(await inSpan("store image", SpanKind.CLIENT, {}, put)) };
}

function hashed({ fileName, file }: UploadedImage): NewImage {
  if (file instanceof Error) return { fileName, sha256: "", bytes: 0, problem: toProblem(file) };
  return { fileName, sha256: hash("sha256", file), bytes: file.length };
}

function identityOf({ url }: UploadedImage, { fileName, sha256, bytes }: NewImage): Identity {
  return url === undefined ? [fileName, sha256, bytes] : [fileName, url];
}

/** Identifies a request by its images and the action on them. */
function fingerprintOf(subject: object, images: readonly Identity[]): string {
  return hash("sha256", JSON.stringify([subject, images]));
}
