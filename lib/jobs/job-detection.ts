/**
 * Calls the service that processes a job's image: a detector or, for encodings alone, the encoding service, which never
 * computes one twice.
 */
import type { ServiceBroker } from "moleculer";
import { call } from "../contracts/action.ts";
import { actions } from "../contracts/actions.ts";
import type { ImageReference } from "../contracts/image-source.ts";
import type { Detection } from "../contracts/receipt.ts";
import type { Analysis, ModelResult } from "../contracts/results.ts";
import type { KnownEncoding } from "../encoding/cached-encoder.ts";
import { FACE_ENCODING } from "../encoding/encoding.ts";
import { asFailure } from "../transport/failures.ts";
import type { Outcome } from "./attempts.ts";
import type { Job, JobImage } from "./job.ts";
import { chosenModels } from "./job-models.ts";

// Jobs count their attempts themselves, so the broker must not retry.
const ONCE = { retries: 0 };

export function jobDetection(broker: ServiceBroker, timeoutMs: number) {
  const detect = detectOne(broker, timeoutMs);
  return (job: Job, images: readonly JobImage[]): Promise<Outcome[]> =>
    Promise.all(
      images.map((image) => {
        const { jobId, sha256 } = image;
        return detect({ jobId, sha256 }, job, image).catch(asFailure);
      }),
    );
}

function detectOne(broker: ServiceBroker, timeoutMs: number) {
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

function asAnalysis({ sha256, model, version, width, height, faces, timings }: KnownEncoding): Analysis {
  return { sha256, width, height, results: { [model]: { version, faces } as ModelResult }, timings };
}
