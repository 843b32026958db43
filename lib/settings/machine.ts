/** What the service may use of its machine. */
import { readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";

/** Within the CPU limit of the container, of which a fraction does not count; at least one. */
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
    // Not on Linux.
    return Number.POSITIVE_INFINITY;
  }
}

/** A thread at rest takes 28 MiB, and up to 100 MiB with models. */
const BYTES_PER_THREAD = 128 * 2 ** 20;

/**
 * A thread for each core, as far as the memory goes. A container may have few of a machine's bytes and all its cores.
 */
export function defaultThreads(cores: number, memoryBytes: number): number {
  return Math.max(1, Math.min(cores, Math.floor(memoryBytes / BYTES_PER_THREAD)));
}

const MAX_DEFAULT_CONNECTIONS = 10_000;
/**
 * A connection takes up to 55 kB, measured with a thousand short headers and no end of them; one eighth of the memory.
 */
const MEMORY_PER_CONNECTION = 8 * 2 ** 16;

/** So many connections leave enough files, and memory, for requests. */
export function defaultConnections(openFiles: number, memoryBytes: number): number {
  return Math.min(MAX_DEFAULT_CONNECTIONS, Math.floor(openFiles / 2), Math.floor(memoryBytes / MEMORY_PER_CONNECTION));
}
