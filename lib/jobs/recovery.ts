import { toProblem } from "../contracts/problem.ts";
import { failure } from "../errors.ts";
import type { Backends } from "../ports/backends.ts";
import type { Task } from "../ports/task-queue.ts";
import { nowTimestamp, timestampBefore } from "../time.ts";
import { awaitsRetry, type Job, type JobImage, loseImage, retryImage } from "./job.ts";

const PAGE = 500;

export interface RecoverySettings {
  readonly maxAttempts: number;
  /** Longest time an attempt may take, in milliseconds. An older attempt without a task was lost. */
  readonly lostAfterMs: number;
  readonly finishIfDone: (jobId: string) => Promise<void>;
}

/**
 * Recovers unfinished jobs without a task in the queue: a node died between storing and enqueueing, or the queue lost
 * the task. Images that were being processed count as lost (see `loseImage`).
 * @returns the number of images that were queued.
 */
export async function recover(backends: Backends, settings: RecoverySettings): Promise<number> {
  const { store, queue } = backends;
  let queued = 0;
  const filter = { states: ["queued", "running"] } as const;
  const sort = { by: "createdAt", descending: false } as const;
  for (let cursor: string | undefined; ; ) {
    const page = await store.listJobs({ filter, sort, limit: PAGE, ...(cursor && { cursor }) });
    for (const job of page.items) {
      if (await queue.hasTasks(job.id)) continue;
      const tasks = await recoverJob(backends, job, settings);
      await queue.push(tasks);
      queued += tasks.length;
      if (tasks.length === 0) await settings.finishIfDone(job.id);
    }
    if (!page.cursor) return queued;
    cursor = page.cursor;
  }
}

/**
 * Removes images that are no longer needed: of uploads that never became a job, and of jobs that need none any more.
 */
export async function removeOrphans({ store, blobs }: Backends): Promise<void> {
  for await (const jobId of blobs.jobIds()) {
    if (needsNoFiles(await store.getJob(jobId))) await blobs.delete(jobId);
  }
}

/** Whether the images of a job are no longer needed; undefined stands for a missing job. */
export function needsNoFiles(job: Job | undefined): boolean {
  return !job || job.state === "succeeded" || job.state === "cancelled";
}

async function recoverJob({ store }: Backends, job: Job, settings: RecoverySettings): Promise<Task[]> {
  const tasks: Task[] = [];
  for (let after = -1; ; ) {
    const images = await store.listImages(job.id, { after, limit: PAGE });
    for (const image of images) {
      const mended = await mend(store, job, image, settings);
      if (mended?.state !== "pending") continue;
      tasks.push({
        jobId: job.id,
        index: image.index,
        priority: job.priority,
        ...(mended.suspect && { exclusive: true }),
      });
    }
    const last = images.at(-1);
    if (!last || images.length < PAGE) return tasks;
    after = last.index;
  }
}

async function mend(store: Backends["store"], job: Job, image: JobImage, settings: RecoverySettings) {
  const { jobId, index } = image;
  if (awaitsRetry(job, image))
    return store.updateImage(jobId, index, (now) =>
      awaitsRetry(job, now) ? retryImage(now, job.run, nowTimestamp()) : undefined,
    );
  const lostBefore = timestampBefore(settings.lostAfterMs);
  const isLost = ({ state, startedAt = "" }: JobImage) => state === "running" && startedAt < lostBefore;
  if (!isLost(image)) return image;
  const problem = toProblem(failure("NODE_LOST", "The node died while it processed the image."));
  return store.updateImage(jobId, index, (now) =>
    isLost(now) ? loseImage(now, problem, settings.maxAttempts, nowTimestamp()) : undefined,
  );
}
