import { once } from "node:events";
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { type Cluster, startCluster, startLoad } from "../support/cluster.ts";
import { ADMIN_KEY, asAdmin } from "../support/key-client.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";
import { freePort, type RunningProcess, type RunningService, startProcess, startService } from "../support/service.ts";
import { goldenImages } from "../support/shared-data.ts";

const ended: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

const readiness = async (url: string) => {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, ...((await response.json()) as object) };
};
const logOf = ({ log }: RunningProcess) => log.join("\n");

async function cluster(settings: Parameters<typeof startCluster>[0]): Promise<Cluster> {
  const started = await startCluster(settings);
  ended.push(() => started.stop());
  return started;
}

async function natsServer(settings: Parameters<typeof startNatsServer>[0] = {}): Promise<NatsServer> {
  const started = await startNatsServer(settings);
  ended.push(() => started.stop());
  return started;
}

describe("SERVICES", () => {
  it("names what a process runs", async () => {
    const service = await startService({ SERVICES: "api, jobs" }, undefined, () => true);
    ended.push(() => service.stop());
    await expect.poll(() => readiness(service.url)).toMatchObject({ code: "NO_DETECTOR" });
    expect((await fetch(`${service.url}/v1/events`)).status).toBe(503);
  });

  it("with a name that does not exist stops the start", async () => {
    const failed = startProcess({ SERVICES: "api,detectr" });
    // When all that it wrote was read.
    await once(failed.process, "close");
    expect(failed.process.exitCode).toBe(1);
    expect(logOf(failed)).toContain("SERVICES must be a list of names out of api, jobs");
  });
});

it("belongs to the cluster of CLUSTER_NAME, whatever other variables name options of the framework", async () => {
  const { front, start } = await cluster({ detectors: 0 });
  await start("detector", { NAMESPACE: "production", SERIALIZER: "JSON", TRACKING_ENABLED: "false", NODEID: "same" });
  expect(await readiness(front.url)).toMatchObject({ status: "ready", threads: 1 });
});

/** Restarts a gateway beside this one. Clients leave each when it says that it is about to end. */
async function expectRestartsUnnoticed(front: RunningService, nats: NatsServer): Promise<void> {
  // Each connection has time for another request, whose answer says so.
  const environment = { NATS_URL: nats.url, SERVICES: "api", DRAIN_DELAY_MS: "2000" };
  let other = await startService(environment);
  ended.push(() => other.stop());
  const images = goldenImages().map(({ path }) => new Uint8Array(readFileSync(path)));
  const load = startLoad([front.url, other.url], images, 3);
  await load.more(50);
  expect(await other.stop()).toBe(0);
  await load.more(50);
  other = await startService({ ...environment, PORT: new URL(other.url).port });
  await load.more(50);
  await load.stop();
  expect(Object.fromEntries(load.outcomes)).toEqual({ 200: expect.any(Number) });
}

describe("a gateway", () => {
  it("says which part is missing, and is restarted beside another without an error to clients that heed it", async () => {
    const { front, nats, ...rest } = await cluster({ services: "api", detectors: 0 });
    expect(await readiness(front.url)).toMatchObject({ status: 503, code: "SERVICE_UNAVAILABLE" });
    const jobs = await rest.start("jobs,events");
    await expect.poll(() => readiness(front.url)).toMatchObject({ status: 503, code: "NO_DETECTOR" });
    await rest.start("detector", { THREADS: "1" });
    expect(await readiness(front.url)).toMatchObject({ status: "ready", threads: 1 });
    await expectRestartsUnnoticed(front, nats);
    await jobs.kill();
    await expect.poll(() => readiness(front.url)).toMatchObject({ status: 503, code: "SERVICE_UNAVAILABLE" });
    await nats.stop();
    await expect.poll(() => readiness(front.url)).toMatchObject({ status: 503, code: "SERVICE_UNAVAILABLE" });
    expect(await front.stop()).toBe(0);
  });

  it("is not ready before keys can be checked, where requests need them", async () => {
    const nats = await natsServer();
    const common = { NATS_URL: nats.url, ADMIN_KEY };
    const front = await startService({ ...common, SERVICES: "api,jobs,detector", THREADS: "1" }, undefined, () => true);
    ended.push(() => front.stop());
    await expect
      .poll(() => readiness(front.url))
      .toMatchObject({ code: "SERVICE_UNAVAILABLE", detail: expect.stringContaining("keys") });
    const keys = startProcess({ ...common, SERVICES: "keys" });
    ended.push(() => keys.stop());
    await expect.poll(() => readiness(front.url)).toMatchObject({ status: "ready" });
    expect((await fetch(`${front.url}/v1/whoami`, { headers: asAdmin })).status).toBe(200);
  });
});

describe("a node whose NATS cannot be reached", () => {
  it("keeps asking, starts once it is let in, is ready only with NATS, and says so without the password", async () => {
    const [port, health] = [await freePort(), await freePort()];
    const NATS_URL = `nats://sightline:s3cr%40t@127.0.0.1:${port}`;
    const node = startProcess({ NATS_URL, SERVICES: "events", HEALTH_PORT: String(health) });
    ended.push(() => node.stop());
    const probe = () => readiness(`http://127.0.0.1:${health}`).catch(() => undefined);
    await expect.poll(() => logOf(node)).toMatch(/NATS cannot be reached at .* \(NATS_URL\): /);
    const wrong = await natsServer({ port, args: ["--user", "sightline", "--pass", "another"] });
    await expect.poll(() => logOf(node)).toMatch(/cannot be reached.*Authorization Violation/i);
    expect(node.process.exitCode).toBeNull();
    expect(await probe()).toEqual({ status: "starting" });
    await wrong.stop();
    const right = { port, args: ["--user", "sightline", "--pass", "s3cr@t"] };
    const nats = await natsServer(right);
    await expect.poll(probe).toEqual({ status: "ready" });
    await nats.stop();
    await expect.poll(probe).toEqual({ status: "disconnected" });
    await natsServer(right);
    await expect.poll(probe).toEqual({ status: "ready" });
    await expect.poll(() => logOf(node)).toMatch(/Lost the connection to NATS\..*Reconnected to NATS\./s);
    expect(logOf(node)).not.toContain("s3cr");
  });

  it("does not listen yet, and can be stopped while it waits", async () => {
    const [NATS_URL, port] = [`nats://127.0.0.1:${await freePort()}`, String(await freePort())];
    const waiting = startProcess({ NATS_URL, PORT: port });
    await expect.poll(() => logOf(waiting)).toMatch(/cannot be reached/);
    await expect(fetch(`http://127.0.0.1:${port}/readyz`)).rejects.toThrow();
    expect(await waiting.stop()).toBe(0);
    expect(logOf(waiting)).not.toMatch(/TypeError|"level":60/);
  });
});
