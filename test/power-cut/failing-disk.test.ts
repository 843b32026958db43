/** A disk that refuses to sync: the operating system may have dropped the writes, so none is acknowledged any more. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { form, JobClient, manyGolden } from "../support/job-client.ts";
import { type RunningService, startService } from "../support/service.ts";
import { UnreliableDisk } from "./disk.ts";

let disk: UnreliableDisk;
let service: RunningService;
beforeAll(async () => {
  disk = new UnreliableDisk();
  service = await startService({ LOG_LEVEL: "fatal", ...disk.environment });
});
afterAll(async () => {
  await service.stop();
  disk.remove();
});

const problem = { status: 503, body: { code: "STORE_UNAVAILABLE" } };

test("refuses changes that the disk refuses to write, as long as it does", async () => {
  const client = new JobClient(service.url);
  disk.isRefusing = true;
  expect(await client.post("/v1/jobs", form(manyGolden(1)))).toMatchObject(problem);
  expect(await client.post("/v1/jobs?execute=false", form([]))).toMatchObject(problem);
  disk.isRefusing = false;
  const job = await client.create(manyGolden(1));
  expect(await client.finished(job.id)).toMatchObject({ state: "succeeded" });
});

test("refuses every change from the first that the disk did not take, until a restart", async () => {
  const client = new JobClient(service.url);
  const first = await client.create(manyGolden(2));
  await client.finished(first.id);

  disk.isFailing = true;
  expect(await client.post("/v1/jobs", form(manyGolden(1)))).toMatchObject(problem);
  expect(await client.post("/v1/jobs?execute=false", form([]))).toMatchObject({ status: 503 });
  disk.isFailing = false;
  expect(await client.post(`/v1/jobs/${first.id}/retry`)).toMatchObject(problem);
  expect(await client.get(`/v1/jobs/${first.id}`)).toMatchObject(problem);

  await service.kill();
  service = await startService({ LOG_LEVEL: "error", ...disk.environment });
  const again = new JobClient(service.url);
  expect(await again.job(first.id)).toMatchObject({ state: "succeeded" });
  const next = await again.create(manyGolden(1));
  expect(await again.finished(next.id)).toMatchObject({ state: "succeeded" });
});

test("accepts no image after the name of one was not synced, until a restart", async () => {
  const client = new JobClient(service.url);
  const { body: job } = await client.post("/v1/jobs?execute=false", form([]));
  const add = (to: JobClient) => to.post(`/v1/jobs/${job.id}/images`, form(manyGolden(1)));
  disk.isFailingFolders = true;
  expect(await add(client)).toMatchObject(problem);
  disk.isFailingFolders = false;
  // Nothing of it needs to be written again: the sync succeeds, and the names may be missing on the disk.
  expect(await add(client)).toMatchObject(problem);
  expect(await client.post("/v1/jobs", form(manyGolden(1)))).toMatchObject(problem);

  await service.kill();
  service = await startService({ LOG_LEVEL: "error", ...disk.environment });
  expect(await add(new JobClient(service.url))).toMatchObject({ status: 200, body: { images: { total: 1 } } });
});
