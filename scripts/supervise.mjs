// Runs a command and restarts it when it exits unexpectedly, for instance when native code hangs or crashes, or when
// its main thread hangs:
//   node scripts/supervise.mjs node node_modules/moleculer/bin/moleculer-runner.mjs …
// In a container it is process 1: the kernel ignores a SIGKILL that process 1 sends itself, so the service must be
// another process. Plain JavaScript without dependencies, since it also runs on the Node installed before set-up.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism, constants, tmpdir, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isJsonLog, SupervisorLog } from "./supervisor-log.mjs";

// `import.meta.dirname` is missing before Node 20.11.
const ownPath = fileURLToPath(import.meta.url);

/** Life of a process after which the back-off is reset. */
const LONG_LIFE_MS = 10_000;
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [100, 1_000];
const PARENT_POLL_MS = 500;
/** Time to wait for the output of a process that has ended. Processes that it had started may keep it open. */
const LAST_LINES_MS = 500;
/** A service that was asked to end goes through several steps, each of which may take SHUTDOWN_TIMEOUT_MS. */
const SHUTDOWN_STEPS = 3;
const SHUTDOWN_SLACK_MS = 5_000;
/** The default in lib/settings/node.ts. */
const DEFAULT_SHUTDOWN_TIMEOUT_MS = 30_000;
const DEFAULT_UNRESPONSIVE_TIMEOUT_MS = 60_000;
/**
 * Number of consecutive checks without an answer after which a process is killed. Checks are counted instead of time,
 * because time passes without checks while the machine or the supervisor is suspended, or gets no processor time.
 */
const CHECKS_WITHOUT_ANSWER = 10;
/** The requests for four cores are enough work for one process. */
const CORES_PER_PROCESS = 4;
/** Memory per process. Half of it is for images, which is enough for one of the largest, with 64 megapixels. */
const BYTES_PER_PROCESS = 2 ** 31;
const MAX_PROCESSES = 256;
/**
 * Node keeps compiled modules in this folder. A second start then takes two thirds of the time, and the process 20 MB
 * less. Node works without it if the folder cannot be written.
 */
export const COMPILE_CACHE = { NODE_COMPILE_CACHE: join(dirname(ownPath), "..", ".tools", "compile-cache") };
/**
 * Settings of glibc's malloc, in bytes. By default the mmap threshold grows to the largest block freed, up to 32 MiB:
 * large images are then allocated in the threads' heaps, where small blocks after them keep freed memory from being
 * returned. Blocks above a fixed threshold return to the kernel at once, at the cost of page faults: with 1 MiB, an
 * image of 2 to 12 megapixels took 5 to 9 % more time; with 16 MiB, none. Set both: setting one fixes the other.
 */
const MALLOC_SETTINGS = { MALLOC_MMAP_THRESHOLD_: String(2 ** 24), MALLOC_TRIM_THRESHOLD_: String(2 ** 25) };

/**
 * Runs the command until it exits for good: with exit code 0, on SIGTERM, SIGINT or SIGHUP to this process, or with
 * another exit code before it has told that it started, for instance with a wrong setting or a port in use. Several
 * processes of the command find each other by PROCESS_SOCKET; the first is the main one. If one of them exits for
 * good, so do the others.
 * @returns {Promise<number>} the exit code, 128 + the signal's number if a signal ended it
 */
export async function supervise(command, args, { env = process.env, isRestarted = true, processes = 1 } = {}) {
  // Otherwise it runs a command for a person.
  const log = new SupervisorLog(isRestarted && isJsonLog(env));
  if (processes > 1 && !(await isPortFree(env, log))) return 1;
  // Files that the service creates are for its user only. This is set here because Node creates the folder of compiled
  // modules before the service can set it.
  if (isRestarted) process.umask(0o077);
  const folder = processes > 1 ? socketFolder(log) : undefined;
  if (processes > 1 && !folder) return 1;
  const shared = folder && { PROCESSES: String(processes), PROCESS_SOCKET: join(folder, "main.sock") };
  const supervised = {
    command,
    args,
    isRestarted,
    processes,
    log,
    env: { ...COMPILE_CACHE, ...MALLOC_SETTINGS, ...env, ...shared },
  };
  const all = Array.from({ length: processes }, (_, index) => new SupervisedProcess(supervised, index));
  let isAskedToEnd = false;
  const end = () => {
    isAskedToEnd = true;
    for (const one of all) one.end();
  };
  process.on("SIGTERM", end);
  // The terminal was closed. The command gets the signal too if it was started there.
  process.on("SIGHUP", end);
  // A terminal sends Ctrl-C to the children too, but npm forwards signals to this process only. The service treats a
  // double signal as one.
  process.on("SIGINT", () => {
    if (isRestarted) end();
    else for (const one of all) one.isAskedToEnd = true;
  });
  // npm, or the shell it runs scripts with, may exit without sending a signal.
  const parent = process.ppid;
  if (env.npm_lifecycle_event) {
    const poll = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(poll);
      end();
    }, PARENT_POLL_MS).unref();
  }

  const exits = all.map((one) => one.run());
  await Promise.race(exits);
  if (!isAskedToEnd) for (const one of all) one.end();
  const exitCodes = await Promise.all(exits);
  if (folder) rmSync(folder, { recursive: true, force: true });
  return exitCodes.find((code) => code !== 0) ?? 0;
}

