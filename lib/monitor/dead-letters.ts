import type { JobFilter, JobStore } from "../ports/job-store.ts";

/** Maximum to which dead letters are counted. */
const MAX_DEAD_LETTERS = 100;

/** The number of images that were given up: those of the owner if one is given, otherwise all. */
export async function countDeadLetters(store: JobStore, filter: Pick<JobFilter, "owner"> = {}): Promise<number> {
  return (await store.listDeadLetters({ ...filter, limit: MAX_DEAD_LETTERS })).items.length;
}
