/** `POST /process`: one receipt per image, in the order of upload. */
import type { ServerResponse } from "node:http";
import type { Static } from "typebox";
import { checkOptionsByName, type ModelOptions } from "../../contracts/options.ts";
import type { ProcessQuery } from "../../contracts/process.ts";
import type { AnyReceipt } from "../../contracts/results.ts";
import { definitions, type Failure, failure } from "../../errors.ts";
import { asFailure } from "../../transport/failures.ts";
import { type AnnotationFormat, JPEG_LARGEST_SIDE, PNG_LARGEST_SIDE } from "../../vision/annotation.ts";
import type { PoolAnalysis, PoolDetection } from "../../vision/pool-types.ts";
import { uploaderOf } from "../access/client.ts";
import { requireScope } from "../access/guard.ts";
import { ImageAllowance } from "../access/image-allowance.ts";
import { departureOf } from "../connections/departure.ts";
import { accounted, admitted } from "../gateway/admit.ts";
import { clientProblem } from "../gateway/base-path.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { ANNOTATED, insteadOfJpeg, negotiate, preferred, type Representation } from "../gateway/negotiation.ts";
import { parsePrefer } from "../gateway/prefer.ts";
import { JSON_TYPE, sendBody } from "../gateway/reply.ts";
import { imageCounts } from "../upload/image-counts.ts";
import type { InFlightLimit } from "../upload/map-in-order.ts";
import { mapUpload } from "../upload/upload.ts";
import { type UploadAccount, uploadMemory } from "../upload/upload-memory.ts";
import type { UploadedImage, UploadLimits } from "../upload/uploaded-image.ts";
import { deferProcess } from "./deferred-process.ts";
import { answerOf, Receipts } from "./receipts.ts";

export interface ImageRequest {
  readonly image: Buffer;
  readonly options: ModelOptions;
  /** Names of models; omitted for the default, `faces-haar`. */
  readonly models?: string[];
  readonly annotate?: AnnotationFormat;
  /** Aborted when the client has gone: the image need not be processed any more. */
  readonly signal: AbortSignal;
}

export interface ProcessRouteSettings {
  readonly limits: UploadLimits;
  /** Images of one request that are processed concurrently at first. Each finished image makes room for one more. */
  readonly firstInFlight: number;
  /** Maximum images of one request that are processed concurrently. */
  readonly maxInFlight: number;
  /** @throws MODEL_NOT_FOUND, MODEL_UNAVAILABLE, INVALID_OPTION */
  readonly requireReady: (models: readonly string[], options: ModelOptions) => Promise<void>;
  readonly processImage: (request: ImageRequest) => Promise<PoolOutcome>;
}

/** Message for an image that detectors drew as a PNG, because it cannot be a JPEG. */
const NO_JPEG = `A JPEG has at most ${JPEG_LARGEST_SIDE} pixels a side, the annotated image has more; accept image/png.`;
const NO_IMAGE = `An annotated image has at most ${PNG_LARGEST_SIDE} pixels a side, this one has more; ask for JSON.`;
const PNG_FIRST_BYTE = 0x89;

type PoolOutcome = PoolDetection | PoolAnalysis;
/** The outcome of an image: its receipt as JSON, and the annotated image if requested, or the failure. */
type Outcome = Done | { readonly fileName: string | null; readonly error: Failure };
type Done = { readonly receipt: string } & Pick<PoolOutcome, "annotated">;

/** The work on each image of a request. */
type Task = Omit<ImageRequest, "image">;

/**
 * A request is refused before its body is read, or processed to its end.
 * @throws errors of the whole request; an error of a single image is in its receipt.
 */
export async function processRoute(
  request: GatewayRequest,
  response: ServerResponse,
  { annotate, async: isAsync = false, models: list, ...options }: Static<typeof ProcessQuery>,
  settings: ProcessRouteSettings,
): Promise<void> {
  const models = list === undefined ? undefined : [...new Set(list.split(","))];
  checkOptionsByName(models, options);
  const choice = { options, ...(models && { models }) };
  const { accept, prefer } = request.headers;
  // Refusals and deferred answers depend on `Accept` too.
  response.appendHeader("Vary", "Accept");
  const representation = annotate ? preferred(accept, ANNOTATED) : negotiate(accept);
  const format = representation === "json" ? undefined : representation;

  const preferences = parsePrefer(prefer);
  const respondAsync = isAsync || preferences.respondAsync;
  if (respondAsync || preferences.waitSeconds !== undefined) {
    if (format) throw failure("INVALID_OPTION", "An annotated image cannot be deferred.");
    // The request becomes a job, which is kept.
    requireScope(request, "jobs");
    return deferProcess(request, response, choice, { ...preferences, respondAsync });
  }

  // Fails before the upload is read.
  if (models) await settings.requireReady(models, options);
  const task = { ...choice, ...(format && { annotate: format }), signal: departureOf(response) };
  const outcomes = await processNow(request, task, settings);
  refuseIfNothingDone(outcomes);
  if (format) {
    const { annotated } = onlyOne(outcomes);
    const sent = sentAs(annotated, format, accept, annotate);
    if (annotated && sent !== "json") return sendBody(response, 200, `image/${sent}`, annotated);
  }
  const texts = outcomes.map((outcome) => receiptOf(request, outcome));
  sendBody(response, 200, JSON_TYPE, answerOf(models, texts));
}

