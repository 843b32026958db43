import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cluster, type Load, pause, startCluster, startLoad } from "../support/cluster.ts";
import { JobClient, manyGolden } from "../support/job-client.ts";
import type { RunningProcess } from "../support/service.ts";
import { goldenImages } from "../support/shared-data.ts";

let cluster: Cluster;
let [first, second]: RunningProcess[] = [];

beforeAll(async () => {
  cluster = await startCluster({ detectors: 0 });
  [first, second] = [await detector(), await detector()];
});
afterAll(() => cluster.stop());

const goldenFiles = goldenImages().map(({ path }) => new Uint8Array(readFileSync(path)));

function detector(): Promise<RunningProcess> {
  return cluster.start("detector", { THREADS: "1" });
}

/** Load while something happens, and for a while after. */
async function under(event: (load: Load) => Promise<unknown>): Promise<Load> {
  const load = startLoad(cluster.front.url, goldenFiles, 3);
  await load.more(50);
  await event(load);
  await load.more(100);
  await load.stop();
  return load;
}

describe("under constant load, clients see no error", () => {
  it("when a detector is stopped for 8 s and goes on", async () => {
    const load = await under(async (running) => {
      if (first) await pause(first, 8_000);
      await running.more(100);
      await cluster.whenThreads(2);
    });
    expect(Object.fromEntries(load.outcomes)).toEqual({ 200: expect.any(Number) });
  });

  it("when one is killed, one joins, and one is replaced, and jobs are done exactly, each image once", {
    timeout: 240_000,
  }, async () => {
    const client = new JobClient(cluster.front.url);
    const files = manyGolden(1000);
    const { id } = await client.create(files, "?execute=false");
    const finished = async () => (await client.job(id)).images.done;
    const load = await under(async () => {
      await client.post(`/v1/jobs/${id}/execute`);
      await expect.poll(finished).toBeGreaterThan(20);
      await first?.kill();
      await cluster.whenThreads(1);
      first = await detector();
      await expect.poll(finished).toBeGreaterThan(100);
      expect(await second?.stop()).toBe(0);
      await cluster.whenThreads(1);
      second = await detector();
    });
    expect(Object.fromEntries(load.outcomes)).toEqual({ 200: expect.any(Number) });
    expect(await client.finished(id)).toMatchObject({ state: "succeeded" });
    const images = await client.results(id);
    expect(images.map(({ result }) => result?.faces)).toEqual(files.map(({ faces }) => faces));
  });

  it("when NATS is restarted, and the detectors return to it later than the gateway", async () => {
    const load = await under(async (running) => {
      const detectors = [first, second].filter((detector) => detector !== undefined);
      const paused = detectors.map((detector) => pause(detector, 4_000));
      await cluster.nats.restart("SIGKILL");
      await Promise.all(paused);
      await cluster.whenThreads(2);
      await running.more(20);
    });
    expect(Object.fromEntries(load.outcomes)).toEqual({ 200: expect.any(Number) });
  });

  it.each(["SIGTERM", "SIGKILL"] as const)("when NATS is restarted by %s", async (signal) => {
    const load = await under(async () => {
      await cluster.nats.restart(signal);
      await cluster.whenThreads(2);
    });
    expect(Object.fromEntries(load.outcomes)).toEqual({ 200: expect.any(Number) });
  });
});
