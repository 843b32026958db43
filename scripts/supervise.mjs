// Runs a command and restarts it when it exits unexpectedly, for instance when native code hangs or crashes:
//   node scripts/supervise.mjs node node_modules/moleculer/bin/moleculer-runner.mjs …
// In a container it is process 1: the kernel ignores a SIGKILL that process 1 sends itself, so the service must be
// another process. Plain JavaScript without dependencies, since it also runs on the Node installed before set-up.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

/** A process that fails within this time would fail again, for instance with a wrong setting or a port in use. */
const SHORT_LIFE_MS = 3_000;
/** After running this long, the back-off is reset. */
const LONG_LIFE_MS = 10_000;
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [100, 1_000];
const PARENT_POLL_MS = 500;
/**
 * For glibc's malloc, in bytes. By default the mmap threshold grows to the largest block freed, up to 32 MiB: large
 * images are then allocated in the threads' heaps, where small blocks behind them keep freed memory from being
 * returned. Blocks above a fixed threshold return to the kernel at once, at the cost of page faults: with 1 MiB, an
 * image of 2 to 12 megapixels took 5 to 9 % more time; with 16 MiB, none. Set both: setting one fixes the other.
 */
const MALLOC_SETTINGS = { MALLOC_MMAP_THRESHOLD_: String(2 ** 24), MALLOC_TRIM_THRESHOLD_: String(2 ** 25) };

/**
 * Runs the command until it exits for good: with exit code 0, on SIGTERM or SIGINT to this process, or with another
 * exit code right after its start.
 * @returns {Promise<number>} the exit code, 128 + the signal's number if a signal ended it
 */
export async function supervise(command, args, { env = process.env, isRestarted = true } = {}) {
  let child;
  let isAskedToEnd = false;
  let endPause = () => {};
  const end = () => {
    isAskedToEnd = true;
    child?.kill("SIGTERM");
    endPause();
  };
  process.on("SIGTERM", end);
  // A terminal sends Ctrl-C to the child too, but npm forwards signals to this process only. The service treats a
  // double signal as one.
  process.on("SIGINT", () => {
    if (isRestarted) end();
    isAskedToEnd = true;
  });
  // npm, or the shell it runs scripts with, may exit without sending a signal.
  const parent = process.ppid;
  if (env.npm_lifecycle_event) setInterval(() => process.ppid === parent || end(), PARENT_POLL_MS).unref();

  const run = () => {
    const startedAt = performance.now();
    const supervisor = isRestarted && { SUPERVISOR_PID: String(process.pid) };
    child = spawn(command, args, { stdio: "inherit", env: { ...MALLOC_SETTINGS, ...env, ...supervisor } });
    return new Promise((resolve) => {
      child.on("error", (error) => resolve({ error, lifeMs: 0 }));
      child.on("exit", (code, signal) => resolve({ code, signal, lifeMs: performance.now() - startedAt }));
    });
  };
  const pause = (milliseconds) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  let pauseMs = FIRST_PAUSE_MS;
  for (;;) {
    const { error, code, signal, lifeMs } = await run();
    if (error) console.error(error.message);
    const exitCode = error ? 1 : (code ?? 128 + constants.signals[signal]);
    const isUnexpected = signal ? true : code !== 0 && lifeMs > SHORT_LIFE_MS;
    if (!isRestarted || isAskedToEnd || error || !isUnexpected) return exitCode;
    if (lifeMs > LONG_LIFE_MS) pauseMs = FIRST_PAUSE_MS;
    console.error(`The service ended unexpectedly (${signal ?? `exit code ${code}`}); restarting in ${pauseMs} ms.`);
    await pause(pauseMs);
    if (isAskedToEnd) return 0;
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [command, ...args] = process.argv.slice(2);
  process.exitCode = await supervise(command, args);
}
