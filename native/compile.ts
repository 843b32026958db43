import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";

/** Runs g++ with its words shown. Rejects if it fails. */
export function compile(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("g++", args, { stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", reject);
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`g++ ended with ${code}`))));
  });
}

/** Runs g++ once for each list of arguments, in this order, as many at a time as there are cores. */
export async function compileAll(jobs: readonly (readonly string[])[]): Promise<void> {
  const waiting = [...jobs];
  async function compileWaiting(): Promise<void> {
    for (let job = waiting.shift(); job; job = waiting.shift()) await compile(job);
  }
  await Promise.all(Array.from({ length: availableParallelism() }, compileWaiting));
}
