import type { Task } from "../../ports/task-queue.ts";
import type { JetStreamConnection } from "./connection.ts";

/** Number of a job's tasks: newly pushed, as announced between nodes, or in total, as counted in the stream. */
export type TaskNews = readonly [priority: number, jobId: string, count: number];

export function newsOf(tasks: readonly Task[]): TaskNews[] {
  const news = new Map<string, [number, string, number]>();
  for (const { priority, jobId } of tasks) {
    const known = news.get(`${priority}.${jobId}`) ?? [priority, jobId, 0];
    known[2] += 1;
    news.set(`${priority}.${jobId}`, known);
  }
  return [...news.values()];
}

/**
 * Unfinished tasks of the job, or of all jobs with `*`: waiting, delayed or leased.
 * @throws STORE_UNAVAILABLE
 */
export async function countTasks(jetstream: JetStreamConnection, jobId: string): Promise<TaskNews[]> {
  const start = `${jetstream.prefix}.tasks.`;
  const request = { subjects_filter: `${start}*.${jobId}` };
  const stream = await jetstream.find(() => jetstream.manager.streams.info(jetstream.stream("tasks"), request));
  return Object.entries(stream?.state.subjects ?? {}).map(([subject, count]) => {
    const [priority, id] = subject.slice(start.length).split(".");
    return [Number(priority), id as string, count];
  });
}
