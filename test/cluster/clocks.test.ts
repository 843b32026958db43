/** A cluster in which the clock of one node is wrong. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { golden, JobClient, manyGolden } from "../support/job-client.ts";
import { expectAllDone, expectWholeLog } from "../support/outcomes.ts";
import { temporaryFolder } from "../support/service.ts";
import { type SupervisedCluster, startSupervisedCluster } from "../support/supervised-cluster.ts";

const preload = join(import.meta.dirname, "../support/shifted-clock.ts");
const folder = temporaryFolder();
const shiftFile = join(folder, "clock-shift");
let cluster: SupervisedCluster | undefined;
let client: JobClient;
beforeAll(async () => {
  writeFileSync(shiftFile, "3000");
  const shifted = { NODE_OPTIONS: `--import=${preload}`, CLOCK_SHIFT: shiftFile };
  cluster = await startSupervisedCluster(
    { SWEEP_INTERVAL_MS: "200" },
    { ofNodes: { "jobs 2": shifted }, areTogether: true },
  );
  if (cluster) client = new JobClient(cluster.url);
}, 600_000);
afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("one node's clock", () => {
  it("three seconds ahead leaves the events of each job in order", async (context) => {
    if (!cluster) return context.skip("no database");
    const accepted = [];
    for (let n = 0; n < 8; n++) accepted.push({ id: (await client.create(golden)).id, images: golden });
    // More than is done before it is cancelled.
    const cancelled = await client.create(manyGolden(300), "?minSize=24&scaleFactor=1.03");
    await expect.poll(async () => (await client.job(cancelled.id)).images.running, { interval: 5 }).toBeGreaterThan(0);
    expect((await client.post(`/v1/jobs/${cancelled.id}/cancel`)).body).toMatchObject({ state: "cancelled" });
    const ids = await Promise.all(accepted.map(async ({ id }) => (await client.finished(id)).id));
    await expectAllDone(client, accepted, ids);
    await expectWholeLog(client, accepted);
    const lastOf = async (id: string) => (await client.events(id)).at(-1)?.type;
    for (const id of ids) expect(await lastOf(id)).toBe("dev.sightline.job.succeeded");
    // Another job's events come after those that could still come of the cancelled one.
    const { id } = await client.create(golden);
    await client.finished(id);
    await expect.poll(() => lastOf(id)).toBe("dev.sightline.job.succeeded");
    expect(await lastOf(cancelled.id)).toBe("dev.sightline.job.cancelled");
  });

  it("eight days ahead removes no job, also if that node does all the work", async (context) => {
    if (!cluster) return context.skip("no database");
    const [first, second] = cluster.nodes.filter(({ name }) => name.startsWith("jobs"));
    writeFileSync(shiftFile, String(8 * 86_400_000));
    expect(await second?.restart()).toBe(0);
    const log = () => second?.current.log ?? [];
    // Once at the start, and then at each sweep.
    const notices = () => log().filter((line) => line.includes("that of the database differ by")).length;
    await expect.poll(notices).toBeGreaterThan(0);
    // The gateway may hear of a node only some time after it has started.
    await cluster.whenReady(2);
    const { id } = await client.create(golden);
    expect(await client.finished(id)).toMatchObject({ state: "succeeded" });
    await first?.stop();
    const before = notices();
    // A sweep that had begun before may end after it.
    await expect.poll(notices).toBeGreaterThan(before + 1);
    const next = await client.create(golden);
    expect(await client.finished(next.id)).toMatchObject({ state: "succeeded" });
    expect(await client.job(id)).toMatchObject({ state: "succeeded" });
    expect(await client.results(id)).toHaveLength(golden.length);
  });
});
