/** A machine whose clock jumps while the service runs on it. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { badFile, golden, JobClient } from "../support/job-client.ts";
import { type RunningService, startService, temporaryFolder } from "../support/service.ts";

const EIGHT_DAYS_MS = 8 * 86_400_000;
const [image] = golden as [(typeof golden)[0]];
const clock = join(import.meta.dirname, "../support/shifted-clock.ts");
let folder: string;
let shiftFile: string;
let service: RunningService | undefined;
beforeEach(() => {
  folder = temporaryFolder();
  shiftFile = join(folder, "clock-shift");
});
afterEach(async () => {
  await service?.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<JobClient> {
  const environment = { NODE_OPTIONS: `--import=${clock}`, CLOCK_SHIFT: shiftFile, SWEEP_INTERVAL_MS: "100" };
  service = await startService({ DATA_DIR: join(folder, "data"), ...environment });
  return new JobClient(service.url);
}

const isNoticed = () => service?.log.some((line) => / 6912\d\d s ahead/.test(line));

/** Several removals pass meanwhile. */
async function expectKept(client: JobClient, id: string, stagedId: string): Promise<void> {
  const next = await client.create([image]);
  expect(await client.finished(next.id)).toMatchObject({ state: "succeeded" });
  expect(await client.finished(id)).toMatchObject({ state: "partially_failed" });
  expect(await client.results(id)).toMatchObject([{ state: "done" }, { state: "failed" }]);
  expect(await client.get(`/v1/jobs/${id}/images/0/picture`)).toMatchObject({ status: 200 });
  expect(await client.job(stagedId)).toMatchObject({ state: "created" });
}

it.each(["while the service runs", "before the service starts again"])(
  "eight days ahead, %s, removes no job, result or image",
  async (moment) => {
    let client = await start();
    const { id } = await client.create([image, badFile]);
    const staged = await client.create([image], "?execute=false");
    await client.finished(id);
    if (moment.startsWith("before")) await service?.stop();
    writeFileSync(shiftFile, String(EIGHT_DAYS_MS));
    if (moment.startsWith("before")) client = await start();
    await expect.poll(isNoticed).toBe(true);
    await expectKept(client, id, staged.id);
    // Nor after a start, although there are events now that have the wrong time.
    await service?.stop();
    client = await start();
    await expect.poll(isNoticed).toBe(true);
    await expectKept(client, id, staged.id);
  },
);
