import { spawn } from "node:child_process";
import { availableParallelism, totalmem } from "node:os";

/** A compiler takes up to 600 MiB for a source with OpenCV's headers. */
const BYTES_PER_COMPILER = 2 ** 30;

/** Runs g++ and shows its output. Rejects if it fails. */
export function compile(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("g++", args, { stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", reject);
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`g++ ended with ${code}`))));
  });
}

/**
 * Number of compilers to run at a time: one per core, as far as memory allows. A container may have little of a
 * machine's memory.
 */
export function compilersAtATime(cores: number, memoryBytes: number): number {
  return Math.max(1, Math.min(cores, Math.floor(memoryBytes / BYTES_PER_COMPILER)));
}

/** Runs g++ once for each list of arguments, in this order, several at a time. */
export async function compileAll(jobs: readonly (readonly string[])[]): Promise<void> {
  const memoryBytes = Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem());
  const waiting = [...jobs];
  async function compileWaiting(): Promise<void> {
    for (let job = waiting.shift(); job; job = waiting.shift()) await compile(job);
  }
  const length = compilersAtATime(availableParallelism(), memoryBytes);
  await Promise.all(Array.from({ length }, compileWaiting));
}
