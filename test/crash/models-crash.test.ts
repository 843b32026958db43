/** `kill -9` of the whole service while networks are at work: what was accepted is done, with the same results. */
import { rmSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import { JobClient, type Json, manyGolden } from "../support/job-client.ts";
import { modelsDir } from "../support/model-files.ts";
import { type RunningService, startService, temporaryFolder } from "../support/service.ts";

const MODELS = "faces-yunet,face-encoding,classify,objects,faces-haar";
const KILLS = 2;
const IMAGES = 60;

const dataDir = temporaryFolder();
let service: RunningService | undefined;
afterAll(async () => {
  await service?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

it.skipIf(!modelsDir)("a job of five models survives kills, result by result", { timeout: 400_000 }, async () => {
  const environment = { DATA_DIR: dataDir, LOG_LEVEL: "warn", ...(modelsDir && { MODELS_DIR: modelsDir }) };
  service = await startService(environment);
  let client = new JobClient(service.url);
  const resultsOf = async (id: string): Promise<Json[]> =>
    (await client.results(id)).map(({ result }) => result?.results);

  const calm = await client.create(manyGolden(5), `?models=${MODELS}`);
  expect((await client.finished(calm.id)).state).toBe("succeeded");
  const expected = await resultsOf(calm.id);

  const { id } = await client.create(manyGolden(IMAGES), `?models=${MODELS}`);
  for (let kill = 1; kill <= KILLS; kill++) {
    const goal = (IMAGES * kill) / (KILLS + 1);
    const done = async () => (await client.job(id)).images.done;
    await expect.poll(done, { interval: 20, timeout: 120_000 }).toBeGreaterThan(goal);
    await service.kill();
    service = await startService(environment);
    client = new JobClient(service.url);
  }
  const job = await client.finished(id);
  expect({ state: job.state, images: job.images }).toMatchObject({ state: "succeeded", images: { done: IMAGES } });
  const images = await client.results(id);
  // Otherwise the kills met nobody at work.
  expect(images.some(({ attempts }) => attempts > 1)).toBe(true);
  for (const [index, results] of (await resultsOf(id)).entries()) expect(results).toEqual(expected[index % 5]);
});
