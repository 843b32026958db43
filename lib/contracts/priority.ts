/** An image's priority for a detector thread: `interactive` for a waiting client, `bulk` for a job. */
export const priorities = ["interactive", "bulk"] as const;
export type Priority = (typeof priorities)[number];
