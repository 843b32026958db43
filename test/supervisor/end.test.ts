/** `npm start` ends as a whole, whichever of its processes is told to end or is killed. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { freePort, startProcess, temporaryFolder } from "../support/service.ts";

const root = join(import.meta.dirname, "../..");
/** Before version 10 npm takes these signals, and neither ends nor hands them on. */
const handsOnSignals = Number.parseInt(execFileSync("npm", ["--version"], { encoding: "utf8" }), 10) >= 10;

interface Started {
  readonly npm: ChildProcess;
  readonly supervisor: number;
  readonly service: number;
  readonly exited: Promise<unknown>;
  log(): string;
  answers(): Promise<boolean>;
}

const started: Started[] = [];
const dataDirs: string[] = [];
afterEach(async () => {
  for (const { npm, supervisor, service, exited } of started.splice(0)) {
    for (const pid of [supervisor, service]) if (isRunning(pid)) process.kill(pid, "SIGKILL");
    npm.kill("SIGKILL");
    await exited;
  }
  for (const dataDir of dataDirs.splice(0)) rmSync(dataDir, { recursive: true, force: true });
});

/** @param detached Whether npm and its children are a group of processes of their own, as those of a terminal are. */
async function npmStart(more: NodeJS.ProcessEnv = {}, detached = false): Promise<Started> {
  const [port, dataDir] = [await freePort(), temporaryFolder()];
  dataDirs.push(dataDir);
  const environment = { HOST: "127.0.0.1", PORT: String(port), DATA_DIR: dataDir, PROCESSES: "1", ...more };
  const npm = spawn("npm", ["start"], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "ignore"],
    detached,
  });
  let log = "";
  npm.stdout?.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2000) }).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(answers).toBe(true);
  const supervisor = childOf(npm.pid as number);
  const run = { npm, supervisor, service: childOf(supervisor), exited: once(npm, "close"), log: () => log, answers };
  started.push(run);
  return run;
}

function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]);
}

/** A process that nobody has waited for yet has no command line any more. */
function isRunning(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`).length > 0;
  } catch {
    return false;
  }
}

async function expectGone({ npm, supervisor, service, exited, answers }: Started): Promise<void> {
  const running = () => [npm.pid as number, supervisor, service].filter(isRunning);
  await expect.poll(running).toEqual([]);
  // The exit code is known once Node has been told.
  await exited;
  expect(await answers()).toBe(false);
}

describe("npm start", () => {
  it.runIf(handsOnSignals).each(["SIGTERM", "SIGINT"] as const)("ends when npm gets %s", async (signal) => {
    const run = await npmStart();
    process.kill(run.npm.pid as number, signal);
    await expectGone(run);
    expect(run.npm.exitCode).toBe(0);
  });

  it("ends in order when its terminal is closed", async () => {
    const run = await npmStart({}, true);
    process.kill(-(run.npm.pid as number), "SIGHUP");
    await expectGone(run);
    // The supervisor, which gets the signal too, may be the first to tell the service.
    await expect.poll(run.log).toMatch(/The service stops, by SIG(?:HUP|TERM)\./);
    expect(run.log()).toContain("The service has stopped.");
  });

  it.each(["supervisor", "service"] as const)("ends in order when its %s gets SIGHUP", async (name) => {
    const run = await npmStart();
    process.kill(run[name], "SIGHUP");
    await expectGone(run);
    expect(run.npm.exitCode).toBe(0);
    expect(run.log()).toContain("The service has stopped.");
  });

  it("ends when npm is killed", async () => {
    const run = await npmStart();
    process.kill(run.npm.pid as number, "SIGKILL");
    await expectGone(run);
  });

  it("ends when its supervisor is killed", async () => {
    const run = await npmStart();
    process.kill(run.supervisor, "SIGKILL");
    await expectGone(run);
    await expect.poll(run.log).toContain("The supervisor is gone, so the service stops");
  });

  it("ends when its supervisor was killed while it started", async () => {
    const { pid } = spawnSync("true");
    const { process: service, log, stop } = startProcess({ PORT: `${await freePort()}`, SUPERVISOR_PID: `${pid}` });
    const ended = () => service.exitCode !== null || service.signalCode !== null;
    await expect.poll(ended, { timeout: 60_000 }).toBe(true);
    expect(log.join("\n")).toContain("The supervisor is gone, so the service stops");
    await stop();
  });

  it("leaves nothing in the folder for temporary files when the supervisor of several processes is killed", async () => {
    const folder = temporaryFolder();
    dataDirs.push(folder);
    const sockets = () => readdirSync(folder).filter((name) => name.startsWith("sightline-"));
    const run = await npmStart({ PROCESSES: "2", THREADS: "2", TMPDIR: folder });
    expect(sockets()).toHaveLength(1);
    process.kill(run.supervisor, "SIGKILL");
    await expectGone(run);
    await expect.poll(sockets).toEqual([]);
  });

  it("ends although the service does not, whose main thread stands still", async () => {
    const run = await npmStart({ SHUTDOWN_TIMEOUT_MS: "100" });
    process.kill(run.service, "SIGSTOP");
    process.kill(run.supervisor, "SIGTERM");
    await expectGone(run);
    expect(run.npm.exitCode).not.toBe(0);
  });

  it("ends once when it is told twice", async () => {
    const run = await npmStart();
    process.kill(run.service, "SIGINT");
    process.kill(run.supervisor, "SIGINT");
    await expectGone(run);
    expect(run.npm.exitCode).toBe(0);
  });
});
