/** What the service may use of its machine. */
import { availableParallelism, totalmem } from "node:os";

/** Within the CPU limit of the container, of which a fraction does not count; at least one. */
export const cores = availableParallelism();
/** The memory limit of the container, or the memory of the machine. */
export const memoryBytes = Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem());

/** A thread at rest takes 28 MiB, and up to 100 MiB with models. */
const BYTES_PER_THREAD = 128 * 2 ** 20;

/** A thread for each core, as far as the memory goes. A container may have few of a machine's bytes and all its cores. */
export function defaultThreads(cores: number, memoryBytes: number): number {
  return Math.max(1, Math.min(cores, Math.floor(memoryBytes / BYTES_PER_THREAD)));
}
