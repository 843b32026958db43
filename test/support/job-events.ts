import type { CloudEvent } from "../../lib/jobs/events.ts";

/** A job event as the service creates it. */
export function jobEvent(jobId: string, change: string, revision: number): CloudEvent {
  return event(`${jobId}.${change}.${revision}`, `job.${change}`, `jobs/${jobId}`, { jobId, state: change });
}

export function imageEvent(jobId: string, index: number, state: string): CloudEvent {
  const subject = `jobs/${jobId}/images/${index}`;
  return event(`${jobId}.${index}.${state}.1`, `image.${state}`, subject, { jobId, index, state });
}

function event(id: string, type: string, subject: string, data: CloudEvent["data"]): CloudEvent {
  return {
    specversion: "1.0",
    id,
    source: "/v1/jobs",
    type: `dev.sightline.${type}`,
    subject,
    time: "2026-01-01T00:00:00.000Z",
    datacontenttype: "application/json",
    data,
  };
}
