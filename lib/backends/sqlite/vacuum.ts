import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** An error of SQLite or of the file system, as it passes from process to process. */
export interface VacuumFailure {
  readonly message: string;
  readonly errcode?: number | undefined;
  readonly code?: string | undefined;
}

export interface VacuumOutcome {
  readonly failure?: VacuumFailure;
}

const PROCESS_FILE = fileURLToPath(new URL("./vacuum.process.ts", import.meta.url));

/**
 * Writes the database anew, without what was deleted, and empties its write-ahead log, in a process of its own.
 * It can be read meanwhile, but not written to. It needs free room for two more copies: one in a temporary
 * file, one in the log.
 *
 * Once settled, nothing holds the database any more. A process that is killed leaves it as it was: the temporary file
 * has no name, and the part of an unfinished transaction in the log is ignored.
 * @throws The error of SQLite or of the file system, or the reason of the signal.
 */
export async function vacuum(path: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const child = fork(PROCESS_FILE, [path], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const kill = () => child.kill("SIGKILL");
  signal.addEventListener("abort", kill, { once: true });
  let outcome: VacuumOutcome | undefined;
  child.once("message", (message: VacuumOutcome) => {
    outcome = message;
    kill();
  });
  try {
    const end = await new Promise<string>((resolve, reject) => {
      child.once("exit", (code, by) => resolve(by ?? `exit code ${code}`));
      // A process that could not be started does not emit `exit`.
      child.on("error", (error) => child.pid === undefined && reject(error));
    });
    if (!outcome) signal.throwIfAborted();
    outcome ??= { failure: { message: `the process that writes the database anew has ended: ${end}` } };
  } finally {
    signal.removeEventListener("abort", kill);
  }
  if (!outcome.failure) return;
  const { message, ...codes } = outcome.failure;
  throw Object.assign(new Error(message), codes);
}
