/** Client views of jobs and images. Pure. */
import type { JobImage as JobImageView, Job as JobView } from "../contracts/job.ts";
import { type ImageCounts, isFinished, type Job, type JobImage } from "./job.ts";
import { chosenModels } from "./job-models.ts";

export function viewJob(job: Job, images: ImageCounts, now: number): JobView {
  const {
    revision: _revision,
    run: _run,
    overBefore: _over,
    finalImages: _final,
    imagesRemoved: _removed,
    account: _account,
    traceparent: _trace,
    options: kept,
    callbackUrl,
    ...rest
  } = job;
  const { options = {}, models } = chosenModels(kept);
  return {
    ...rest,
    ...(callbackUrl !== undefined && { callbackUrl: withoutQuery(callbackUrl) }),
    ...(models && { models: [...models] }),
    options,
    images: { ...images },
    progress: progressOf(job, images, now),
  };
}

/**
 * The URL without its query, which often has a secret token of the receiver. Keys that may only read jobs must not see
 * it.
 */
export function withoutQuery(url: string): string {
  return url.replace(/\?.*$/s, "?…");
}

function progressOf(job: Job, { total, done, failed }: ImageCounts, now: number): JobView["progress"] {
  const over = done + failed;
  const fraction = total === 0 ? 0 : over / total;
  if (!job.startedAt) return { fraction, imagesPerSecond: null, etaSeconds: null };
  const end = job.finishedAt ? Date.parse(job.finishedAt) : now;
  const seconds = Math.max(end - Date.parse(job.startedAt), 1) / 1000;
  const overInRun = over - (job.overBefore ?? 0);
  const imagesPerSecond = Math.round((overInRun / seconds) * 100) / 100;
  if (isFinished(job)) return { fraction, imagesPerSecond, etaSeconds: 0 };
  const etaSeconds = overInRun <= 0 ? null : Math.ceil(((total - over) * seconds) / overInRun);
  return { fraction, imagesPerSecond, etaSeconds };
}

export function viewImage(image: JobImage): JobImageView {
  const { index, fileName, sha256, bytes, state, attempts, result, problem, startedAt, finishedAt } = image;
  return {
    index,
    fileName,
    sha256,
    bytes,
    state,
    attempts,
    ...(result && { result: withoutHash(result) }),
    ...(problem && { problem }),
    ...(startedAt && { startedAt }),
    ...(finishedAt && { finishedAt }),
  };
}

/** Removes the hash from the result, since the image has it already. */
function withoutHash({ sha256: _known, ...result }: NonNullable<JobImage["result"]>) {
  return result;
}
