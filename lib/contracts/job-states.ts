/** The states and priorities of jobs. `lib/jobs/transitions.ts` has the transitions. */
export const jobStates = [
  "created",
  "queued",
  "running",
  "succeeded",
  "partially_failed",
  "failed",
  "cancelled",
] as const;
export type JobState = (typeof jobStates)[number];

export const imageStates = ["pending", "running", "done", "failed"] as const;
export type ImageState = (typeof imageStates)[number];

export const MIN_PRIORITY = 0;
export const DEFAULT_PRIORITY = 5;
export const MAX_PRIORITY = 9;
