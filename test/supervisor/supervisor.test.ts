import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { freePort } from "../support/service.ts";
import { goldenPictures } from "../support/shared-data.ts";

const root = join(import.meta.dirname, "../..");
const services = ["services/{api,jobs,events}.service.ts", "test/support/services/hanging-detector.service.ts"];
const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

interface Answer {
  readonly state: string;
  readonly items: {
    readonly index: number;
    readonly attempts: number;
    readonly result?: { readonly faces: number[][] };
  }[];
}

/** What `npm start` runs, with a detector that can be made to hang. */
async function supervise(environment: NodeJS.ProcessEnv = {}) {
  const port = await freePort();
  const dataDir = mkdtempSync(join(tmpdir(), "sightline-data-"));
  const args = ["scripts/run.mjs", "--supervise", "moleculer-runner", "--config", "moleculer.config.ts", ...services];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, HOST: "127.0.0.1", PORT: String(port), DATA_DIR: dataDir, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
  const exited = once(child, "exit") as Promise<[number | null]>;
  cleanUp.push(async () => {
    if (child.exitCode === null) child.kill("SIGTERM");
    await exited;
    rmSync(dataDir, { recursive: true });
  });
  const url = `http://127.0.0.1:${port}`;
  const ready = () =>
    expect
      .poll(
        () =>
          fetch(`${url}/readyz`).then(
            (r) => r.status,
            () => 0,
          ),
        { timeout: 30_000 },
      )
      .toBe(200);
  return { url, child, exited, ready, log: () => log };
}

/** The process that the supervisor started. */
function childOf({ pid }: ChildProcess): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]);
}

describe("the supervisor", () => {
  it("replaces a process that was killed", { timeout: 80_000 }, async () => {
    const { child, ready } = await supervise();
    await ready();
    const first = childOf(child);
    process.kill(first, "SIGKILL");
    await expect.poll(() => childOf(child), { timeout: 5000 }).toBeGreaterThan(first);
    await ready();
  });

  it("ends with the process when it is asked to", { timeout: 80_000 }, async () => {
    const { child, ready, exited } = await supervise();
    await ready();
    child.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
  });

  it("does not start again what cannot start", async () => {
    const { exited, log } = await supervise({ PORT: "none" });
    expect(await exited).toEqual([1, null]);
    expect(log()).toContain("PORT must be");
    expect(log()).not.toContain("is started again");
  });
});

describe("an image that hangs a thread", () => {
  it("costs a restart an attempt, is given up, and holds up none of its neighbours", { timeout: 90_000 }, async () => {
    const settings = { HANG_TIMEOUT_MS: "500", IMAGE_TIMEOUT_MS: "300", MAX_ATTEMPTS: "2", THREADS: "2" };
    const { url, ready, log } = await supervise(settings);
    await ready();
    const golden = goldenPictures();
    const images = [
      ...golden.map(({ path }) => readFileSync(path).toString("base64")),
      Buffer.from("hang").toString("base64"),
      ...golden.map(({ path }) => readFileSync(path).toString("base64")),
    ];
    const headers = { "Content-Type": "application/json" };
    const created = await fetch(`${url}/v1/jobs`, { method: "POST", headers, body: JSON.stringify({ images }) });
    expect(created.status).toBe(202);
    const job = created.headers.get("location");

    const read = async (path: string) => (await fetch(url + path)).json() as Promise<Answer>;
    const state = () =>
      read(`${job}`).then(
        (body) => body.state,
        () => "the service is away",
      );
    await expect.poll(state, { timeout: 60_000, interval: 100 }).toBe("partially_failed");
    // The job may be over while the process with the hanging threads is leaving.
    await ready();
    const { items } = await read(`${job}/results`);
    const faces = [...golden.map((picture) => picture.faces), undefined, ...golden.map((picture) => picture.faces)];
    expect(items.map((item) => item.result?.faces)).toEqual(faces);
    // Attempts that ended with their process count only where the image was alone in work: a few more are made.
    expect(items[5]).toMatchObject({ state: "failed", problem: { status: expect.any(Number) } });
    expect(items[5]?.attempts).toBeGreaterThanOrEqual(2);
    expect(items[5]?.attempts).toBeLessThanOrEqual(8);
    expect(await read("/v1/dead-letters")).toMatchObject({ items: [{ index: 5 }] });
    expect(log()).toContain("A thread of the detector hangs");
    expect(log()).toContain("exit 70");
  });
});
