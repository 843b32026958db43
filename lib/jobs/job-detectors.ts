/** Whether detectors have the models of jobs. */
import type { Context, ServiceBroker } from "moleculer";
import { requireModels } from "../balancing/detector-models.ts";
import { connectedDetectors, isServed } from "../balancing/detectors.ts";
import { config } from "../config.ts";
import { FACES_HAAR } from "../contracts/model-name.ts";
import type { ModelOptions } from "../contracts/options.ts";
import type { Job } from "./job.ts";
import { isEncoding } from "./job-detection.ts";
import { chosenModels } from "./job-models.ts";

/**
 * Checks the models of a new job. Without a connected detector, that is left to the detector that runs the job.
 * @throws MODEL_NOT_FOUND, MODEL_UNAVAILABLE; INVALID_OPTION for an option that none of the models takes
 */
export async function requireNamed(
  ctx: Context<unknown>,
  names: readonly string[] | undefined,
  options?: ModelOptions,
): Promise<void> {
  // A remote encoder is checked only when there is something to encode.
  if (config.encoderUrl && isEncoding(names)) return;
  if (names && connectedDetectors(ctx.broker).length > 0) await requireModels(ctx, names, options);
}

/**
 * Whether a detector has the models of a job, as far as known. Images that are only encoded may need no detector: the
 * encoder may be remote, or know them.
 */
export function isJobServed(broker: ServiceBroker, { options }: Pick<Job, "options">): boolean {
  const { models = [FACES_HAAR] } = chosenModels(options);
  return isEncoding(models) || isServed(broker, models);
}
