/** The resources of the machine that the service may use. */
import { readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";

/** Number of cores within the container's CPU limit, rounded down, at least one. */
export const cores = availableParallelism();
/** The memory limit of the container, or the memory of the machine. */
export const memoryBytes = Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem());
/** Files and sockets that this process may have open at a time. Node has raised the limit to the hard one. */
export const openFiles = readOpenFiles();

function readOpenFiles(): number {
  try {
    const [, limit] = /^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "latin1")) ?? [];
    return Number(limit ?? Number.POSITIVE_INFINITY);
  } catch {
    // Linux only; other systems have no such file.
    return Number.POSITIVE_INFINITY;
  }
}

/** Memory per thread. An idle thread takes 28 MiB, and up to 100 MiB with models. */
const BYTES_PER_THREAD = 128 * 2 ** 20;

/**
 * One thread for each core, as far as memory allows. A container may have all cores of a machine, but little of its
 * memory.
 */
export function defaultThreads(cores: number, memoryBytes: number): number {
  return Math.max(1, Math.min(cores, Math.floor(memoryBytes / BYTES_PER_THREAD)));
}

const MAX_DEFAULT_CONNECTIONS = 10_000;
/**
 * Memory reserved per connection, so that connections take at most an eighth of it. A connection takes up to 55 kB,
 * measured with a thousand short headers that never end.
 */
const MEMORY_PER_CONNECTION = 8 * 2 ** 16;

/** The number of connections that leaves enough files and memory for requests. */
export function defaultConnections(openFiles: number, memoryBytes: number): number {
  return Math.min(MAX_DEFAULT_CONNECTIONS, Math.floor(openFiles / 2), Math.floor(memoryBytes / MEMORY_PER_CONNECTION));
}
