/** An image that takes the whole process down, among others that did nothing. */
import { once } from "node:events";
import { rmSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { form, golden, JobClient, manyGolden } from "../support/job-client.ts";
import { freePort, type RunningService, startService, temporaryFolder } from "../support/service.ts";

const SERVICES = "{services/{api,events,jobs},test/support/services/poisoned-detector}.service.ts";
const MAX_ATTEMPTS = 2;
const dataDir = temporaryFolder();
let service: RunningService | undefined;
afterEach(async () => {
  await service?.kill();
  rmSync(dataDir, { recursive: true, force: true });
});

it("is found out, given up and heard of; its neighbours lose nothing", { timeout: 300_000 }, async () => {
  const environment = {
    DATA_DIR: dataDir,
    PORT: String(await freePort()),
    DISPATCH_CONCURRENCY: "6",
    MAX_ATTEMPTS: String(MAX_ATTEMPTS),
  };
  const client = new JobClient(`http://127.0.0.1:${environment.PORT}`);
  service = await startService(environment, SERVICES);
  const poison = { name: "poison.jpg", bytes: new TextEncoder().encode("kill") };
  const healthy = manyGolden(10);
  const created = await client.post(
    "/v1/jobs?execute=false",
    form([...healthy.slice(0, 3), poison, ...healthy.slice(3)]),
  );
  const { id } = created.body;
  const other = await client.create(golden, "?execute=false&priority=1");
  await client.post(`/v1/jobs/${other.id}/execute`).catch(() => {});
  const died = once(service.process, "exit");
  await client.post(`/v1/jobs/${id}/execute`).catch(() => {});
  await died;

  let deaths = 1;
  for (; deaths < 10; deaths++) {
    // It may die before it is ready.
    service = await startService(environment, SERVICES).catch(() => undefined);
    const life = service?.process;
    if (!life) continue;
    const state = () =>
      client.get(`/v1/jobs/${id}`).then(
        ({ body }) => body.state,
        () => "unknown",
      );
    const isDead = () => life.signalCode !== null;
    await expect.poll(async () => isDead() || (await state()) === "partially_failed").toBe(true);
    if (!isDead()) break;
  }
  // Once among others, which makes it a suspect, and then alone for each attempt that counts.
  expect(deaths).toBe(1 + MAX_ATTEMPTS);
  const images = await client.results(id);
  expect(images.filter(({ state }) => state === "failed")).toMatchObject([
    { index: 3, fileName: "poison.jpg", problem: { code: "NODE_LOST" } },
  ]);
  expect(images.filter(({ state }) => state === "done").map(({ result }) => result?.faces)).toEqual(
    healthy.map(({ faces }) => faces),
  );
  expect(await client.deadLetters()).toMatchObject([{ jobId: id, index: 3 }]);
  expect(await client.finished(other.id)).toMatchObject({ state: "succeeded", images: { done: 5 } });
});
