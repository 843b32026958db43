/**
 * Servers that speak MongoDB's protocol: that of `MONGO_URL`, a `mongod` on the PATH, FerretDB and mongo-java-server. A
 * server that is started here listens on a free loopback port and has a data folder of its own.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { MongoClient } from "mongodb";
import { buildFerretdb } from "./ferretdb/build.ts";
import { mongoJavaServer } from "./mongo-java-server.ts";
import { freePort } from "./service.ts";
import { explainSkipped } from "./skipped-tests.ts";

const READY_WITHIN_MS = 100_000;

export type MongoServerName = "MONGO_URL" | "mongod" | "FerretDB" | "mongo-java-server";

export interface MongoServer {
  readonly name: MongoServerName;
  readonly url: string;
  /** Undefined for the server that `MONGO_URL` names, which tests must not stop. */
  readonly process: ChildProcess | undefined;
  /** Whether a test may kill the server and finds its data again. Not so in memory, or on the server of `MONGO_URL`. */
  readonly keepsData: boolean;
  /** `kill -9`. The server keeps its data. */
  kill(): Promise<void>;
  /** Ends the server with the signal and restarts it on the same port with its data. */
  restart(signal?: NodeJS.Signals): Promise<void>;
  /** Ends the server and deletes its data. */
  stop(): Promise<void>;
}

/** Where and how a server runs. */
export interface MongoPlace {
  /** Address on which it listens; loopback by default. */
  readonly host?: string;
  /** A folder for its data. */
  readonly folder?: string;
  /** A program with its arguments that gets the server's command as further arguments, and runs it. */
  readonly runBy?: readonly string[];
}

type Command = (host: string, port: number, folder: string) => readonly [file: string, ...args: string[]];

/** Servers in order of preference. Each is undefined if it is missing and we do not install it. */
const commands: Readonly<Record<Exclude<MongoServerName, "MONGO_URL">, () => Promise<Command | undefined>>> = {
  async mongod() {
    if (!hasMongod()) return undefined;
    return (host, port, folder) => ["mongod", "--bind_ip", host, "--port", String(port), "--dbpath", folder];
  },
  async FerretDB() {
    const ferretdb = buildFerretdb();
    return (host, port, folder) => [ferretdb, `${host}:${port}`, folder];
  },
  "mongo-java-server": mongoJavaServer,
};

/**
 * One server: that of `MONGO_URL`, or the one that `MONGO_SERVER` names, or the first that is available.
 * @returns undefined, with a loud warning, if none is available; in CI that is an error. The first start may build
 *   FerretDB, which takes minutes.
 */
export async function startMongoServer(place: MongoPlace = {}): Promise<MongoServer | undefined> {
  const [server] = await startSome(1, process.env.MONGO_SERVER, place);
  return server;
}

/**
 * All kinds of servers on which tests run: only that of `MONGO_URL` or, without it, a `mongod` or FerretDB, and
 * mongo-java-server. Like `startMongoServer`, it fails in CI if one is unavailable.
 */
export async function startMongoServers(): Promise<MongoServer[]> {
  return startSome(2);
}

/** Installs and builds what `startMongoServer` needs. The first time, this takes longer than hooks and tests may. */
export async function prepareMongoServer(): Promise<void> {
  await available(1, process.env.MONGO_SERVER);
}

async function startSome(most: number, only?: string, place: MongoPlace = {}): Promise<MongoServer[]> {
  const given = process.env.MONGO_URL;
  const external = {
    name: "MONGO_URL",
    process: undefined,
    keepsData: false,
    kill: refuseRestart,
    restart: refuseRestart,
    stop: async () => {},
  } as const;
  if (given) return [{ ...external, url: given }];
  const servers: MongoServer[] = [];
  try {
    for (const [name, command] of await available(most, only)) servers.push(await startOwn(name, command, place));
    return servers;
  } catch (error) {
    for (const server of servers) await server.stop();
    throw error;
  }
}

async function available(most: number, only?: string): Promise<Map<keyof typeof commands, Command>> {
  const found = new Map<keyof typeof commands, Command>();
  if (process.env.MONGO_URL) return found;
  if (only && !Object.hasOwn(commands, only))
    throw new Error(`MONGO_SERVER must be one of ${Object.keys(commands).join(", ")}.`);
  for (const name of Object.keys(commands) as (keyof typeof commands)[]) {
    // FerretDB is used only in place of a mongod.
    if ((only && name !== only) || found.size === most || (name === "FerretDB" && found.size > 0)) continue;
    const command = await commands[name]().catch((error: Error) => explainSkipped(`the tests of ${name}`, error));
    if (command) found.set(name, command);
  }
  if (found.size === 0)
    explainSkipped(`the tests of ${only ?? "MongoDB"}`, new Error("There is no server to run them on."));
  return found;
}

function hasMongod(): boolean {
  try {
    execFileSync("mongod", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function startOwn(name: MongoServerName, command: Command, place: MongoPlace): Promise<MongoServer> {
  const { host = "127.0.0.1", folder = mkdtempSync(join(tmpdir(), "sightline-mongo-")), runBy = [] } = place;
  const port = await freePort();
  const url = `mongodb://${host}:${port}`;
  const begin = () => start(url, [...runBy, ...command(host, port, folder)]);
  let child = await begin();
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  };
  return {
    name,
    url,
    keepsData: name !== "mongo-java-server",
    get process() {
      return child;
    },
    kill: () => end("SIGKILL"),
    async restart(signal = "SIGTERM") {
      await end(signal);
      child = await begin();
    },
    async stop() {
      await end("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function start(url: string, [file = "", ...args]: readonly string[]): Promise<ChildProcess> {
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
  throw new Error("The server that MONGO_URL names is not stopped by tests.");
}
