/**
 * A server that speaks MongoDB's protocol: the first available of `MONGO_URL`, a `mongod` on the PATH, and FerretDB. A
 * server started here listens on a free loopback port and has a data folder of its own.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { MongoClient } from "mongodb";
import { buildFerretdb } from "./ferretdb/build.ts";
import { freePort } from "./service.ts";

const READY_WITHIN_MS = 30_000;

export interface MongoServer {
  readonly url: string;
  /** Undefined for the server that `MONGO_URL` names, which tests must not stop. */
  readonly process: ChildProcess | undefined;
  /** Ends it with the signal and restarts it on the same port with its data. */
  restart(signal?: NodeJS.Signals): Promise<void>;
  /** Ends it and deletes its data. */
  stop(): Promise<void>;
}

/** @returns undefined, with a loud warning, if none is available. The first start may build FerretDB, for minutes. */
export async function startMongoServer(): Promise<MongoServer | undefined> {
  const given = process.env.MONGO_URL;
  if (given) return { url: given, process: undefined, restart: refuseRestart, stop: async () => {} };
  const command = findCommand();
  if (command) return startOwn(command);
  process.stderr.write(
    "\n!!! NO MONGODB: neither MONGO_URL nor mongod nor Go, to build FerretDB with, is here. ITS TESTS ARE SKIPPED. !!!\n\n",
  );
  return undefined;
}

type Command = (port: number, folder: string) => readonly [file: string, ...args: string[]];

function findCommand(): Command | undefined {
  if (hasMongod())
    return (port, folder) => ["mongod", "--bind_ip", "127.0.0.1", "--port", String(port), "--dbpath", folder];
  const ferretdb = buildFerretdb();
  return ferretdb ? (port, folder) => [ferretdb, `127.0.0.1:${port}`, folder] : undefined;
}

function hasMongod(): boolean {
  try {
    execFileSync("mongod", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function startOwn(command: Command): Promise<MongoServer> {
  const folder = mkdtempSync(join(tmpdir(), "sightline-mongo-"));
  const port = await freePort();
  const url = `mongodb://127.0.0.1:${port}`;
  let child = await start(url, command(port, folder));
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  };
  return {
    url,
    get process() {
      return child;
    },
    async restart(signal = "SIGTERM") {
      await end(signal);
      child = await start(url, command(port, folder));
    },
    async stop() {
      await end("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function start(url: string, [file, ...args]: readonly [string, ...string[]]): Promise<ChildProcess> {
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      if (log.length < 100_000) log += text;
    });
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`${file} did not get ready:\n${log}`);
    }
    await sleep(20);
  }
  return child;
}

async function answers(url: string): Promise<boolean> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 500 });
  try {
    await client.db("admin").command({ ping: 1 });
    return true;
  } catch {
    return false;
  } finally {
    await client.close();
  }
}

async function refuseRestart(): Promise<void> {
  throw new Error("The server that MONGO_URL names is not restarted by tests.");
}
