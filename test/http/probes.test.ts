import { execFile } from "node:child_process";
import { request } from "node:http";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { freePort, type RunningService, startService } from "../support/service.ts";

const run = promisify(execFile);
let service: RunningService | undefined;
afterEach(async () => {
  await service?.kill();
  service = undefined;
});

async function readiness(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  const { status } = (await response.json()) as { status: string };
  return `${response.status} ${status}`;
}

/** What a container's health check ends with. */
async function healthCheck(port: number): Promise<number> {
  const env = { ...process.env, HEALTH_PORT: String(port) };
  return run(process.execPath, ["scripts/health.mjs"], { env }).then(
    () => 0,
    ({ code }: { code: number }) => code,
  );
}

test("a node answers probes on a port of its own: before it is ready, while it is, and when it stops", async () => {
  const port = await freePort();
  const starting = startService({ HEALTH_PORT: String(port) });
  await expect.poll(() => readiness(port).catch(() => "not yet")).toBe("503 starting");
  service = await starting;
  expect(await readiness(port)).toBe("200 ready");
  expect(await healthCheck(port)).toBe(0);
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${port}/process`)).status).toBe(404);

  // Something that is not finished keeps it from ending at once.
  const upload = request(`${service.url}/process`, { method: "POST", headers: { "Content-Type": "image/png" } });
  upload.on("error", () => {});
  upload.write("x");
  // An answer to a later request: the node has the upload.
  await fetch(`${service.url}/ping`);
  const stopped = service.stop();
  await expect.poll(() => readiness(port)).toBe("503 stopping");
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  upload.destroy();
  expect(await stopped).toBe(0);
});

test("a node whose event loop hangs fails its health check", async () => {
  const port = await freePort();
  service = await startService({ HEALTH_PORT: String(port) });
  expect(await healthCheck(port)).toBe(0);
  service.process.kill("SIGSTOP");
  expect(await healthCheck(port)).toBe(1);
});
