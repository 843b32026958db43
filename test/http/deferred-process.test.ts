import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Job } from "../../lib/contracts/job.ts";
import { type BreakableService, startBreakableService } from "../support/breakable-service.ts";
import { badFile, form, golden, JobClient, manyGolden } from "../support/job-client.ts";

let service: BreakableService;
let client: JobClient;
beforeAll(async () => {
  service = await startBreakableService();
  client = new JobClient(service.url);
});
afterAll(() => service.stop());

const [healthy] = golden as [(typeof golden)[0]];

describe("POST /process for a client that would rather not wait", () => {
  it.each([
    ["", { Prefer: "respond-async" }, "respond-async"],
    ["", { Prefer: "respond-async, wait=0" }, "respond-async, wait=0"],
    ["", { Prefer: 'respond-async; note="a, b"' }, "respond-async"],
    ["", { Prefer: 'wait="0"; note, wait=60' }, "wait=0"],
    ["?async=true", {}, "respond-async"],
  ])("%s %j becomes a job", async (query, headers, applied) => {
    const {
      status,
      headers: answered,
      body,
    } = await client.post(`/process${query}`, form(golden), headers as Record<string, string>);
    expect(status).toBe(202);
    expect(answered.get("location")).toBe(`/v1/jobs/${body.id}`);
    expect(Number(answered.get("retry-after"))).toBeGreaterThan(0);
    expect(answered.get("preference-applied")).toBe(applied);
    // No client waits, so it takes its turn with other jobs.
    expect(body).toMatchObject({ priority: 5, images: { total: 5 } });
    expect(await client.finished(body.id)).toMatchObject({ state: "succeeded" });
    expect((await client.results(body.id)).map(({ result }) => result?.faces)).toEqual(
      golden.map(({ faces }) => faces),
    );
  });

  it("with wait=N gives what it gives without, if that is there in time", async () => {
    const files = [healthy, badFile];
    const plain = await client.post("/process", form(files));
    const { status, headers, body } = await client.post("/process", form(files), { Prefer: "wait=60" });
    expect(status).toBe(200);
    expect(headers.get("preference-applied")).toBe("wait=60");
    expect(headers.get("content-location")).toMatch(/^\/v1\/jobs\/[0-9a-f-]{36}$/);
    const stable = (answer: { images: { timings?: object; problem?: { requestId?: string } }[] }) =>
      answer.images.map(({ timings: _timings, ...image }) => ({
        ...image,
        problem: { ...image.problem, requestId: 0 },
      }));
    expect(stable(body)).toEqual(stable(plain.body));
  });

  it("with wait=N gives the job if it is not, and the work goes on without another upload", async () => {
    service.detector("hold");
    const startedAt = performance.now();
    const { status, headers, body } = await client.post("/process", form(golden), { Prefer: "wait=1" });
    // Timers may fire a millisecond early.
    expect(performance.now() - startedAt).toBeGreaterThan(1000 - 2);
    expect(status).toBe(202);
    expect(headers.get("location")).toBe(`/v1/jobs/${body.id}`);
    expect(body.state).toMatch(/^(queued|running)$/);
    // A client has waited, so it goes ahead of other jobs.
    expect(body.priority).toBe(9);
    service.detector("");
    expect(await client.finished(body.id)).toMatchObject({ state: "succeeded", images: { done: 5 } });
  });

  it("is the same request if it is repeated by a client that waits for longer, or not at all", async () => {
    const post = (Prefer: string) => client.post("/process", form(golden), { "Idempotency-Key": "patience", Prefer });
    service.detector("hold");
    const { status, body: job } = await post("respond-async");
    expect(status).toBe(202);
    expect(await post("wait=0")).toMatchObject({ status: 202, body: { id: job.id } });
    service.detector("");
    expect(await client.finished(job.id)).toMatchObject({ state: "succeeded" });
    expect(await post("wait=60")).toMatchObject({ status: 200 });
    expect(await client.job(job.id)).toMatchObject({ priority: 5 });
  });

  it("gives the job of a request that was cancelled while it waited", async () => {
    service.detector("hold");
    const waiting = client.post("/process", form(golden), { Prefer: "wait=60" });
    await expect.poll(async () => (await client.jobs("state=running")).length).toBe(1);
    const [{ id }] = (await client.jobs("state=running")) as [Job];
    await client.post(`/v1/jobs/${id}/cancel`);
    expect(await waiting).toMatchObject({ status: 202, body: { id, state: "cancelled" } });
    service.detector("");
  });

  it("gives a page full of results, and more", async () => {
    const headers = { Prefer: "wait=60", "Idempotency-Key": "many" };
    const post = () => client.post("/process", form(manyGolden(1100)), headers);
    let answer = await post();
    // A slow machine takes longer.
    while (answer.status === 202) answer = await post();
    const { status, body } = answer;
    expect(status).toBe(200);
    expect(body.images.map(({ faces }: { faces: number[][] }) => faces)).toEqual(
      manyGolden(1100).map(({ faces }) => faces),
    );
  });

  it.each([{ Prefer: "respond-async" }, { Prefer: "wait=5" }])("refuses an annotated image (%j)", async (headers) => {
    const before = await client.jobs("limit=1000");
    expect(await client.post("/process?annotate=true", form([healthy]), headers)).toMatchObject({
      status: 400,
      body: { code: "INVALID_OPTION" },
    });
    expect(await client.jobs("limit=1000")).toHaveLength(before.length);
  });

  it("ignores preferences it does not know", async () => {
    for (const Prefer of ["handling=lenient", "wait=soon", "wait", "respond-async=1", 'note="a, respond-async"']) {
      const { status, headers } = await client.post("/process", form([healthy]), { Prefer });
      expect({ status, applied: headers.get("preference-applied") }).toEqual({ status: 200, applied: null });
    }
  });
});
