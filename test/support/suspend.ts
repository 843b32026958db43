/**
 * Suspends and kills processes completely: their threads stop, or end and close their sockets, only some time after the
 * signal was sent.
 */
import type { ChildProcess } from "node:child_process";
import { globSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Resolves when all threads of the processes are stopped. `SIGCONT` resumes them. */
export async function suspend(...processes: readonly ChildProcess[]): Promise<void> {
  for (const process of processes) process.kill("SIGSTOP");
  while (!processes.every(isStopped)) await sleep(1);
}

/** Kills the process, and resolves when all its threads have ended, also if its parent does not wait for it. */
export async function kill(pid: number): Promise<void> {
  process.kill(pid, "SIGKILL");
  while (!hasEnded(pid)) await sleep(1);
}

function hasEnded(pid: number): boolean {
  const threads = globSync(`/proc/${pid}/task/*`);
  return threads.every((thread) => ["Z", "X", undefined].includes(stateOf(thread)));
}

function isStopped({ pid }: ChildProcess): boolean {
  const folder = `/proc/${pid}/task`;
  return readdirSync(folder).every((thread) => stateOf(`${folder}/${thread}`) === "T");
}

/** State of a thread as in `proc(5)`; undefined for a thread that has just ended. */
function stateOf(thread: string): string | undefined {
  try {
    return /\) (\w) /.exec(readFileSync(`${thread}/stat`, "utf8"))?.[1];
  } catch {
    return undefined;
  }
}
