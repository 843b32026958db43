/** Starts the service like a user does, in a separate process, on a free port with its own data folder. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { joinedLibraries } from "./joined-libraries.ts";

const root = join(import.meta.dirname, "../..");
const READY_WITHIN_MS = 100_000;
/**
 * Polling interval of starts, of which there are hundreds: polling more often would only take processor time from them.
 */
const ASK_EVERY_MS = 60;

export interface RunningProcess {
  readonly process: ChildProcess;
  /** Its data folder: a temporary one, unless DATA_DIR says otherwise. */
  readonly dataDir: string;
  /** Lines logged so far. */
  readonly log: string[];
  stop(): Promise<number | null>;
  /** `kill -9`. The data folder stays unless it is temporary. */
  kill(): Promise<void>;
}

export interface RunningService extends RunningProcess {
  readonly url: string;
}

/** A folder for successive services, to pass as DATA_DIR. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "sightline-data-"));
}

const FIRST_FREE_PORT = 10_000;
const FREE_PORTS = 20_000;

/**
 * A port for a server that must be told where to listen. It is below the range from which the kernel takes ports of
 * outgoing connections, one of which could get the port before the server does. No other process, even of another test
 * run on this machine, gets the same port from this function until this process has ended.
 */
export async function freePort(): Promise<number> {
  const port = FIRST_FREE_PORT + randomInt(FREE_PORTS);
  return (await reserve(port)) && (await canListen(port)) ? port : freePort();
}

/**
 * Reserves the port by the name of a socket that is no file and ends with this process. @returns whether nobody had
 * reserved it
 */
async function reserve(port: number): Promise<boolean> {
  const reservation = createServer().unref();
  try {
    await once(reservation.listen(`\0sightline-test-port-${port}`), "listening");
    return true;
  } catch {
    return false;
  }
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}

/**
 * Starts a process without waiting for it. The environment decides whether and where it listens.
 * @param runBy A program with its arguments that gets the command of the process as further arguments, and runs it.
 */
export function startProcess(
  environment: NodeJS.ProcessEnv = {},
  services = "services/**/*.service.ts",
  runBy: readonly string[] = [],
): RunningProcess {
  const dataDir = environment.DATA_DIR ?? temporaryFolder();
  const clean = () => environment.DATA_DIR === undefined && rmSync(dataDir, { recursive: true, force: true });
  const runner = join(root, "node_modules/moleculer/bin/moleculer-runner.mjs");
  const service = [runner, "--config", "moleculer.config.ts", services];
  const command = [process.execPath, "--import", joinedLibraries(), ...service];
  const [program = "", ...args] = [...runBy, ...command];
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, HOST: "127.0.0.1", DATA_DIR: dataDir, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log: string[] = [];
  // A chunk of output need not end at the end of a line.
  for (const input of [child.stdout, child.stderr])
    if (input) createInterface({ input }).on("line", (line) => line !== "" && log.push(line));
  const exited = once(child, "exit");
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
    clean();
    return child.exitCode;
  };
  return {
    process: child,
    dataDir,
    log,
    stop: () => end("SIGTERM"),
    async kill() {
      await end("SIGKILL");
    },
  };
}

export async function startService(
  environment: NodeJS.ProcessEnv = {},
  services?: string,
  isReady = (response: Response) => response.ok,
): Promise<RunningService> {
  const port = Number(environment.PORT ?? (await freePort()));
  const running = startProcess({ PORT: String(port), ...environment }, services);
  const { process: child, log } = running;
  const closed = once(child, "close");
  const service: RunningService = { ...running, url: `http://127.0.0.1:${port}` };
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      const end = child.signalCode ?? child.exitCode ?? "none";
      await service.kill();
      // If a process has ended by itself, its last lines may arrive after its end.
      if (child.exitCode !== null) await closed;
      throw new Error(`The service did not get ready (exit code or signal: ${end}):\n${log.join("\n")}`);
    }
    // The time-out keeps a process that dies or hangs here from hanging its test.
    const response = await fetch(`${service.url}/readyz`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    if (response && isReady(response)) return service;
    await sleep(ASK_EVERY_MS);
  }
}
