import { toProblem } from "../contracts/problem.ts";
import { failure } from "../errors.ts";
import type { Backends } from "../ports/backends.ts";
import type { Task } from "../ports/task-queue.ts";
import { awaitsRetry, type Job, type JobImage, loseImage, retryImage } from "./job.ts";
import { nowTimestamp } from "./time.ts";

const PAGE = 500;

export interface RecoverySettings {
  readonly maxAttempts: number;
  readonly finishIfDone: (jobId: string) => Promise<void>;
}

/**
 * Brings back what a process that died had in hand (see `loseImage`), queues the rest of each unfinished job, and
 * removes pictures that nobody will ask for: of uploads that never became a job, of jobs that need none any more.
 * @returns how many images were queued.
 */
export async function recover(backends: Backends, settings: RecoverySettings): Promise<number> {
  const { store, queue } = backends;
  await removeOrphans(backends);
  let queued = 0;
  const filter = { states: ["queued", "running"] } as const;
  const sort = { by: "createdAt", descending: false } as const;
  for (let cursor: string | undefined; ; ) {
    const page = await store.listJobs({ filter, sort, limit: PAGE, ...(cursor && { cursor }) });
    for (const job of page.items) {
      const tasks = await recoverJob(backends, job, settings.maxAttempts);
      await queue.push(tasks);
      queued += tasks.length;
      if (tasks.length === 0) await settings.finishIfDone(job.id);
    }
    if (!page.cursor) return queued;
    cursor = page.cursor;
  }
}

async function recoverJob({ store }: Backends, job: Job, maxAttempts: number): Promise<Task[]> {
  const tasks: Task[] = [];
  for (let after = -1; ; ) {
    const images = await store.listImages(job.id, { after, limit: PAGE });
    for (const image of images) {
      const mended = await mend(store, job, image, maxAttempts);
      if (mended?.state !== "pending") continue;
      tasks.push({ jobId: job.id, index: image.index, priority: job.priority, ...(mended.suspect && { alone: true }) });
    }
    const last = images.at(-1);
    if (!last || images.length < PAGE) return tasks;
    after = last.index;
  }
}

async function mend(store: Backends["store"], job: Job, image: JobImage, maxAttempts: number) {
  const { jobId, index } = image;
  if (awaitsRetry(job, image))
    return store.updateImage(jobId, index, (now) => retryImage(now, job.run, nowTimestamp()));
  if (image.state !== "running") return image;
  const problem = toProblem(failure("WORKER_LOST", "The node died while it processed the image."));
  return store.updateImage(jobId, index, (now) => loseImage(now, problem, maxAttempts, nowTimestamp()));
}

async function removeOrphans({ store, blobs }: Backends): Promise<void> {
  for await (const jobId of blobs.jobIds()) {
    const job = await store.getJob(jobId);
    if (!job || job.state === "succeeded" || job.state === "cancelled") await blobs.delete(jobId);
  }
}
