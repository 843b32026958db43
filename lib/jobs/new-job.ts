import type { JobSettings } from "../contracts/job.ts";
import type { NewJob } from "./job.ts";
import { keptModels } from "./job-models.ts";

/** Owner and trace of a job, and where its events are sent. */
type Origin = Pick<NewJob, "owner" | "account" | "traceparent" | "callbackUrl" | "callbackMode">;

/** The job that a request asks for. @throws INVALID_OPTION */
export function newJob(id: string, settings: JobSettings, origin: Origin): NewJob {
  const {
    execute: _execute,
    model: _model,
    models: _models,
    options: _options,
    callbackUrl: _callbackUrl,
    callbackMode: _callbackMode,
    ...plain
  } = settings;
  return { id, ...plain, ...keptModels(settings), ...origin };
}
