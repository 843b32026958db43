import { config } from "../config.ts";
import type { Model } from "../contracts/model.ts";
import { statesOf } from "../vision/models/catalog.ts";
import type { ServedModels } from "../vision/served-models.ts";

type Log = (fields: object, message: string) => void;

/** Logs what a detector serves, and the reason if it is less or slower than its settings ask for. */
export function logStart(
  logger: { readonly info: Log; readonly warn: Log },
  { models, catalog, worker }: ServedModels,
  startedInMs: number,
): void {
  const { threads, opencvThreads } = config;
  const { haarEngine: engine } = worker;
  if (engine?.fallbackReason) logger.warn({ engine }, "Our own engine is unavailable; falling back to OpenCV's");
  for (const { name, network } of models)
    if (network?.fallbackReason)
      logger.warn({ model: name, reason: network.fallbackReason }, `A model runs on ${network.provider} instead`);
  const unavailable = models.filter(({ state }) => state === "unavailable");
  // Models that are neither configured nor pulled are not a fault.
  const isOptional = ({ name }: Model) => catalog.notPulled.has(name) && !config.models;
  for (const { name, reason } of unavailable.filter((model) => !isOptional(model)))
    logger.warn({ model: name, reason }, "A model is unavailable");
  const notPulled = unavailable.filter(isOptional).map(({ name }) => name);
  if (notPulled.length > 0)
    logger.info({ models: notPulled }, "Models without files; `npm run models -- pull` fetches them");
  logger.info(
    { threads, opencvThreads, engine, models: statesOf(models), startedInMs: Math.round(startedInMs) },
    "Detector is warm",
  );
}
