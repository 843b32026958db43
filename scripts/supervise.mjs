// Runs a command and starts it again when it ends unexpectedly, as when native code hangs or crashes:
//   node scripts/supervise.mjs node node_modules/moleculer/bin/moleculer-runner.mjs …
// In a container it is the first process: the kernel ignores a SIGKILL that process 1 sends itself, so the service must
// be another one. Plain JavaScript without dependencies, since it also runs on the Node that is there before set-up.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

/** A process that fails by itself within this time would fail again: a wrong setting, a port in use. */
const SHORT_LIFE_MS = 3_000;
/** After a life of this length the pauses begin anew. */
const LONG_LIFE_MS = 10_000;
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [100, 1_000];
const PARENT_POLL_MS = 500;

/**
 * Runs the command until it ends as it should: by itself with exit code 0, on SIGTERM or SIGINT to this process, or
 * with another exit code right after its start.
 * @returns {Promise<number>} the exit code that stands for its end
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
  // A terminal's Ctrl-C reaches the child by itself, but npm hands on to this process alone what it gets. The service
  // takes both for one.
  process.on("SIGINT", () => {
    if (isRestarted) end();
    isAskedToEnd = true;
  });
  // npm, or the shell it runs scripts with, may end without a word.
  const parent = process.ppid;
  if (env.npm_lifecycle_event) setInterval(() => process.ppid === parent || end(), PARENT_POLL_MS).unref();

  const run = () => {
    const startedAt = performance.now();
    const supervisor = isRestarted && { SUPERVISOR_PID: String(process.pid) };
    child = spawn(command, args, { stdio: "inherit", env: { ...env, ...supervisor } });
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
