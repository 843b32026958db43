/** What webhooks need to know of jobs and their events. */

import type { CloudEvent } from "../jobs/events.ts";
import { jobStates } from "../jobs/job.ts";

const STATES: readonly string[] = jobStates;
const TYPE_PREFIX = "dev.sightline.job.";

/** The job whose event it is; undefined for the events of its images. */
export function jobOf({ subject }: CloudEvent): string | undefined {
  return /^jobs\/([^/]+)$/.exec(subject)?.[1];
}

/** Whether the event tells that a job has reached a state: what webhooks are sent for. */
export function isJobState({ type }: CloudEvent): boolean {
  return type.startsWith(TYPE_PREFIX) && STATES.includes(type.slice(TYPE_PREFIX.length));
}

export function isJobDeleted({ type }: CloudEvent): boolean {
  return type === `${TYPE_PREFIX}deleted`;
}
