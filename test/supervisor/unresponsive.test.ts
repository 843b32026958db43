/** A process whose main thread hangs keeps its port and gets connections: the supervisor replaces it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { childOf, childrenOf, supervise } from "../support/supervised.ts";

const root = join(import.meta.dirname, "../..");
const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** Answers as the service does, and has its supervisor asked for a sign of life at each tenth of the time. */
const healthy = 'process.on("message", (message) => { process.send(message); console.log("asked"); });';

function superviseScript(script: string, timeoutMs: number) {
  const child = spawn(process.execPath, ["scripts/supervise.mjs", process.execPath, "-e", script], {
    cwd: root,
    env: { ...process.env, PROCESSES: "1", SHUTDOWN_TIMEOUT_MS: "0", UNRESPONSIVE_TIMEOUT_MS: String(timeoutMs) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const closed = once(child, "close");
  cleanUp.push(() => {
    child.kill("SIGTERM");
    return closed;
  });
  const times = (text: string) => output.split(text).length - 1;
  return { child, output: () => output, times };
}

/**
 * Has each process of the service say that its supervisor asked it, which it does not before the process has
 * told that it started.
 */
const SAYS_ASKED =
  "--import=data:text/javascript,process.on('message',(question)=>{if(question==='alive?')console.log('asked',process.env.PROCESS_INDEX)})";

const hang = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);";
const hangs = `${healthy} process.send("started", () => { ${hang} });`;

describe("a process that does not answer its supervisor", () => {
  it("is killed and started again, again and again", async () => {
    const { output, times } = superviseScript(hangs, 1000);
    await expect.poll(() => times("The service ended unexpectedly (SIGKILL); restarting")).toBeGreaterThan(1);
    expect(output()).toContain("The service has not answered its supervisor for 1 s, and is killed.");
  });

  it("is left alone while it starts, and where the setting says so", async () => {
    const starting = superviseScript(`console.log("up"); ${hang}`, 1000);
    const unwatched = superviseScript(`console.log("up"); ${hangs}`, 0);
    await expect.poll(() => [starting, unwatched].map(({ output }) => output())).toEqual(["up\n", "up\n"]);
    // Takes longer to be killed.
    const watched = superviseScript(hangs, 2000);
    await expect.poll(() => watched.times("restarting")).toBeGreaterThan(0);
    expect(starting.output()).toBe("up\n");
    expect(unwatched.output()).toBe("up\n");
  });

  it("is not killed for the time in which its supervisor was suspended with it", async () => {
    const { child, output, times } = superviseScript(`${healthy} process.send("started")`, 2000);
    await expect.poll(() => times("asked")).toBeGreaterThan(0);
    const service = childOf(child);
    for (const pid of [service, child.pid as number]) process.kill(pid, "SIGSTOP");
    // Takes as long.
    const other = superviseScript(hangs, 3000);
    await expect.poll(() => other.times("restarting")).toBeGreaterThan(0);
    const before = times("asked");
    // The supervisor first: for it, the service is late for a moment.
    for (const pid of [child.pid as number, service]) process.kill(pid, "SIGCONT");
    await expect.poll(() => times("asked")).toBeGreaterThan(before + 10);
    expect(childOf(child)).toBe(service);
    expect(output()).not.toContain("supervisor");
  });

  it("is replaced where several share the port, and the others stay", async () => {
    const environment = {
      PROCESSES: "2",
      THREADS: "2",
      UNRESPONSIVE_TIMEOUT_MS: "8000",
      SHUTDOWN_TIMEOUT_MS: "1000",
      NODE_OPTIONS: SAYS_ASKED,
    };
    const { child, url, log, ready, stop } = await supervise(["services/**/*.service.ts"], environment);
    cleanUp.push(stop);
    await ready();
    const threads = async () => {
      const response = await fetch(`${url}/readyz`).catch(() => undefined);
      return response?.ok ? ((await response.json()) as { threads: number }).threads : 0;
    };
    await expect.poll(threads).toBe(2);
    await expect.poll(log).toContain("asked 1");
    const [main, second] = childrenOf(child) as [number, number];
    process.kill(second, "SIGSTOP");
    await expect.poll(log).toContain("Process 1 of the service ended unexpectedly (SIGKILL)");
    await expect.poll(() => childrenOf(child).length).toBe(2);
    expect(childrenOf(child)[0]).toBe(main);
    await expect.poll(threads).toBe(2);
    expect(log()).toContain("Process 1 of the service has not answered its supervisor for 8 s, and is killed.");
  });
});
