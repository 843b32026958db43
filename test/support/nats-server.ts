/** A real `nats-server` with JetStream, on a free loopback port, with its own store folder. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { natsServerProgram } from "../../scripts/nats-server.ts";
import { accepts } from "./accepts.ts";
import { freePort } from "./service.ts";

const READY_WITHIN_MS = 100_000;
// Not done on the first start: hooks and tests have a time limit, which an installation may exceed.
const natsServer = natsServerProgram();

export interface NatsServer {
  readonly url: string;
  readonly process: ChildProcess;
  /** Ends the server with the signal and, after the pause, restarts it on the same port with its data. */
  restart(signal?: NodeJS.Signals, pauseMs?: number): Promise<void>;
  /** `kill -9` with loss of the disk. After the pause, an empty server replaces it on the same port. */
  replace(pauseMs?: number): Promise<void>;
  /** `kill -9`. The server keeps its data. */
  kill(): Promise<void>;
  /** Ends the server and deletes its data. */
  stop(): Promise<void>;
}

export interface NatsSettings {
  readonly port?: number;
  /** Address on which it listens; loopback by default. */
  readonly host?: string;
  /** Further arguments, such as `--user`. */
  readonly args?: readonly string[];
  /** A folder for its data. */
  readonly folder?: string;
  /** A program with its arguments that gets the server's command as further arguments, and runs it. */
  readonly runBy?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
}

export async function startNatsServer(settings: NatsSettings = {}): Promise<NatsServer> {
  const folder = settings.folder ?? mkdtempSync(join(tmpdir(), "sightline-nats-"));
  const port = settings.port ?? (await freePort());
  let child = await start(port, folder, settings);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  };
  return {
    url: `nats://${settings.host ?? "127.0.0.1"}:${port}`,
    get process() {
      return child;
    },
    async restart(signal = "SIGTERM", pauseMs = 0) {
      await end(signal);
      await sleep(pauseMs);
      child = await start(port, folder, settings);
    },
    async replace(pauseMs = 0) {
      await end("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
      await sleep(pauseMs);
      child = await start(port, folder, settings);
    },
    kill: () => end("SIGKILL"),
    async stop() {
      await end("SIGTERM");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function start(port: number, folder: string, settings: NatsSettings): Promise<ChildProcess> {
  const { args = [], host = "127.0.0.1", runBy = [], environment = {} } = settings;
  const command = [natsServer, "--addr", host, "--port", String(port), "--jetstream", "--store_dir", folder];
  const [program = "", ...rest] = [...runBy, ...command, ...args];
  const child = spawn(program, rest, { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...environment } });
  let log = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    if (log.length < 100_000) log += text;
  });
  const deadline = Date.now() + READY_WITHIN_MS;
  // "Server is ready" is logged after JetStream has recovered its streams and the server listens.
  while (!log.includes("Server is ready") || !(await accepts(host, port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`nats-server did not get ready:\n${log}`);
    }
    await sleep(10);
  }
  return child;
}
