import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { goldenImages } from "../support/shared-data.ts";
import { childOf, supervise as superviseServices } from "../support/supervised.ts";

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
    readonly problem?: { readonly code: string };
  }[];
}

/** What `npm start` runs, with a detector that can be made to hang. */
async function supervise(environment: NodeJS.ProcessEnv = {}) {
  const supervised = await superviseServices(services, environment);
  cleanUp.push(supervised.stop);
  return supervised;
}

/** A command of `node -e` under the supervisor as a container has it. */
function superviseScript(
  script: string,
  environment: NodeJS.ProcessEnv = {},
  node = process.execPath,
  standardError: "pipe" | number = "pipe",
) {
  const child = spawn(process.execPath, ["scripts/supervise.mjs", node, "-e", script], {
    cwd: root,
    // The tests themselves are run under it, and have what it sets.
    env: {
      ...process.env,
      PROCESSES: "1",
      MALLOC_MMAP_THRESHOLD_: undefined,
      MALLOC_TRIM_THRESHOLD_: undefined,
      ...environment,
    },
    stdio: ["ignore", "pipe", standardError],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const closed = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  cleanUp.push(async () => {
    child.kill("SIGTERM");
    await closed;
  });
  return { child, closed, output: () => output };
}

describe("the supervisor", () => {
  it("replaces a process that was killed, and ends with its successor when it is asked to", async () => {
    const { child, ready, exited } = await supervise();
    await ready();
    const first = childOf(child);
    process.kill(first, "SIGKILL");
    await expect.poll(() => [0, first].includes(childOf(child))).toBe(false);
    await ready();
    child.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
  });

  it("asks the service once to end when npm is gone, however long that takes", async () => {
    // Ends after several of the supervisor's looks for npm.
    const script = `
      let signals = 0;
      const end = () => { console.log("signals: " + signals); process.exit(); };
      process.on("SIGTERM", () => signals++ || setTimeout(end, 1_600));
      setInterval(() => {}, 1_000);
      console.log("started");`;
    // In place of npm: ends when its input does.
    const npm = spawn("sh", ["-c", `"$0" scripts/supervise.mjs "$0" -e "$1" & read line`, process.execPath, script], {
      cwd: root,
      env: { ...process.env, PROCESSES: "1", npm_lifecycle_event: "start" },
      stdio: ["pipe", "pipe", "inherit"],
    });
    let output = "";
    npm.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    const closed = once(npm, "close");
    await expect.poll(() => output).toContain("started");
    npm.stdin.end();
    await closed;
    expect(output).toContain("signals: 1\n");
  });

  it("fixes the thresholds of malloc, unless they are set", async () => {
    const script = "console.log(process.env.MALLOC_MMAP_THRESHOLD_, process.env.MALLOC_TRIM_THRESHOLD_)";
    const [byDefault, set] = [superviseScript(script), superviseScript(script, { MALLOC_MMAP_THRESHOLD_: "65536" })];
    await Promise.all([byDefault.closed, set.closed]);
    expect(byDefault.output()).toBe("16777216 33554432\n");
    expect(set.output()).toBe("65536 33554432\n");
  });

  it("does not start again what cannot start", async () => {
    const { exited, log } = await supervise({ PORT: "none" });
    expect(await exited).toEqual([1, null]);
    expect(log()).toContain("PORT must be");
    expect(log()).not.toContain("restarting");
    const lines = log().trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        level: 50,
        mod: "stderr",
        msg: expect.stringMatching(/^\[Runner\] The configuration is wrong:\n +PORT must be/),
      },
    ]);
  });
});

