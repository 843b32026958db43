/** A real S3 server, VersityGW, on a free loopback port, with its own folder and one bucket. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AwsClient } from "aws4fetch";
import type { BucketOptions } from "../../lib/backends/s3/bucket.ts";
import { freePort } from "./service.ts";
import { explainSkipped } from "./skipped-tests.ts";
import { buildVersitygw } from "./versitygw/build.ts";

const READY_WITHIN_MS = 100_000;
const BUCKET = "images";
const ACCESS_KEY_ID = "test";
export const S3_SECRET = "secret-of-the-bucket";

export interface S3Server {
  readonly url: string;
  readonly port: number;
  /**
   * The settings of a service that uses the bucket. @param port Port of a proxy in front of the server, if there is
   * one.
   */
  settings(port?: number): Record<string, string>;
  /** Options for using the bucket without a service. */
  bucketOptions(port?: number): BucketOptions;
  /** From now on, deleted objects stay as old versions. */
  keepVersions(): Promise<void>;
  /** `kill -9`. The server keeps its data. */
  kill(): Promise<void>;
  /** Starts the server again after `kill`, on the same port with its data. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** @returns undefined, with a loud warning, if the server cannot be built. In CI that is an error. */
function serverProgram(): string | undefined {
  try {
    return buildVersitygw();
  } catch (error) {
    explainSkipped("the tests of S3", error as Error);
    return undefined;
  }
}

// Not done on the first start: hooks and tests have a time limit, which building may exceed.
const program = serverProgram();
export const hasS3Server = program !== undefined;

/** @param settings `isVersioned`: whether the bucket can keep old versions of objects. */
export async function startS3Server({ isVersioned = false } = {}): Promise<S3Server> {
  const folder = mkdtempSync(join(tmpdir(), "sightline-s3-"));
  const port = await freePort();
  // The server uses folders as buckets.
  mkdirSync(join(folder, "data", BUCKET), { recursive: true });
  mkdirSync(join(folder, "metadata"));
  mkdirSync(join(folder, "versions"));
  let child = await start(folder, port, isVersioned);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    settings: (through = port) => ({
      BLOB_STORE: "s3",
      S3_ENDPOINT: `http://127.0.0.1:${through}`,
      S3_BUCKET: BUCKET,
      S3_ACCESS_KEY_ID: ACCESS_KEY_ID,
      S3_SECRET_ACCESS_KEY: S3_SECRET,
    }),
    bucketOptions: (through = port) => ({
      endpoint: `http://127.0.0.1:${through}`,
      bucket: BUCKET,
      region: "us-east-1",
      credentials: async () => ({ accessKeyId: ACCESS_KEY_ID, secretAccessKey: S3_SECRET }),
    }),
    keepVersions: () => keepVersions(`http://127.0.0.1:${port}`),
    kill: () => end("SIGKILL"),
    async start() {
      child = await start(folder, port, isVersioned);
    },
    async stop() {
      await end("SIGTERM");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function keepVersions(url: string): Promise<void> {
  const body = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
  const client = new AwsClient({ accessKeyId: ACCESS_KEY_ID, secretAccessKey: S3_SECRET, service: "s3" });
  const answer = await client.fetch(`${url}/${BUCKET}?versioning`, { method: "PUT", body });
  if (!answer.ok) throw new Error(await answer.text());
}

async function start(folder: string, port: number, isVersioned: boolean): Promise<ChildProcess> {
  const args = ["--port", `127.0.0.1:${port}`, "--quiet", "--access", ACCESS_KEY_ID, "--secret", S3_SECRET];
  // Keeps metadata in files, because not every file system has extended attributes.
  const versions = isVersioned ? ["--versioning-dir", join(folder, "versions")] : [];
  const posix = ["posix", "--sidecar", join(folder, "metadata"), ...versions, join(folder, "data")];
  const child = spawn(program as string, [...args, ...posix], { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    if (log.length < 100_000) log += text;
  });
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`The S3 server did not start:\n${log}`);
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (answer) return child;
    await sleep(20);
  }
}
