/** Stops processes so that nothing of them runs any more, which is so only soon after `SIGSTOP` was sent. */
import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Resolves when each thread of the processes is stopped; `SIGCONT` lets them go on. */
export async function suspend(...processes: readonly ChildProcess[]): Promise<void> {
  for (const process of processes) process.kill("SIGSTOP");
  while (!processes.every(isStopped)) await sleep(1);
}

function isStopped({ pid }: ChildProcess): boolean {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).every((thread) => stateOf(`${folder}/${thread}`) === "T");
}

/** As `proc(5)` has it; undefined for a thread that has just ended. */
function stateOf(thread: string): string | undefined {
  try {
    return /\) (\w) /.exec(readFileSync(`${thread}/stat`, "utf8"))?.[1];
  } catch {
    return undefined;
  }
}
