/**
 * The models of a job. `options.models` lists the models that the client named. `model` has their names, joined by
 * commas, or `faces-haar` for a default job, whose images have `faces` and no `results`.
 */
import { FACES_HAAR } from "../contracts/model-name.ts";
import { checkOptionsByName, type ModelOptions } from "../contracts/options.ts";
import { failure } from "../errors.ts";
import type { Job } from "./job.ts";

export interface ModelChoice {
  readonly model?: string;
  readonly models?: readonly string[];
  readonly options?: ModelOptions;
}

/** The named models; undefined for the default. @throws INVALID_OPTION */
export function namedModels({ model, models, options = {} }: ModelChoice): readonly string[] | undefined {
  if (model !== undefined && models) throw failure("INVALID_OPTION", "model and models exclude each other.");
  const named = models ?? (model === undefined || model === FACES_HAAR ? undefined : [model]);
  checkOptionsByName(named, options);
  return named && [...new Set(named)];
}

/** The fields that a job stores for the choice. @throws INVALID_OPTION */
export function keptModels(choice: ModelChoice): Pick<Job, "model" | "options"> {
  const models = namedModels(choice);
  const { options = {} } = choice;
  return models ? { model: models.join(","), options: { ...options, models } } : { model: FACES_HAAR, options };
}

/** Restores the choice from a job's options. */
export function chosenModels({ models, ...options }: Job["options"]): Pick<ModelChoice, "models" | "options"> {
  return { options, ...(models !== undefined && { models: models as readonly string[] }) };
}