/** The folder of the socket by which the processes find each other; undefined, with a message, if none can be made. */
function socketFolder(log) {
  try {
    return mkdtempSync(join(tmpdir(), "sightline-"));
  } catch ({ code }) {
    log.error(
      `Several processes need a folder for temporary files, and ${tmpdir()} cannot be used (${code}). Set TMPDIR to one that this user may write to, or PROCESSES=1.`,
    );
    return undefined;
  }
}

class SupervisedProcess {
  isAskedToEnd = false;
  #supervised;
  #index;
  #child;
  /** Whether the process has started, in this life or an earlier one. Then it is able to start. */
  #hasStarted = false;
  #watch;
  #endPause = () => {};

  constructor(supervised, index) {
    this.#supervised = supervised;
    this.#index = index;
  }

  /** Resolves with the exit code when it has exited for good. */
  async run() {
    let pauseMs = FIRST_PAUSE_MS;
    for (;;) {
      const { error, code, signal, lifeMs } = await this.#runOnce();
      if (error) this.#log.error(error.message);
      const exitCode = error ? 1 : (code ?? 128 + constants.signals[signal]);
      // Stopping the main process stops the service, but the end of another process is unexpected. An error, such as
      // that there are too many processes, may pass.
      const isUnexpected = signal || (code === 0 ? this.#index > 0 : this.#hasStarted);
      if (!this.#supervised.isRestarted || this.isAskedToEnd || !isUnexpected) return exitCode;
      if (lifeMs > LONG_LIFE_MS) pauseMs = FIRST_PAUSE_MS;
      this.#log.error(
        `${this.#name} ended unexpectedly (${signal ?? `exit code ${exitCode}`}); restarting in ${pauseMs} ms.`,
      );
      await this.#pause(pauseMs);
      if (this.isAskedToEnd) return 0;
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }

  get #log() {
    return this.#supervised.log;
  }

  get #name() {
    if (this.#index > 0) return `Process ${this.#index} of the service`;
    return this.#supervised.processes > 1 ? "The main process of the service" : "The service";
  }

  /**
   * Ends the process. It is killed if it does not end in time, for instance because native code or a file system blocks
   * its main thread.
   */
  end() {
    this.isAskedToEnd = true;
    clearInterval(this.#watch);
    this.#child?.kill("SIGTERM");
    this.#endPause();
    const { isRestarted, env } = this.#supervised;
    if (isRestarted) setTimeout(() => this.#kill(), longestEndMs(env)).unref();
  }

  #kill() {
    if (this.#child?.kill("SIGKILL")) this.#log.error(`${this.#name} did not end in time, and was killed.`);
  }

  #runOnce() {
    const { command, args, env, isRestarted, log } = this.#supervised;
    const startedAt = performance.now();
    const own = isRestarted && { SUPERVISOR_PID: String(process.pid), PROCESS_INDEX: String(this.#index) };
    return new Promise((resolve) => {
      const fail = (error) => resolve({ error, lifeMs: 0 });
      try {
        const stdio = ["inherit", "inherit", log.isJson ? "pipe" : "inherit", "ipc"];
        this.#child = spawn(command, args, { stdio, env: { ...env, ...own } });
      } catch (error) {
        // Node's message for some errors, such as ENOMEM.
        return fail(error);
      }
      // The first message says that the process has started. The others answer questions.
      this.#child.once("message", () => {
        this.#hasStarted = true;
        if (isRestarted && !this.isAskedToEnd) this.#watchChild(this.#child, unresponsiveTimeoutMs(env));
      });
      this.#child.on("error", fail);
      const { stderr, pid } = this.#child;
      const followed = stderr && log.follow(stderr, pid);
      this.#child.on("exit", async (code, signal) => {
        clearInterval(this.#watch);
        if (stderr) await within(LAST_LINES_MS, followed, () => stderr.destroy());
        resolve({ code, signal, lifeMs: performance.now() - startedAt });
      });
    });
  }

  /**
   * Kills a process whose main thread does not answer: it keeps its port, so that connections to it wait forever. Only
   * one question is sent at a time, so that questions do not pile up unread.
   */
  #watchChild(child, timeoutMs) {
    if (!(timeoutMs > 0)) return;
    let isAsked = false;
    let checks = 0;
    const ask = () => {
      isAsked = true;
      checks = 0;
      // An error means that the process has ended.
      child.send("alive?", () => {});
    };
    child.on("message", () => {
      isAsked = false;
    });
    this.#watch = setInterval(() => {
      // The process has closed the channel and cannot be asked.
      if (!child.connected) return;
      if (!isAsked) return ask();
      checks += 1;
      if (checks < CHECKS_WITHOUT_ANSWER) return;
      clearInterval(this.#watch);
      this.#log.error(`${this.#name} has not answered its supervisor for ${timeoutMs / 1_000} s, and is killed.`);
      child.kill("SIGKILL");
    }, timeoutMs / CHECKS_WITHOUT_ANSWER).unref();
    ask();
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Waits for the promise, and calls the function if that takes longer. */
async function within(ms, promise, onLate) {
  const timer = setTimeout(onLate, ms);
  await promise;
  clearTimeout(timer);
}

/** A time longer than an orderly end takes. Settings that are not numbers are refused by the service itself. */
function longestEndMs({ DRAIN_DELAY_MS, SHUTDOWN_TIMEOUT_MS }) {
  const stepMs = Number(SHUTDOWN_TIMEOUT_MS || DEFAULT_SHUTDOWN_TIMEOUT_MS) || 0;
  return (Number(DRAIN_DELAY_MS) || 0) + SHUTDOWN_STEPS * stepMs + SHUTDOWN_SLACK_MS;
}

/** 0 or NaN means never. */
function unresponsiveTimeoutMs({ UNRESPONSIVE_TIMEOUT_MS }) {
  return Number(UNRESPONSIVE_TIMEOUT_MS || DEFAULT_UNRESPONSIVE_TIMEOUT_MS);
}

/**
 * Cores and memory that the service may use, as its Node sees them: Node 20 does not know of the CPU limit of a
 * container.
 * @param node The executable that will run the service.
 */
export function machineOf(node = process.execPath) {
  const seen =
    node === process.execPath
      ? [availableParallelism(), process.constrainedMemory(), totalmem()]
      : JSON.parse(execFileSync(node, ["-p", SEEN], { encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" } }));
  const [cores, limit, memoryBytes] = seen;
  return { cores, memoryBytes: Math.min(limit || memoryBytes, memoryBytes) };
}

const SEEN = "JSON.stringify([os.availableParallelism(), process.constrainedMemory(), os.totalmem()])";

/**
 * The number of processes of the service by its environment. The service itself checks PROCESSES
 * (lib/settings/node.ts).
 */
export function processCount(env, { cores, memoryBytes } = machineOf()) {
  const isNode = Boolean(env.NATS_URL || env.SERVICES);
  if (isNode) return 1;
  const byMachine = Math.floor(Math.min(cores / CORES_PER_PROCESS, memoryBytes / BYTES_PER_PROCESS));
  const count = Number(env.PROCESSES || byMachine);
  // Each process has at least one thread.
  const most = Math.min(MAX_PROCESSES, Number(env.THREADS) || MAX_PROCESSES);
  return Number.isInteger(count) ? Math.max(Math.min(count, most), 1) : 1;
}

/**
 * Prints a message if the port is not free. With `reusePort` the service would share the port with any other program
 * that sets it.
 */
export async function isPortFree({ PORT, HOST }, log = new SupervisorLog(false)) {
  const port = PORT || "8080";
  const server = createServer();
  try {
    server.listen({ port: Number(port) || 0, host: HOST || "127.0.0.1" });
    await once(server, "listening");
    server.close();
    await once(server, "close");
    return true;
  } catch ({ code }) {
    // The service itself reports a wrong PORT or HOST.
    if (code !== "EADDRINUSE") return true;
    log.error(`Port ${port} is in use by another program. Stop that program, or set another PORT.`);
    return false;
  }
}

if (process.argv[1] === ownPath) {
  const [command, ...args] = process.argv.slice(2);
  process.exitCode = await supervise(command, args, { processes: processCount(process.env) });
}
