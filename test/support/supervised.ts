/** The service under its supervisor, like `npm start` runs it, with the given services. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { freePort } from "./service.ts";

const root = join(import.meta.dirname, "../..");
const READY_WITHIN_MS = 100_000;

export interface Supervised {
  readonly url: string;
  readonly dataDir: string;
  /** The supervisor's process. */
  readonly child: ChildProcess;
  readonly exited: Promise<[number | null]>;
  /** Resolves once the service reports ready. */
  ready(): Promise<void>;
  log(): string;
  /** How often the supervisor has restarted the service. */
  restarts(): number;
  stop(): Promise<void>;
}

export async function supervise(services: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Supervised> {
  const port = await freePort();
  const dataDir = mkdtempSync(join(tmpdir(), "sightline-data-"));
  const args = ["scripts/run.mjs", "--supervise", "moleculer-runner", "--config", "moleculer.config.ts", ...services];
  const child = spawn(process.execPath, args, {
    cwd: root,
    // One process unless the test says otherwise, because there would be more on many cores.
    env: { ...process.env, HOST: "127.0.0.1", PORT: String(port), DATA_DIR: dataDir, PROCESSES: "1", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
  const exited = once(child, "exit") as Promise<[number | null]>;
  const url = `http://127.0.0.1:${port}`;
  const status = () =>
    fetch(`${url}/readyz`).then(
      (response) => response.status,
      () => 0,
    );
  return {
    url,
    dataDir,
    child,
    exited,
    ready: () => expect.poll(status, { timeout: READY_WITHIN_MS }).toBe(200),
    log: () => log,
    restarts: () => log.split(/(?:The|The main process of the) service ended unexpectedly/).length - 1,
    async stop() {
      if (child.exitCode === null) child.kill("SIGTERM");
      await exited;
      rmSync(dataDir, { recursive: true });
    },
  };
}

/** The processes that the supervisor started, in this order. */
export function childrenOf({ pid }: Pick<ChildProcess, "pid">): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
}

/** The process that the supervisor started. */
export function childOf(supervisor: ChildProcess): number {
  return childrenOf(supervisor)[0] ?? 0;
}
