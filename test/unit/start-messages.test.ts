import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { ServiceBroker } from "moleculer";
import { expect, it } from "vitest";
import { loadConfig } from "../../lib/config.ts";
import { announceStart, startMessages } from "../../lib/process/start-messages.ts";

it("names the pages where a browser on the machine finds them", () => {
  const pages = (environment: NodeJS.ProcessEnv) => startMessages(loadConfig(environment), false)[0];
  expect(pages({})).toBe("Dashboard: http://127.0.0.1:8080/dashboard. API documentation: http://127.0.0.1:8080/docs");
  expect(pages({ HOST: "0.0.0.0", BASE_PATH: "/vision" })).toContain("http://localhost:8080/vision/dashboard");
  expect(pages({ HOST: "::1", PORT: "81" })).toContain("http://[::1]:81/dashboard");
});

it("tells where the data are, without passwords", () => {
  const messages = (environment: NodeJS.ProcessEnv) =>
    startMessages(loadConfig({ SERVICES: "jobs", ...environment }), false);
  expect(messages({ DATA_DIR: "/data" })).toEqual(["Data is in /data."]);
  expect(messages({ DATA_DIR: "/data", NATS_URL: "nats://nats:4222" })).toEqual(["Data is in /data."]);
  const cluster = { NATS_URL: "nats://u:secret@nats:4222", MONGO_URL: "mongodb://u:secret@a:27017,b:27017/x" };
  expect(messages(cluster)).toEqual(["Data is in MongoDB at a:27017 and in NATS at nats:4222."]);
});

it("leaves alone a channel that another program has to the process", async () => {
  // That of vitest.
  expect(process.send).toBeDefined();
  const listeners = process.listenerCount("message");
  const broker = new ServiceBroker({ logger: false, middlewares: [announceStart()] });
  await broker.start();
  await broker.stop();
  expect(process.listenerCount("message")).toBe(listeners);
});

/**
 * A process of the service, whose main thread is busy from when it has told its supervisor that it has started,
 * until it gets input.
 */
const busyAfterStart = `
  import { readSync } from "node:fs";
  import { announceStart } from "./lib/process/start-messages.ts";
  await announceStart().started({});
  // As the service has it, which does not end for want of work.
  const work = setInterval(() => {}, 100_000);
  process.on("disconnect", () => {
    console.log("goes on without a supervisor");
    clearInterval(work);
  });
  setImmediate(() => readSync(0, Buffer.alloc(1)));
`;

it("is not ended by a question whose supervisor has gone before the answer", async () => {
  const child = spawn(process.execPath, ["--input-type=module", "-e", busyAfterStart], {
    cwd: join(import.meta.dirname, "../.."),
    env: { ...process.env, SUPERVISOR_PID: String(process.pid), PROCESS_INDEX: "1" },
    stdio: ["pipe", "pipe", "pipe", "ipc"],
  });
  const exited = once(child, "exit");
  const [output, errors] = [text(child.stdout as NodeJS.ReadableStream), text(child.stderr as NodeJS.ReadableStream)];
  expect(await once(child, "message")).toMatchObject({ 0: "started" });
  await new Promise((sent) => child.send("alive?", sent));
  child.disconnect();
  child.stdin?.end("\n");
  expect(await errors).toBe("");
  expect(await output).toBe("goes on without a supervisor\n");
  expect(await exited).toEqual([0, null]);
});
