// Sets up what is missing, then runs a command on Node 24 with the project's binaries first on the PATH:
//   node scripts/run.mjs vitest run
//   node scripts/run.mjs --supervise moleculer-runner …   starts the command again when it ends unasked
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { node, setup } from "./setup.mjs";

const EXIT_HUNG = 70; // The service's own word that it wants to be replaced.
const SHORT_LIFE_MS = 3_000;
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [200, 10_000];

setup();

const isSupervised = process.argv[2] === "--supervise";
const [command, ...args] = process.argv.slice(isSupervised ? 3 : 2);
const path = [dirname(node), join(import.meta.dirname, "..", "node_modules", ".bin"), process.env.PATH].join(delimiter);

const PARENT_POLL_MS = 500;

let child;
let isAskedToEnd = false;
function end() {
  isAskedToEnd = true;
  child?.kill("SIGTERM");
}
process.on("SIGTERM", end);
// A terminal's Ctrl-C reaches the child by itself, but npm hands on to this process alone what it gets. The service
// takes both for one.
process.on("SIGINT", () => {
  if (isSupervised) end();
  isAskedToEnd = true;
});
// npm, or the shell it runs scripts with, may end without a word.
const parent = process.ppid;
if (process.env.npm_lifecycle_event) setInterval(() => process.ppid === parent || end(), PARENT_POLL_MS).unref();

function run() {
  const startedAt = Date.now();
  const supervisor = isSupervised && { SUPERVISOR_PID: String(process.pid) };
  child = spawn(command, args, { stdio: "inherit", env: { ...process.env, PATH: path, ...supervisor } });
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ error, lifeMs: 0 }));
    child.on("exit", (code, signal) => resolve({ code, signal, lifeMs: Date.now() - startedAt }));
  });
}

/** What ends by itself right after its start would do so again: a wrong setting, a port in use. */
function isWorthAnotherStart({ code, signal, lifeMs }) {
  if (!isSupervised || isAskedToEnd || code === 0) return false;
  return signal !== null || code === EXIT_HUNG || lifeMs > SHORT_LIFE_MS;
}

let pauseMs = FIRST_PAUSE_MS;
for (;;) {
  const end = await run();
  if (end.error) console.error(end.error.message);
  if (end.error || !isWorthAnotherStart(end)) {
    process.exitCode = end.error ? 1 : (end.code ?? 128 + constants.signals[end.signal]);
    break;
  }
  pauseMs = end.lifeMs > LONGEST_PAUSE_MS ? FIRST_PAUSE_MS : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  console.error(
    `The service ended unasked (${end.signal ?? `exit ${end.code}`}); it is started again in ${pauseMs} ms.`,
  );
  await sleep(pauseMs);
  if (isAskedToEnd) break;
}
