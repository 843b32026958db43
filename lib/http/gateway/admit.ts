/** Admits requests with images, from their headers alone. See `Admission`. */
import type { AdmittedRequest, Ended } from "../../admission/admission.ts";
import { detectorEndpoints, hasModels, metadataOf, ownDetectors } from "../../balancing/detectors.ts";
import { config } from "../../config.ts";
import { FACES_HAAR } from "../../contracts/model-name.ts";
import { definitions } from "../../errors.ts";
import { admissions } from "../../telemetry/metrics.ts";
import { asFailure } from "../../transport/failures.ts";
import { clientOf } from "../access/client.ts";
import { overloaded } from "./early-refusals.ts";
import type { GatewayRequest } from "./gateway-request.ts";

export interface Demand {
  /** Default: `faces-haar`. */
  readonly models?: readonly string[] | undefined;
  /** Number of images expected to be in work at a time. */
  readonly images: number;
  /** Aborted when the client has gone. */
  readonly departure?: AbortSignal;
}

interface Timed {
  readonly timings: { readonly decodeMs?: number; readonly inferenceMs: number };
}

/**
 * Admits the request and passes it to `work`.
 * @throws OVERLOADED with the time until it would be admitted.
 */
export async function admitted<R>(
  request: GatewayRequest,
  { models = [FACES_HAAR], images, departure }: Demand,
  work: (admitted: AdmittedRequest) => Promise<R>,
): Promise<R> {
  const { $ctx, $service } = request;
  const client = clientOf(request);
  const endpoints = detectorEndpoints($ctx.broker);
  const reachable = config.processes > 1 ? ownDetectors(endpoints) : endpoints;
  const detectors = reachable
    .map((endpoint) => ({ id: endpoint.id, ...metadataOf(endpoint) }))
    .filter((detector) => canServe(detector, models))
    .map(({ id, threads }) => ({ id, threads }));
  const kind = models.toSorted().join();
  const asked = { client, kind, images, detectors };
  const outcome = $service.admission.admit(asked);
  if ("retryAfterMs" in outcome) {
    admissions.inc({ outcome: "refused" });
    $service.earlyRefusals.remember(request, asked, outcome.retryAfterMs);
    throw overloaded(outcome.retryAfterMs);
  }
  admissions.inc({ outcome: "admitted" });
  Object.assign($ctx.meta, { client });
  const startedAt = performance.now();
  try {
    return await work(outcome.request);
  } finally {
    if (departure?.aborted) $service.admission.gaveUp(client, performance.now() - startedAt);
    outcome.request.close();
  }
}

/**
 * Keeps account of an image of an admitted request while it is processed.
 * @param request Undefined if the request needs no admission.
 */
export async function accounted<A extends object>(
  request: AdmittedRequest | undefined,
  process: () => Promise<A>,
): Promise<A> {
  if (!request) return process();
  const startedAt = performance.now();
  let ended: Ended | undefined;
  request.begin();
  try {
    const answer = await process();
    ended = endOf(answer, performance.now() - startedAt);
    return answer;
  } catch (error) {
    // Only failures of the service count. A fault of the image says nothing about the detectors.
    if (definitions[asFailure(error).type].status >= 500) ended = "failed";
    throw error;
  } finally {
    request.end(ended);
  }
}

function endOf(answer: object, elapsedMs: number): Ended | undefined {
  if (!("timings" in answer)) return {};
  const { decodeMs = 0, inferenceMs } = (answer as Timed).timings;
  const threadMs = decodeMs + inferenceMs;
  // An answer that came faster than its timings say was in a cache, so the timings are old.
  return elapsedMs < threadMs ? undefined : { threadMs };
}

function canServe(detector: Parameters<typeof hasModels>[0], models: readonly string[]): boolean {
  return Object.keys(detector.models).length === 0 || hasModels(detector, models);
}
