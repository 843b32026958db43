/**
 * An upload that becomes a job. Each picture is stored as it arrives; the job exists only when all of them are there.
 * Whatever fails before takes the stored pictures with it.
 */
import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { CallingOptions } from "moleculer";
import type { Job, JobSettings } from "../contracts/job.ts";
import { mergeSettings } from "../contracts/job-query.ts";
import { toProblem } from "../contracts/problem.ts";
import { failure } from "../errors.ts";
import type { NewImage } from "../jobs/job.ts";
import { namedModels } from "../jobs/job-models.ts";
import type { IdempotencyRecord } from "../ports/job-store.ts";
import { holderOf } from "../sessions/owner.ts";
import type { GatewayRequest } from "./gateway.ts";
import { mapInOrder } from "./map-in-order.ts";
import { type JsonJob, uploadedImages } from "./upload.ts";
import type { UploadedImage, UploadLimits } from "./uploaded-image.ts";

/** Calls an action of the service `jobs`. */
export type CallJobs = <T>(action: string, params?: object, options?: CallingOptions) => Promise<T>;

/** Pictures of one request that are being stored at once. */
const MAX_IN_FLIGHT = 8;
const KEY = /^[\x21-\x7e]{1,255}$/;

export interface SubmissionRequest {
  readonly request: GatewayRequest;
  readonly settings: JobSettings;
  readonly limits: UploadLimits;
  readonly call: CallJobs;
  /** Throws for an image that the whole request is to be refused for. */
  readonly check?: (image: UploadedImage) => void;
}

/**
 * @returns the job, and whether an earlier request with the same key had created it already.
 * @throws what `uploadedImages` throws; OVERLOADED, IDEMPOTENCY_KEY_IN_USE, IDEMPOTENCY_KEY_REUSED, STORAGE_FULL.
 */
export async function submitUpload(submission: SubmissionRequest): Promise<{ job: Job; isRepeated: boolean }> {
  const { call, request } = submission;
  const id = randomUUID();
  const owner = holderOf(request.$ctx);
  const key = idempotencyKeyOf(request);
  const earlier = key && (await call<IdempotencyRecord | null>("claim", { owner, key, jobId: id }));
  if (earlier) return repeat(submission, earlier);
  try {
    // After the key: a request that comes again needs no room.
    const models = namedModels(submission.settings);
    await call("admit", models ? { models } : {});
    const { images, settings } = await receive(submission, (image) => store(call, id, image));
    const fingerprint = fingerprintOf(settings, images);
    const idempotency = key && { owner, key, fingerprint };
    const job = await call<Job>("submit", { id, settings, images, ...(idempotency && { idempotency }) });
    return { job, isRepeated: false };
  } catch (error) {
    await call("discard", { jobId: id, ...(key && { owner, key }) });
    throw error;
  }
}

/** Stores the images of a request for a job that is there already. */
export async function storeUpload(submission: SubmissionRequest, jobId: string): Promise<readonly NewImage[]> {
  const { images } = await receive(submission, (image) => store(submission.call, jobId, image));
  return images;
}

/** The request came before: it is read once more, to see that it is the same, but nothing is stored. */
async function repeat(submission: SubmissionRequest, earlier: IdempotencyRecord) {
  if (earlier.fingerprint === undefined) {
    const detail = "The first request with this Idempotency-Key is still being processed.";
    throw failure("IDEMPOTENCY_KEY_IN_USE", detail, { retryAfterSeconds: 1 });
  }
  const { images, settings } = await receive(submission, async (image) => hashed(image));
  if (fingerprintOf(settings, images) !== earlier.fingerprint)
    throw failure("IDEMPOTENCY_KEY_REUSED", "Another request was sent with this Idempotency-Key.");
  return { job: await submission.call<Job>("get", { id: earlier.jobId }), isRepeated: true };
}

async function receive(
  { request, settings, limits, check }: SubmissionRequest,
  take: (image: UploadedImage) => Promise<NewImage>,
): Promise<{ images: NewImage[]; settings: JobSettings }> {
  let merged = mergeSettings({}, settings);
  const onJob = (fromBody: JsonJob) => {
    merged = mergeSettings(fromBody, settings);
  };
  // A job that waits for its images may begin without any.
  const mayBeEmpty = () => merged.execute === false;
  const uploaded = uploadedImages(request, limits, { mayBeEmpty, onJob });
  const images = await mapInOrder(uploaded, MAX_IN_FLIGHT, async (image) => {
    check?.(image);
    return take(image);
  });
  return { images, settings: merged };
}

async function store(call: CallJobs, jobId: string, { fileName, file }: UploadedImage): Promise<NewImage> {
  if (file instanceof Error) return { fileName, sha256: "", bytes: 0, problem: toProblem(file) };
  return { fileName, ...(await call<{ sha256: string; bytes: number }>("storeImage", { jobId, image: file })) };
}

function hashed({ fileName, file }: UploadedImage): NewImage {
  if (file instanceof Error) return { fileName, sha256: "", bytes: 0, problem: toProblem(file) };
  return { fileName, sha256: createHash("sha256").update(file).digest("hex"), bytes: file.length };
}

/** Stands for all that makes two requests the same. */
function fingerprintOf(settings: JobSettings, images: readonly NewImage[]): string {
  const content = JSON.stringify([settings, images.map(({ fileName, sha256, bytes }) => [fileName, sha256, bytes])]);
  return createHash("sha256").update(content).digest("hex");
}

function idempotencyKeyOf(request: IncomingMessage): string | undefined {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key !== "string" || !KEY.test(key))
    throw failure("INVALID_OPTION", "Idempotency-Key must be 1 to 255 printable ASCII characters without spaces.");
  return key;
}
