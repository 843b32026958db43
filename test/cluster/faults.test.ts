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
afterAll(() => cluster.stop(), 60_000);

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
  it("when a detector is killed", async () => {
    const load = await under(async () => {
      await first?.kill();
      await cluster.whenThreads(1);
    });
    expect(Object.fromEntries(load.outcomes)).toEqual({ 200: expect.any(Number) });
  });

  it("when a detector joins", async () => {
    const load = await under(async () => {
      first = await detector();
    });
    expect(Object.fromEntries(load.outcomes)).toEqual({ 200: expect.any(Number) });
  });

  it("when a detector is stopped for 8 s and goes on", async () => {
    const load = await under(async (running) => {
      if (first) await pause(first, 8_000);
      await running.more(100);
      await cluster.whenThreads(2);
    });
    expect(Object.fromEntries(load.outcomes)).toEqual({ 200: expect.any(Number) });
  });

  it("when a detector is replaced, and then the other one is stopped and started again", async () => {
    const load = await under(async () => {
      const replacement = await detector();
      expect(await first?.stop()).toBe(0);
      first = replacement;
      await cluster.whenThreads(2);
      expect(await second?.stop()).toBe(0);
      await cluster.whenThreads(1);
      second = await detector();
    });
    expect(Object.fromEntries(load.outcomes)).toEqual({ 200: expect.any(Number) });
  });

  it.each(["SIGTERM", "SIGKILL"] as const)(
    "when NATS is restarted by %s",
    async (signal) => {
      const load = await under(async () => {
        await cluster.nats.restart(signal);
        await cluster.whenThreads(2);
      });
      expect(Object.fromEntries(load.outcomes)).toEqual({ 200: expect.any(Number) });
    },
    60_000,
  );
});

describe("a job", () => {
  it("is finished with exact boxes, each image once, whatever happens to detectors", { timeout: 240_000 }, async () => {
    const client = new JobClient(cluster.front.url);
    const files = manyGolden(1000);
    const { id } = await client.create(files);
    const finished = async () => (await client.job(id)).images.done;
    await expect.poll(finished).toBeGreaterThan(20);
    await first?.kill();
    await cluster.whenThreads(1);
    await expect.poll(finished).toBeGreaterThan(100);
    first = await detector();
    expect(await second?.stop()).toBe(0);
    await cluster.whenThreads(1);
    second = await detector();
    expect(await client.finished(id)).toMatchObject({ state: "succeeded" });
    const images = await client.results(id);
    expect(images.map(({ result }) => result?.faces)).toEqual(files.map(({ faces }) => faces));
  });
});
