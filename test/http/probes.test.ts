import { execFile } from "node:child_process";
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
  const seen = new Set<string>();
  const watch = async () => {
    for (;;) {
      const state = await readiness(port).catch(() => "gone");
      if (state !== "gone") seen.add(state);
      else if (seen.size > 0) return;
    }
  };
  const watching = watch();
  service = await startService({ HEALTH_PORT: String(port), DRAIN_DELAY_MS: "200" });
  await expect.poll(() => readiness(port)).toBe("200 ready");
  expect(await healthCheck(port)).toBe(0);
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${port}/metrics-of-another`)).status).toBe(404);

  expect(await service.stop()).toBe(0);
  await watching;
  expect([...seen]).toEqual(["503 starting", "200 ready", "503 stopping"]);
});

test("a node whose event loop hangs fails its health check", async () => {
  const port = await freePort();
  service = await startService({ HEALTH_PORT: String(port) });
  expect(await healthCheck(port)).toBe(0);
  service.process.kill("SIGSTOP");
  expect(await healthCheck(port)).toBe(1);
});
