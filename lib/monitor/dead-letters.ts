import type { JobFilter, JobStore } from "../ports/job-store.ts";

/** Dead letters are counted up to this number. */
const MAX_DEAD_LETTERS = 100;

/** The number of images that were given up, of an owner if one is given. */
export async function countDeadLetters(store: JobStore, filter: Pick<JobFilter, "owner"> = {}): Promise<number> {
  return (await store.listDeadLetters({ ...filter, limit: MAX_DEAD_LETTERS })).items.length;
}
