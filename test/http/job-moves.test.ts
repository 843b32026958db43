/** Cancel, retry, delete, also at moments when nobody expects them. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type BreakableService, startBreakableService } from "../support/breakable-service.ts";
import { badFile, form, golden, JobClient, manyGolden } from "../support/job-client.ts";

let service: BreakableService;
let client: JobClient;
beforeAll(async () => {
  service = await startBreakableService({ MAX_IMAGE_BYTES: "1000000" });
  client = new JobClient(service.url);
});
afterAll(async () => {
  const faults = service.log.filter((line) => line.includes('"err"') || line.includes("A fault in"));
  await service.stop();
  expect(faults).toEqual([]);
});

afterEach(() => service.detector(""));

const [image] = golden as [(typeof golden)[0]];
const hasFiles = (id: string) => existsSync(join(service.dataDir, "blobs", id));
/** A job that goes on running until the detector goes on. */
async function runningJob(count: number): Promise<string> {
  service.detector("hold");
  const { id } = await client.create(manyGolden(count));
  await expect.poll(async () => (await client.job(id)).images.running).toBeGreaterThan(0);
  return id;
}
/** As after a fault of the storage in the middle of a request, which is sent again. */
function leaveFiles(id: string): void {
  mkdirSync(join(service.dataDir, "blobs", id), { recursive: true });
  writeFileSync(join(service.dataDir, "blobs", id, "0".repeat(64)), "left");
}
const idle = () => expect.poll(async () => (await client.jobs("state=queued,running")).length).toBe(0);

describe("sent again after a fault, when the job has moved and its files are left,", () => {
  it("cancel removes the files", async () => {
    const { id } = await client.create([image], "?execute=false");
    await client.post(`/v1/jobs/${id}/cancel`);
    leaveFiles(id);
    const again = await client.post(`/v1/jobs/${id}/cancel`);
    expect(again).toMatchObject({ status: 409, body: { code: "JOB_STATE_CONFLICT", state: "cancelled" } });
    expect(hasFiles(id)).toBe(false);
  });

  it("delete removes the files", async () => {
    const { id } = await client.create([image], "?execute=false");
    expect((await client.send("DELETE", `/v1/jobs/${id}`)).status).toBe(204);
    leaveFiles(id);
    expect(await client.send("DELETE", `/v1/jobs/${id}`)).toMatchObject({
      status: 404,
      body: { code: "JOB_NOT_FOUND" },
    });
    expect(hasFiles(id)).toBe(false);
  });

  it("cancel leaves those of a job that failed", async () => {
    const { id } = await client.create([badFile]);
    await client.finished(id);
    leaveFiles(id);
    expect(await client.post(`/v1/jobs/${id}/cancel`)).toMatchObject({ status: 409 });
    expect(hasFiles(id)).toBe(true);
  });
});

describe("cancel", () => {
  it("ends a running job: nothing more is started or comes of it, files are gone", async () => {
    const id = await runningJob(200);
    const { status, body } = await client.post(`/v1/jobs/${id}/cancel`);
    expect({ status, ...body }).toMatchObject({ status: 200, state: "cancelled", finishedAt: expect.any(String) });
    const { images } = body;
    expect(images).toMatchObject({ total: 200, running: 0, failed: 0 });
    expect(hasFiles(id)).toBe(false);
    expect(images.pending).toBeGreaterThan(100);
    service.detector("");
    // Another job gets all of the detector, and the cancelled one nothing of it.
    await client.finished((await client.create(manyGolden(20))).id);
    expect(await client.job(id)).toMatchObject({ state: "cancelled", images });
    expect((await client.results(id)).filter(({ problem }) => problem)).toEqual([]);
    await expect.poll(async () => (await client.events(id)).at(-1)?.type).toBe("dev.sightline.job.cancelled");
  });

  it("wakes those who wait for the job", async () => {
    const id = await runningJob(200);
    const waiting = client.get(`/v1/jobs/${id}/results?limit=1&wait=60`);
    await client.post(`/v1/jobs/${id}/cancel`);
    expect((await waiting).body.jobState).toBe("cancelled");
  });

  it("ends a job that was never executed", async () => {
    const { id } = await client.create([image], "?execute=false");
    expect(hasFiles(id)).toBe(true);
    expect(await client.post(`/v1/jobs/${id}/cancel`)).toMatchObject({ status: 200 });
    expect(hasFiles(id)).toBe(false);
    for (const move of ["execute", "cancel", "retry"])
      expect(await client.post(`/v1/jobs/${id}/${move}`)).toMatchObject({
        status: 409,
        body: { code: "JOB_STATE_CONFLICT", state: "cancelled" },
      });
  });
});

