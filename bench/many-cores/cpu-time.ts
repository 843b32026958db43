/** Processor time of a process and its descendants, by thread, from /proc. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** Seconds of processor time, by `<process id>/<thread id>/<name>`. */
export type CpuTimes = ReadonlyMap<string, number>;

const TICKS_PER_SECOND = Number(readTicks());

function readTicks(): string {
  try {
    return execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" });
  } catch {
    return "100"; // The value on x86-64; a bare system has no getconf.
  }
}

/** Reads something that may be gone: threads and short-lived processes may end meanwhile. */
function ifThere<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return otherwise;
    throw error;
  }
}

const threadsOf = (pid: number) => ifThere(() => readdirSync(`/proc/${pid}/task`), []);
const readThread = (pid: number, thread: string, file: string) =>
  ifThere(() => readFileSync(`/proc/${pid}/task/${thread}/${file}`, "utf8"), "");

/** The process and its descendants. */
export function processTree(pid: number): number[] {
  const children = threadsOf(pid).flatMap((thread) =>
    readThread(pid, thread, "children").trim().split(" ").filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(processTree)];
}

export function readCpuTimes(pids: readonly number[]): CpuTimes {
  const times = new Map<string, number>();
  for (const pid of pids)
    for (const thread of threadsOf(pid)) {
      const stat = readThread(pid, thread, "stat");
      if (stat === "") continue;
      // The name may contain spaces and parentheses, so the numbers are found from its end.
      const end = stat.lastIndexOf(")");
      const name = stat.slice(stat.indexOf("(") + 1, end);
      const fields = stat.slice(end + 2).split(" ");
      times.set(`${pid}/${thread}/${name}`, (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND);
    }
  return times;
}

export interface ThreadShares {
  readonly pid: number;
  /** Main thread, in cores. */
  readonly main: number;
  /** All other threads together, in cores. */
  readonly others: number;
  /** The busiest of these, by name, each with its cores. */
  readonly busiest: readonly string[];
}

const BUSIEST = 4;

/** Processor time that each process used between two readings. */
export function threadShares(before: CpuTimes, after: CpuTimes, seconds: number): ThreadShares[] {
  const byProcess = new Map<number, { isMain: boolean; name: string; cores: number }[]>();
  for (const [key, time] of after) {
    const [pid = "", thread = "", ...name] = key.split("/");
    const cores = (time - (before.get(key) ?? 0)) / seconds;
    const threads = byProcess.get(Number(pid)) ?? [];
    byProcess.set(Number(pid), [...threads, { isMain: pid === thread, name: name.join("/"), cores }]);
  }
  return Array.from(byProcess, ([pid, threads]) => {
    const others = threads.filter(({ isMain }) => !isMain).sort((a, b) => b.cores - a.cores);
    const sum = (of: typeof others) => of.reduce((total, { cores }) => total + cores, 0);
    return {
      pid,
      main: sum(threads.filter(({ isMain }) => isMain)),
      others: sum(others),
      busiest: others.slice(0, BUSIEST).map(({ name, cores }) => `${name} ${cores.toFixed(2)}`),
    };
  });
}
