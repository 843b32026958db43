/** A service with a number of processes, started like a user starts it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processTree } from "./cpu-time.ts";

const READY_WITHIN_MS = 60_000;

export interface MeasuredService {
  readonly processes: number;
  readonly url: string;
  /** Process ids of the supervisor and of all processes under it. */
  pids(): number[];
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

export interface ServiceSettings {
  readonly processes: number;
  /** Folder of an unpacked bundle. By default, the files to which this file belongs. */
  readonly bundle?: string | undefined;
  /** A folder for data. */
  readonly folder: string;
}

/** @throws if the service does not become ready. */
export async function startMeasuredService(settings: ServiceSettings): Promise<MeasuredService> {
  const { processes, bundle, folder } = settings;
  const port = await freePort();
  const dataDir = join(folder, `data-${processes}`);
  mkdirSync(dataDir, { recursive: true });
  const [command, ...args] = bundle
    ? [join(bundle, "bin/sightline"), "serve"]
    : [process.execPath, join(import.meta.dirname, "../../cli/sightline.ts"), "serve"];
  const env = { ...process.env, HOST: "127.0.0.1", PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: "warn" };
  const child = spawn(command as string, args, {
    env: { ...env, PROCESSES: String(processes) },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(child, url);
  return {
    processes,
    url,
    pids: () => processTree(child.pid as number),
    async stop() {
      child.kill("SIGTERM");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
  };
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await fetch(`${url}/readyz`).catch(() => undefined))?.ok) {
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill("SIGTERM");
      throw new Error(`The service at ${url} did not get ready.`);
    }
    await sleep(50);
  }
}