describe("retry", () => {
  it("tries the failed images again and no other", async () => {
    const { id } = await client.create([image, badFile]);
    await client.finished(id);
    const before = await client.results(id);
    const { status, headers, body } = await client.post(`/v1/jobs/${id}/retry`);
    expect({ status, location: headers.get("location") }).toEqual({ status: 202, location: `/v1/jobs/${id}` });
    expect(["queued", "running", "partially_failed"]).toContain(body.state);
    expect(await client.finished(id)).toMatchObject({ state: "partially_failed", images: { done: 1, failed: 1 } });
    const after = await client.results(id);
    expect(after[0]).toEqual(before[0]);
    expect(after[1]).toMatchObject({ attempts: 2, problem: before[1]?.problem });
  });

  it("leaves alone what was refused when it was uploaded", async () => {
    const large = { name: "large.jpg", bytes: new Uint8Array(1_000_001) };
    const { id } = await client.create([large, badFile]);
    await client.finished(id);
    const [refused] = await client.results(id);
    await client.post(`/v1/jobs/${id}/retry`);
    expect(await client.finished(id)).toMatchObject({ state: "failed" });
    expect(await client.results(id)).toMatchObject([refused, { attempts: 2 }]);

    const { id: hopeless } = await client.create([large]);
    expect(await client.post(`/v1/jobs/${hopeless}/retry`)).toMatchObject({
      status: 409,
      body: { code: "JOB_STATE_CONFLICT" },
    });
    expect(await client.job(hopeless)).toMatchObject({ state: "failed" });
  });

  it("is for jobs that failed only", async () => {
    const { id } = await client.create([image]);
    await client.finished(id);
    expect(await client.post(`/v1/jobs/${id}/retry`)).toMatchObject({ status: 409, body: { state: "succeeded" } });
  });

  it("and cancel, both at once, leave a job that is over one way or the other", async () => {
    for (let time = 0; time < 10; time++) {
      const { id } = await client.create([badFile, badFile, badFile]);
      await client.finished(id);
      const moves = ["retry", "cancel", "retry", "cancel"].map((move) => client.post(`/v1/jobs/${id}/${move}`));
      for (const { status } of await Promise.all(moves)) expect([200, 202, 409]).toContain(status);
      const { state, images } = await client.finished(id);
      if (state === "failed") expect(images).toMatchObject({ failed: 3, pending: 0, running: 0 });
      else expect(state).toBe("cancelled");
    }
  });
});

describe("delete", () => {
  it("takes the job, its results and its files", async () => {
    const { id } = await client.create([image, badFile]);
    await client.finished(id);
    expect(hasFiles(id)).toBe(true);
    const gone = await fetch(`${service.url}/v1/jobs/${id}`, { method: "DELETE" });
    expect(gone.status).toBe(204);
    expect(await gone.text()).toBe("");
    expect(hasFiles(id)).toBe(false);
    for (const path of ["", "/results", "/events"])
      expect(await client.get(`/v1/jobs/${id}${path}`)).toMatchObject({ status: 404, body: { code: "JOB_NOT_FOUND" } });
    expect((await client.send("DELETE", `/v1/jobs/${id}`)).status).toBe(404);
  });

  it("of a running job: late results bring nothing back, waiting clients learn of it", async () => {
    for (let time = 0; time < 5; time++) {
      const id = await runningJob(30);
      const waiting = client.get(`/v1/jobs/${id}/results?wait=60`);
      expect((await client.send("DELETE", `/v1/jobs/${id}`)).status).toBe(204);
      expect(await waiting).toMatchObject({ status: 404 });
      service.detector("");
      await client.finished((await client.create([image])).id);
      expect(await client.get(`/v1/jobs/${id}`)).toMatchObject({ status: 404 });
      expect(hasFiles(id)).toBe(false);
      await idle();
    }
    await expect.poll(async () => (await client.events()).at(-1)?.type).toBe("dev.sightline.job.succeeded");
    const events = await client.events();
    const deletions = events.filter(({ type }) => type === "dev.sightline.job.deleted");
    expect(deletions.length).toBeGreaterThanOrEqual(5);
    for (const { subject, sequence } of deletions)
      expect(events.filter((event) => event.subject.startsWith(subject) && event.sequence > sequence)).toEqual([]);
  });

  it("while images are being added leaves no files", async () => {
    for (let time = 0; time < 5; time++) {
      const { id } = await client.create([image], "?execute=false");
      const adding = client.post(`/v1/jobs/${id}/images`, form(manyGolden(100)));
      await expect.poll(async () => (await client.get(`/v1/jobs/${id}`)).status).toBe(200);
      await client.send("DELETE", `/v1/jobs/${id}`);
      expect([200, 404]).toContain((await adding).status);
      expect(hasFiles(id)).toBe(false);
    }
  });
});

it("images added while the job is executed are either in it or refused", async () => {
  for (let time = 0; time < 10; time++) {
    const { id } = await client.create([image], "?execute=false");
    const path = `/v1/jobs/${id}`;
    const [added, executed, again] = await Promise.all([
      client.post(`${path}/images`, form([image, image])),
      client.post(`${path}/execute`),
      client.post(`${path}/execute`),
    ]);
    expect([executed.status, again.status].toSorted()).toEqual([202, 409]);
    expect([200, 409]).toContain(added.status);
    const total = added.status === 200 ? 3 : 1;
    expect(await client.finished(id)).toMatchObject({ state: "succeeded", images: { total, done: total } });
  }
});
