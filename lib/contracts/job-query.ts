import { utc } from "../time/timestamp.ts";
import type { JobQuery, JobSettings } from "./job.ts";
import { checkedLabels, parseLabels } from "./labels.ts";

/** Reads a job's settings from a query. @throws INVALID_OPTION */
export function jobSettingsOf(query: JobQuery): JobSettings {
  const { models, labels, scaleFactor, minNeighbors, minSize, scoreThreshold, topK, ...rest } = query;
  const options = {
    ...(scaleFactor !== undefined && { scaleFactor }),
    ...(minNeighbors !== undefined && { minNeighbors }),
    ...(minSize !== undefined && { minSize }),
    ...(scoreThreshold !== undefined && { scoreThreshold }),
    ...(topK !== undefined && { topK }),
  };
  return {
    ...rest,
    ...(models !== undefined && { models: models.split(",") }),
    ...(Object.keys(options).length > 0 && { options }),
    ...(labels !== undefined && { labels: parseLabels(labels) }),
  };
}

/**
 * Merges the settings of a body and a query. Each setting of the query overrides the body's; `model` and `models` are
 * two ways to write one.
 * @throws INVALID_OPTION
 */
export function mergeSettings(body: JobSettings, query: JobSettings): JobSettings {
  const { model: _model, models: _models, ...withoutModels } = body;
  const areModelsChosen = query.model !== undefined || query.models !== undefined;
  const merged = { ...(areModelsChosen ? withoutModels : body), ...query };
  return {
    ...merged,
    ...(merged.options && { options: { ...body.options, ...query.options } }),
    ...(merged.labels && { labels: checkedLabels({ ...body.labels, ...query.labels }) }),
    ...(merged.deadline !== undefined && { deadline: utc("deadline", merged.deadline) }),
  };
}
