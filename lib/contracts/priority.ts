/** How soon an image gets a thread of a detector: somebody waits for it, or it belongs to a job. */
export const priorities = ["interactive", "bulk"] as const;
export type Priority = (typeof priorities)[number];
