/**
 * Calls the service that processes images of a job: a detector, or for encodings alone the encoding service, which
 * never computes an encoding twice.
 */
import type { ServiceBroker } from "moleculer";
import pMap from "p-map";
import { call } from "../contracts/action.ts";
import { actions } from "../contracts/actions.ts";
import type { ImageOutcome } from "../contracts/detector-actions.ts";
import type { ImageReference } from "../contracts/image-source.ts";
import type { Detection } from "../contracts/receipt.ts";
import type { Analysis } from "../contracts/results.ts";
import { FACE_ENCODING, type KnownEncoding } from "../encoding/encoding.ts";
import { type Failure, failure } from "../errors.ts";
import { asFailure } from "../transport/failures.ts";
import type { Outcome } from "./attempts.ts";
import type { Job, JobImage } from "./job.ts";
import { chosenModels } from "./job-models.ts";

/** An image to process: its reference without the job, and whether it must be tried alone. */
export type ImageToDetect = Omit<ImageReference, "jobId"> & Pick<JobImage, "suspect">;

// Jobs count their attempts themselves, so the broker must not retry.
const ONCE = { retries: 0 };
/** Maximum images of a parcel that are encoded at the same time. */
const ENCODED_AT_A_TIME = 8;

/**
 * @param timeoutMs Time within which an image must be begun and, once begun, done.
 * @returns a function that processes images of a job, at most 64, and resolves with their outcomes in the same order. A
 *   suspect must come alone. It rejects if the whole call failed: the error is then the outcome of every image.
 */
export function jobDetection(broker: ServiceBroker, timeoutMs: number) {
  return async (job: Pick<Job, "id" | "options" | "owner">, images: readonly ImageToDetect[]): Promise<Outcome[]> => {
    const detectAlone = imageDetection(broker, timeoutMs);
    const { models, options } = chosenModels(job.options);
    const alone = (image: ImageToDetect) => detectAlone({ jobId: job.id, ...referenceOf(image) }, job, image);
    const [first] = images;
    if (first?.suspect && images.length === 1) return [await alone(first)];
    if (isEncoding(models)) {
      const encode = (image: ImageToDetect) => alone(image).catch((error) => loggedFailure(broker, error));
      return pMap(images, encode, { concurrency: ENCODED_AT_A_TIME });
    }
    const params = { jobId: job.id, images: images.map(referenceOf), timeoutMs };
    const choice = { ...(models && { models }), ...(options && { options }) };
    const outcomes = await call(broker, actions.detector.detectMany, { ...params, ...choice }, ONCE);
    return outcomes.map(toOutcome);
  };
}

function referenceOf({ sha256, pack }: ImageToDetect): Omit<ImageReference, "jobId"> {
  return { sha256, ...(pack !== undefined && { pack }) };
}

/** As `jobDetection`, for one image. */
function imageDetection(broker: ServiceBroker, timeoutMs: number) {
  return (
    image: ImageReference,
    job: Pick<Job, "options" | "owner">,
    { suspect }: Pick<JobImage, "suspect">,
  ): Promise<Detection | Analysis> => {
    const choice = chosenModels(job.options);
    const bulk = { priority: "bulk", ...(suspect && { suspect }) } as const;
    if (!isEncoding(choice.models)) {
      const params = { image, ...choice, timeoutMs, ...bulk };
      return call(broker, actions.detector.detect, params, ONCE);
    }
    const meta = job.owner === undefined ? {} : { owner: job.owner };
    const params = { image, options: choice.options ?? {}, ...bulk };
    return call(broker, actions.encodings.encode, params, { ...ONCE, meta }).then(asAnalysis);
  };
}

/** Whether only encodings are requested. */
export function isEncoding(models: readonly string[] | undefined): boolean {
  return models?.length === 1 && models[0] === FACE_ENCODING;
}

/**
 * The error as a failure. An unexpected error becomes INTERNAL_ERROR and is logged, since the failure does not show it.
 */
function loggedFailure({ logger }: ServiceBroker, error: unknown): Failure {
  const known = asFailure(error);
  if (known.type === "INTERNAL_ERROR") logger.error({ err: error }, "An image of a job failed for an unknown reason");
  return known;
}

function toOutcome(outcome: ImageOutcome): Outcome {
  if ("detection" in outcome) return outcome.detection;
  const { code, detail, data } = outcome.failure;
  return failure(code, detail, data);
}

function asAnalysis({ sha256, model, version, width, height, faces, timings }: KnownEncoding): Analysis {
  return { sha256, width, height, results: { [model]: { version, faces: [...faces] } }, timings };
}