describe("the supervisor of a container", () => {
  it("passes exit codes and signals on", async () => {
    expect(await superviseScript("process.exit(7)").closed).toEqual([7, null]);
    const { child, closed, output } = superviseScript(
      "process.on('SIGTERM', () => process.exit(5)); setInterval(() => {}, 1e6); console.log('up')",
    );
    await expect.poll(output).toContain("up");
    child.kill("SIGTERM");
    expect(await closed).toEqual([5, null]);
  });

  it("says why it starts again, and does so in under two seconds each time", async () => {
    const { output } = superviseScript("console.log('up', Date.now()); process.kill(process.pid, 'SIGSEGV')");
    const starts = () => Array.from(output().matchAll(/up (\d+)/g), ([, time]) => Number(time));
    await expect.poll(() => starts().length).toBeGreaterThan(7);
    expect(output()).toMatch(/The service ended unexpectedly \(SIGSEGV\); restarting in \d+ ms\./);
    expect(output()).not.toMatch(/restarting in (?:1[1-9]\d\d|[2-9]\d{3}|\d{5,}) ms/);
  });

  it("writes what it says, and the last words of the service, as the log is", async () => {
    const script = `
      const { writeSync } = require("node:fs");
      writeSync(2, "\\x1b[31mnative code\\x1b[m\\n  failed\\nand has no last line");
      process.kill(process.pid, "SIGSEGV");`;
    const json = superviseScript(script);
    const text = superviseScript(script, { LOG_FORMAT: "text" });
    await expect.poll(() => json.output().split("\n").length).toBeGreaterThan(4);
    const entries = json.output().split("\n").slice(0, 3);
    expect(entries.map((line) => JSON.parse(line))).toMatchObject([
      { level: 50, mod: "stderr", msg: "native code\n  failed" },
      { level: 50, mod: "stderr", msg: "and has no last line" },
      {
        level: 50,
        mod: "supervisor",
        pid: json.child.pid,
        msg: expect.stringMatching(/^The service ended unex.*SIGSEGV/),
      },
    ]);
    await expect
      .poll(text.output)
      .toMatch(/^.\[31mnative code.*\n {2}failed\nand has no last lineThe service ended unex/);
  });

  it("writes a line without an end in parts", async () => {
    const MiB = 2 ** 20;
    const script = `fs.writeSync(2, "a".repeat(${MiB})); fs.writeSync(2, "b\\n")`;
    const { closed, output } = superviseScript(script, { LOG_FORMAT: "json" });
    expect(await closed).toEqual([0, null]);
    const lines = output().trim().split("\n");
    const parts = lines.map((line): string => JSON.parse(line).msg);
    expect(parts.join("")).toBe(`${"a".repeat(MiB)}b`);
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThan(MiB / 4);
  });

  it("goes on although nothing can be written to its standard error", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sightline-again-"));
    const full = openSync("/dev/full", "w");
    const script = `
      const before = "${join(folder, "before")}";
      if (fs.existsSync(before)) console.log("up again");
      else process.send("started", () => {
        fs.writeFileSync(before, "");
        fs.writeSync(2, "a line\\n");
        process.kill(process.pid, "SIGKILL");
      });`;
    const { closed, output } = superviseScript(script, { LOG_FORMAT: "json" }, process.execPath, full);
    expect(await closed).toEqual([0, null]);
    expect(output()).toBe("up again\n");
    closeSync(full);
    rmSync(folder, { recursive: true });
  });

  it("ends although a process that the service started keeps its standard error", async () => {
    const script = `
      const { spawn } = require("node:child_process");
      const other = spawn("sleep", ["600"], { stdio: ["ignore", "ignore", "inherit"], detached: true });
      console.log("other", other.pid);
      process.exit(3);`;
    const { closed, output } = superviseScript(script, { LOG_FORMAT: "json" });
    expect(await closed).toEqual([3, null]);
    process.kill(Number(/other (\d+)/.exec(output())?.[1]), "SIGKILL");
  });

  it.each([
    ["ENOENT", "missing"],
    // Like ENOMEM, Node throws it at once.
    ["ELOOP", "node"],
  ])("tries again if a service that has run cannot be started for a while (%s)", async (code, target) => {
    const folder = mkdtempSync(join(tmpdir(), "sightline-program-"));
    const [program, away] = [join(folder, "node"), join(folder, "away")];
    symlinkSync(process.execPath, program);
    const crash = `fs.renameSync("${program}", "${away}"); fs.symlinkSync("${target}", "${program}");
      process.kill(process.pid, "SIGKILL")`;
    const script = `if (fs.existsSync("${away}")) setInterval(() => console.log("up again"), 20);
      else process.send("started", () => { ${crash} })`;
    const { output } = superviseScript(script, {}, program);
    await expect.poll(output).toContain(code);
    rmSync(program);
    symlinkSync(process.execPath, program);
    await expect.poll(output).toContain("up again");
    rmSync(folder, { recursive: true });
  });

  it("ends in a pause when it is asked to", async () => {
    const { child, closed, output } = superviseScript("process.kill(process.pid, 'SIGKILL')");
    await expect.poll(output).toContain("restarting");
    child.kill("SIGTERM");
    expect((await closed)[1]).toBe(null);
  });
});

describe("an image that hangs a thread", () => {
  it("is refused for good, and delays none of its neighbours", async () => {
    const settings = { HANG_TIMEOUT_MS: "5000", MAX_ATTEMPTS: "2", THREADS: "2" };
    const { url, ready, log, restarts } = await supervise(settings);
    await ready();
    const golden = goldenImages();
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
    await expect.poll(state, { interval: 100 }).toBe("partially_failed");
    // The job may be over before the process with the hanging thread has left.
    await expect.poll(restarts).toBe(1);
    await ready();
    const { items } = await read(`${job}/results`);
    const faces = [...golden.map((image) => image.faces), undefined, ...golden.map((image) => image.faces)];
    expect(items.map((item) => item.result?.faces)).toEqual(faces);
    // Its time may run out before the thread is known to hang; attempts at a detector that is leaving do not count.
    expect(items[5]).toMatchObject({ state: "failed" });
    expect(["IMAGE_REFUSED", "IMAGE_TIMEOUT"]).toContain(items[5]?.problem?.code);
    expect(items[5]?.attempts).toBeLessThanOrEqual(8);
    expect(await read("/v1/dead-letters")).toMatchObject({ items: [{ index: 5 }] });
    expect(log()).toContain("A thread of the detector hangs");
    expect(log()).toContain("ended unexpectedly (SIGKILL)");
  });
});
