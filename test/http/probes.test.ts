import { execFile } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { freePort, type RunningService, startService, temporaryFolder } from "../support/service.ts";
import { suspend } from "../support/suspend.ts";

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
async function healthCheck(port: number, host = "127.0.0.1"): Promise<number> {
  const env = { ...process.env, HOST: host, HEALTH_PORT: String(port) };
  return run(process.execPath, ["scripts/health.mjs"], { env }).then(
    () => 0,
    ({ code }: { code: number }) => code,
  );
}

test("a node answers probes on a port of its own: before it is ready, while it is, and when it stops", async () => {
  const [port, folder] = [await freePort(), temporaryFolder()];
  const control = join(folder, "control");
  const environment = { HEALTH_PORT: String(port), SIGHTLINE_TEST_CONTROL: control };
  const starting = startService(environment, "{services/*,test/support/services/held}.service.ts");
  await expect.poll(() => readiness(port).catch(() => "not yet")).toBe("503 starting");
  writeFileSync(control, "go on");
  service = await starting;
  rmSync(folder, { recursive: true });
  await expect.poll(() => readiness(port)).toBe("200 ready");
  await expect.poll(() => healthCheck(port)).toBe(0);
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${port}/process`)).status).toBe(404);

  // Something that is not finished keeps it from ending at once.
  const headers = { "Content-Type": "image/png", Expect: "100-continue" };
  const upload = request(`${service.url}/process`, { method: "POST", headers });
  upload.on("error", () => {}).flushHeaders();
  await once(upload, "continue");
  const stopped = service.stop();
  await expect.poll(() => readiness(port)).toBe("503 stopping");
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  upload.destroy();
  expect(await stopped).toBe(0);
});

test("a node whose event loop hangs fails its health check", async () => {
  const port = await freePort();
  service = await startService({ HEALTH_PORT: String(port) });
  await expect.poll(() => healthCheck(port)).toBe(0);
  await suspend(service.process);
  expect(await healthCheck(port)).toBe(1);
});

test.each(["::1", "::", "0.0.0.0", "127.0.0.2"])("a node that listens at %s passes its health check", async (host) => {
  const server = createServer((_request, response) => response.end()).listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  expect(await healthCheck(port, host)).toBe(0);
  server.close();
  server.closeAllConnections();
});