/** Processes the images as they arrive, if the request is admitted. @throws OVERLOADED; what `mapUpload` throws */
async function processNow(request: GatewayRequest, task: Task, settings: ProcessRouteSettings): Promise<Outcome[]> {
  const { models, annotate, signal: departure } = task;
  const images = annotate ? 1 : Math.min(imageCounts.estimate(request), settings.maxInFlight);
  const arrived = await admitted(request, { models, images, departure }, (accepted) => {
    const inFlight = new GrowingLimit(settings);
    const allowance = new ImageAllowance(request);
    const account = uploadMemory.open(uploaderOf(request));
    const receipts = new Receipts(account);
    const process = async (image: Buffer) => {
      await allowance.take();
      const outcome = await accounted(accepted, () => settings.processImage({ image, ...task }));
      inFlight.grow();
      return outcome;
    };
    const { limits } = settings;
    const limit = () => accepted.limit(inFlight.now);
    return receive(request, { limits, limit, allowance, account }, annotate, async (image) => ({
      outcome: await processOne(image, process, receipts),
      isByUrl: image.url !== undefined,
    }));
  });
  // A body that names images by URL tells nothing about the number of images in other bodies.
  if (!arrived.some(({ isByUrl }) => isByUrl)) imageCounts.learn(request, arrived.length);
  return arrived.map(({ outcome }) => outcome);
}

/** The number of images of a request that are processed at a time. It grows with each image that is done. */
class GrowingLimit {
  now: number;
  readonly #max: number;

  constructor({ firstInFlight, maxInFlight }: Pick<ProcessRouteSettings, "firstInFlight" | "maxInFlight">) {
    this.now = firstInFlight;
    this.#max = maxInFlight;
  }

  grow(): void {
    this.now = Math.min(this.now + 1, this.#max);
  }
}

interface Reception {
  readonly limits: UploadLimits;
  readonly limit: InFlightLimit;
  readonly allowance: ImageAllowance;
  readonly account: UploadAccount;
}

/** A request for an annotated image may have only one image, and is rejected when a second one begins. */
async function receive<R>(
  request: GatewayRequest,
  { limits, limit, allowance, account }: Reception,
  format: AnnotationFormat | undefined,
  process: (image: UploadedImage) => Promise<R>,
): Promise<R[]> {
  const mapping = { account, expect: (images: number) => allowance.expect(images) };
  if (!format) return mapUpload(request, limits, limit, process, mapping);
  try {
    return await mapUpload(request, { ...limits, maxImagesPerRequest: 1 }, limit, process, mapping);
  } catch (error) {
    if (asFailure(error).type !== "TOO_MANY_IMAGES") throw error;
    throw failure("INVALID_OPTION", "An annotated image can be returned for one image only.");
  }
}

async function processOne(
  { fileName, file }: UploadedImage,
  processImage: (image: Buffer) => Promise<PoolOutcome>,
  receipts: Receipts,
): Promise<Outcome> {
  if (file instanceof Error) return { fileName, error: file };
  let done: PoolOutcome;
  try {
    done = await processImage(file);
  } catch (error) {
    return { fileName, error: asFailure(error) };
  }
  const { annotated, ...detection } = done;
  return { receipt: receipts.add({ fileName, ...detection }), ...(annotated && { annotated }) };
}

/** Fails the request, so that it can be retried, if no image is at fault itself. */
function refuseIfNothingDone(outcomes: readonly Outcome[]): void {
  const errors = outcomes.map((outcome) => ("error" in outcome ? outcome.error : undefined));
  const first = errors[0];
  const isOfImage = ({ type }: Failure) => definitions[type].status < 500 && type !== "RATE_LIMITED";
  if (first && errors.every((error) => error && !isOfImage(error))) throw first;
}

function receiptOf(request: GatewayRequest, outcome: Outcome): string {
  if ("receipt" in outcome) return outcome.receipt;
  const { fileName, error } = outcome;
  return JSON.stringify({
    fileName,
    problem: clientProblem(request, error, request.$ctx.requestID ?? undefined),
  } satisfies AnyReceipt);
}

/** The outcome of a request for an annotated image. @throws the image's problem. */
function onlyOne([outcome]: readonly Outcome[]): Partial<Done> {
  if (outcome && "error" in outcome) throw outcome.error;
  return outcome ?? {};
}

/** @throws NOT_ACCEPTABLE if the client accepts none of the forms that the annotated image can have. */
function sentAs(
  annotated: Uint8Array | undefined,
  format: AnnotationFormat,
  accept: string | undefined,
  onlyImages = false,
): Representation {
  if (annotated)
    return format === "jpeg" && isPng(annotated) ? preferred(accept, insteadOfJpeg(onlyImages), NO_JPEG) : format;
  if (onlyImages) throw failure("NOT_ACCEPTABLE", NO_IMAGE);
  return preferred<Representation>(accept, [["application/json", "json"]], NO_IMAGE);
}

function isPng(file: Uint8Array): boolean {
  return file[0] === PNG_FIRST_BYTE;
}
