/** What others wrote reaches no terminal raw: a service that is not ours answers with control characters everywhere. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CommandHost, startCommandHost } from "../support/command-host.ts";
import { sightline } from "../support/command-line.ts";

/** Clears the screen, sets the title of the window, begins a line of its own, turns the direction of text. */
const EVIL = "\u001b[2J\u001b]0;gone\u0007\u009b31m\rforged\nsightline: forged\u202e\u0085";
// biome-ignore lint/suspicious/noControlCharactersInRegex: matches control characters on purpose.
const RAW = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/;

let server: Server;
let host: CommandHost;
let url: string;
const image = { index: 0, fileName: EVIL, state: "failed", problem: { code: EVIL, detail: EVIL } };
const job = {
  id: `5b8f${EVIL}`,
  state: "succeeded",
  model: EVIL,
  createdAt: EVIL,
  labels: { [EVIL]: EVIL },
  images: { total: 1, done: 0, failed: 1, pending: 0, running: 0 },
  progress: { fraction: 1, imagesPerSecond: 1, etaSeconds: 0 },
};
const key = { id: EVIL, hint: EVIL, name: EVIL, scopes: [EVIL], revokedAt: EVIL };
const event = { type: `job.${EVIL}`, subject: `jobs/${EVIL}`, sequence: "1" };

const answers: Record<string, unknown> = {
  "/v1/jobs": { items: [job] },
  "/v1/jobs/1": job,
  "/v1/jobs/1/results": { items: [image] },
  "/v1/keys": { items: [key] },
  "/v1/whoami": key,
  "/process": { model: EVIL, images: [image] },
};

beforeAll(async () => {
  host = startCommandHost();
  server = createServer((request, response) => {
    request.resume();
    const path = request.url?.split("?")[0] ?? "";
    if (path === "/v1/events") {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.end(`id: 1\ndata: ${JSON.stringify(event)}\n\n`);
      return;
    }
    const answer = answers[path];
    response.writeHead(answer ? 200 : 404, { "Content-Type": "application/json" });
    response.end(JSON.stringify(answer ?? { code: EVIL, detail: EVIL, status: 404 }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await host.stop();
  server.closeAllConnections();
  server.close();
});

describe("a command prints nothing raw", () => {
  it.each([
    ["a table of jobs", ["job", "list"]],
    ["jobs as JSON", ["job", "list", "--json"]],
    ["a job", ["job", "get", "1"]],
    ["results", ["job", "results", "1"]],
    ["results as JSON", ["job", "results", "1", "--json"]],
    ["keys", ["key", "list"]],
    ["whose key it is", ["key", "whoami"]],
    ["receipts", ["process", join(import.meta.dirname, "../../test-data/samples/chelsea.png")]],
    ["a problem", ["job", "get", "2"]],
    ["an argument that it refuses", ["job", "get", "1", "--evil\u001b[2J\u009b"]],
    ["a file that is missing", ["process", "\u001b[2J\u009b1m\u202e.jpg"]],
  ])("of %s", async (_name, args) => {
    const { stdout, stderr } = await host.run(url, ...args);
    expect(stdout + stderr).toMatch(/\\u(001b|009b)/);
    expect(stdout + stderr).not.toMatch(RAW);
    // Only the end of the user's own lines, never a line of the service's making.
    expect(stdout + stderr).not.toMatch(/^(sightline: )?forged/m);
  });

  it("of events", async () => {
    const watching: ChildProcess = spawn(
      process.execPath,
      [join(import.meta.dirname, "../../cli/sightline.ts"), "watch"],
      { env: { ...process.env, SIGHTLINE_URL: url }, stdio: ["ignore", "pipe", "ignore"] },
    );
    try {
      let text = "";
      watching.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      await expect.poll(() => text).toContain("Inference job");
      expect(text).not.toMatch(RAW);
      expect(text).not.toMatch(/^(sightline: )?forged/m);
    } finally {
      watching.kill("SIGKILL");
    }
  });

  it("and JSON stays what the service said", async () => {
    const { stdout } = await sightline(url, "job", "list", "--json");
    expect(JSON.parse(stdout)).toEqual(job);
  });
});
