import { failure } from "../errors.ts";
import type { JobQuery, JobSettings } from "./job.ts";
import { parseLabels } from "./labels.ts";

/** A job's settings as they are written in a query. @throws INVALID_OPTION */
export function jobSettingsOf({ scaleFactor, minNeighbors, minSize, labels, ...rest }: JobQuery): JobSettings {
  const options = {
    ...(scaleFactor !== undefined && { scaleFactor }),
    ...(minNeighbors !== undefined && { minNeighbors }),
    ...(minSize !== undefined && { minSize }),
  };
  if (rest.deadline !== undefined && Number.isNaN(Date.parse(rest.deadline)))
    throw failure("INVALID_OPTION", "deadline must be a time of RFC 3339.");
  return {
    ...rest,
    ...(rest.deadline !== undefined && { deadline: new Date(rest.deadline).toISOString() }),
    ...(Object.keys(options).length > 0 && { options }),
    ...(labels !== undefined && { labels: parseLabels(labels) }),
  };
}
