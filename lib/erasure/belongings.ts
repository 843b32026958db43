import { removeCollectionsOf } from "../collections/collections-of.ts";
import { eraseJobs, type JobErasureOptions } from "../jobs/erasure.ts";
import type { JobManager } from "../jobs/job-manager.ts";
import type { Backends } from "../ports/backends.ts";

/**
 * Erases the owners' jobs, collections and cached encodings. Afterwards, all nodes must forget what they have of the
 * owners in memory.
 * @throws as `eraseJobs` does; another call continues
 */
export async function eraseBelongings(
  backends: Backends,
  manager: JobManager,
  owners: readonly string[],
  options: JobErasureOptions,
): Promise<void> {
  const { collections, encodings } = backends;
  await eraseJobs(backends, manager, owners, options);
  for (const owner of owners) {
    await removeCollectionsOf(collections, owner);
    await encodings.releaseAll(owner);
  }
}
