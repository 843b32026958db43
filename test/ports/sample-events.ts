import type { CloudEvent } from "../../lib/jobs/events.ts";
import type { EventLog } from "../../lib/ports/event-log.ts";

/** An event of a job's image. */
export function eventOf(jobId: string, n: number, time = new Date().toISOString()): CloudEvent {
  return {
    specversion: "1.0",
    id: `${jobId}.${n}`,
    source: "/v1/jobs",
    type: "dev.sightline.image.done",
    subject: `jobs/${jobId}/images/${n}`,
    time,
    datacontenttype: "application/json",
    data: { jobId, index: n },
  };
}

/** All of the log, or all of one job, page by page. */
export async function readAll(log: EventLog, limit = 1000, jobId?: string) {
  const all = [];
  for (let after = 0; ; ) {
    const page = await log.read({ after, limit, ...(jobId !== undefined && { jobId }) });
    all.push(...page);
    const last = page.at(-1);
    if (!last) return all;
    after = last.sequence;
  }
}
