import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BreakableService, startBreakableService } from "../support/breakable-service.ts";
import { astronautFaces, sample } from "../support/images.ts";
import { type Answer, badFile, form, golden, JobClient, manyGolden } from "../support/job-client.ts";
import { answerOf, openPost } from "../support/raw-request.ts";

let service: BreakableService;
let client: JobClient;
beforeAll(async () => {
  service = await startBreakableService({ MAX_IMAGE_BYTES: "1000000" });
  client = new JobClient(service.url);
});
afterAll(() => service.stop());

const [first, second] = golden as [(typeof golden)[0], (typeof golden)[0]];
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
const tooLarge = { name: "large.jpg", bytes: new Uint8Array(1_000_001) };

describe("a job is created", () => {
  it("from multipart, and every image gets its exact boxes, in the order of upload", async () => {
    const { status, headers, body } = await client.post("/v1/jobs", form(golden));
    expect(status).toBe(202);
    expect(headers.get("location")).toBe(`/v1/jobs/${body.id}`);
    expect(Number(headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect(await client.finished(body.id)).toMatchObject({
      state: "succeeded",
      images: { total: 5, pending: 0, running: 0, done: 5, failed: 0 },
      progress: { fraction: 1, etaSeconds: 0 },
    });
    const images = await client.results(body.id);
    expect(images.map(({ fileName, result }) => [fileName, result?.faces])).toEqual(
      golden.map(({ name, faces }) => [name, faces]),
    );
    expect(images[0]).toMatchObject({ index: 0, attempts: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it("from one raw image", async () => {
    const { body } = await client.post("/v1/jobs", sample("astronaut.png"), { "Content-Type": "image/png" });
    await client.finished(body.id);
    expect(await client.results(body.id)).toMatchObject([{ fileName: null, result: { faces: astronautFaces } }]);
  });

  it.each<[string, Record<string, string>]>([
    ["of no bytes", { "Content-Length": "0" }],
    ["that is absent, as curl -X POST sends none", {}],
  ])("without images from a body %s", async (_name, headers) => {
    const answer = await answerOf(await openPost(service.url, "/v1/jobs?execute=false", headers));
    expect(answer).toMatchObject({ status: 201, body: { state: "created", images: { total: 0 } } });
  });

  it("from JSON, with all of its settings", async () => {
    const settings = {
      options: { minSize: 64 },
      labels: { set: "json" },
      priority: 7,
      deadline: "2999-01-01T02:00:00+02:00",
    };
    const images = [base64(first.bytes), { fileName: second.name, data: base64(second.bytes) }];
    const { status, body } = await client.postJson("/v1/jobs", { images, ...settings });
    expect({ status, body }).toMatchObject({
      status: 202,
      body: { ...settings, deadline: "2999-01-01T00:00:00.000Z" },
    });
    expect(await client.finished(body.id)).toMatchObject({ state: "succeeded", images: { done: 2 } });
    expect((await client.results(body.id)).map(({ fileName }) => fileName)).toEqual([null, second.name]);
  });

  it("with settings of the query, which go before those of the body, one by one", async () => {
    const query = "?minSize=64&labels=set:query,a:&priority=9&deadline=2999-01-01T00:00:00Z&model=faces-haar";
    const body = {
      images: [base64(first.bytes)],
      options: { minSize: 80, minNeighbors: 5 },
      labels: { b: "1" },
      priority: 1,
    };
    const { status, body: job } = await client.postJson(`/v1/jobs${query}`, body);
    expect({ status, job }).toMatchObject({
      status: 202,
      job: {
        options: { minSize: 64, minNeighbors: 5 },
        labels: { set: "query", a: "", b: "1" },
        priority: 9,
        deadline: "2999-01-01T00:00:00.000Z",
      },
    });
  });

  it.each(["query", "body"])(
    "without images, gets them later, and is executed (execute=false in the %s)",
    async (place) => {
      const created =
        place === "query"
          ? await client.post("/v1/jobs?execute=false&labels=set:later")
          : await client.postJson("/v1/jobs", { execute: false, labels: { set: "later" } });
      expect(created).toMatchObject({ status: 201, body: { state: "created", images: { total: 0 } } });
      const path = `/v1/jobs/${created.body.id}`;
      expect(created.headers.get("location")).toBe(path);
      expect(await client.post(`${path}/execute`)).toMatchObject({ status: 400, body: { code: "NO_IMAGE" } });
      expect(await client.post(`${path}/images`, form([first]))).toMatchObject({
        status: 200,
        body: { images: { total: 1 } },
      });
      await client.post(`${path}/images`, new Blob([second.bytes]), { "Content-Type": "image/jpeg" });
      expect(await client.post(`${path}/execute`)).toMatchObject({ status: 202 });
      expect(await client.finished(created.body.id)).toMatchObject({ state: "succeeded", images: { done: 2 } });
      expect((await client.results(created.body.id)).map(({ result }) => result?.faces)).toEqual([
        first.faces,
        second.faces,
      ]);
      for (const refused of [client.post(`${path}/images`, form([first])), client.post(`${path}/execute`)])
        expect(await refused).toMatchObject({ status: 409, body: { code: "JOB_STATE_CONFLICT", state: "succeeded" } });
    },
  );

  it("a deadline in the past fails its images without an attempt", async () => {
    const { id } = await client.create([first], "?deadline=2020-01-01T00:00:00Z");
    expect(await client.finished(id)).toMatchObject({ state: "failed" });
    expect(await client.results(id)).toMatchObject([{ attempts: 0, problem: { code: "DEADLINE_PASSED" } }]);
    // The job was never running.
    const states = ["created", "queued", "failed"].map((state) => `dev.sightline.job.${state}`);
    const ofJob = async () =>
      (await client.events(id)).map(({ type }) => type).filter((type) => type.includes(".job."));
    await expect.poll(ofJob).toEqual(states);
  });

  it.each([
    ["?priority=10", "priority"],
    ["?labels=:x", "labels"],
    ["?labels=__proto__:x", "labels"],
    ["?deadline=tomorrow", "deadline"],
    ["?deadline=2020-12-31T23:59:60Z", "deadline"],
    ["?scaleFactor=1", "scaleFactor"],
    ["?model=No+Model", "model"],
    ["?colour=red", "colour"],
  ])("but not with %s", async (query) => {
    expect(await client.post(`/v1/jobs${query}`, form([first]))).toMatchObject({
      status: 400,
      body: { code: "INVALID_OPTION" },
    });
  });

  it("nor without images, nor from what is no body of ours; nothing is left behind", async () => {
    const before = (await client.jobs("limit=1000")).length;
    expect(await client.post("/v1/jobs", form([]))).toMatchObject({ status: 400 });
    expect(await client.postJson("/v1/jobs", { priority: 1 })).toMatchObject({
      status: 400,
      body: { code: "NO_IMAGE" },
    });
    expect(await client.postJson("/v1/jobs", { images: [], deadline: "2020-12-31T23:59:60Z" })).toMatchObject({
      status: 400,
    });
    expect(await client.post("/v1/jobs", "x", { "Content-Type": "text/plain" })).toMatchObject({ status: 415 });
    expect(await client.jobs("limit=1000")).toHaveLength(before);
  });
});

describe("bad images", () => {
  it("get a receipt each and fail none of their neighbours", async () => {
    const { id } = await client.create([first, badFile, tooLarge, second]);
    expect(await client.finished(id)).toMatchObject({
      state: "partially_failed",
      images: { total: 4, done: 2, failed: 2 },
      progress: { fraction: 1 },
    });
    expect(await client.results(id)).toMatchObject([
      { fileName: first.name, state: "done", result: { faces: first.faces } },
      { fileName: "bad.jpg", state: "failed", attempts: 1, problem: { code: "UNSUPPORTED_MEDIA_TYPE", status: 415 } },
      { fileName: "large.jpg", state: "failed", attempts: 0, problem: { code: "IMAGE_TOO_LARGE", maxImageBytes: 1e6 } },
      { fileName: second.name, state: "done", result: { faces: second.faces } },
    ]);
    expect(await client.deadLetters()).toEqual([]);
  });

  it.each([[[badFile]], [[tooLarge]], [[badFile, tooLarge]]])("alone make the job fail", async (files) => {
    const { id } = await client.create(files);
    expect(await client.finished(id)).toMatchObject({ state: "failed", images: { total: files.length } });
  });
});

describe("results", () => {
  it("come in pages, as JSON or NDJSON, that together have every image once", async () => {
    const { id } = await client.create(manyGolden(25));
    await client.finished(id);
    const all = await client.results(id);
    expect(all.map(({ index }) => index)).toEqual(Array.from({ length: 25 }, (_, index) => index));
    expect(await client.results(id, 7)).toEqual(all);
    expect(await client.results(id, 5)).toEqual(all);
    const exact = await client.get(`/v1/jobs/${id}/results?limit=25`);
    expect(exact.body.nextCursor).toBeUndefined();

    const page = await client.get(`/v1/jobs/${id}/results?limit=24`, { Accept: "application/x-ndjson" });
    expect(page.headers.get("content-type")).toBe("application/x-ndjson");
    const cursor = /^<\?([^>]*)>; rel="next"$/.exec(page.headers.get("link") ?? "")?.[1];
    const rest = await client.get(`/v1/jobs/${id}/results?${cursor}`, { Accept: "application/x-ndjson" });
    expect(rest.headers.get("link")).toBeNull();
    const lines = `${page.body}${rest.body}`.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(all);
  });

  it("of one state are followed by the next ones of that state", async () => {
    const { id } = await client.create([badFile, first, badFile, first, badFile]);
    await client.finished(id);
    const indexes: number[] = [];
    for (let query: string | undefined = "state=failed&limit=1"; query !== undefined; ) {
      const page: Answer<string> = await client.get(`/v1/jobs/${id}/results?${query}`, {
        Accept: "application/x-ndjson",
      });
      indexes.push(
        ...page.body
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line).index),
      );
      query = /^<\?([^>]*)>; rel="next"$/.exec(page.headers.get("link") ?? "")?.[1];
    }
    expect(indexes).toEqual([0, 2, 4]);
  });

  it("are waited for, as long as the client says", async () => {
    service.detector("hold");
    const { id } = await client.create([first]);
    const early = await client.get(`/v1/jobs/${id}/results?limit=1`);
    expect(early.body.jobState).toMatch(/queued|running/);
    const late = client.get(`/v1/jobs/${id}/results?limit=1&wait=60`);
    service.detector("");
    expect((await late).body.jobState).toBe("succeeded");
  });

  it.each(["cursor=", "cursor=x", "cursor=-5", "cursor=1e2", "limit=0", "limit=1001", "wait=61", "x=1"])(
    "not for %s",
    async (query) => {
      const { id } = await client.create([first]);
      expect(await client.get(`/v1/jobs/${id}/results?${query}`)).toMatchObject({
        status: 400,
        body: { code: "INVALID_OPTION" },
      });
    },
  );
});

describe("the results as one file", () => {
  const evil = { name: "=1+cmd|x,y", bytes: badFile.bytes };

  it("are a line for each image, in which nothing is a formula", async () => {
    const { id } = await client.create([first, evil]);
    await client.finished(id);
    const { status, headers, body } = await client.get(`/v1/jobs/${id}/export`);
    expect({ status, type: headers.get("content-type"), name: headers.get("content-disposition") }).toEqual({
      status: 200,
      type: "text/csv; charset=utf-8; header=present",
      name: `attachment; filename="job-${id}.csv"`,
    });
    const [header, one, other, rest] = body.split("\r\n");
    const boxes = first.faces.map((box) => box.join(" ")).join("; ");
    expect(header).toMatch(/^index,fileName,state,attempts,width,height,faces,faceBoxes,labels,/);
    expect(one).toMatch(new RegExp(`^0,${first.name},done,1,250,250,${first.faces.length},${boxes},,,,,`));
    expect(other).toMatch(/^1,"'=1\+cmd\|x,y",failed,\d,,,,,,,UNSUPPORTED_MEDIA_TYPE,/);
    expect(rest).toBe("");
    const failed = await client.get(`/v1/jobs/${id}/export?format=json&state=failed`);
    expect(failed.headers.get("content-disposition")).toContain(`job-${id}.json`);
    expect(JSON.parse(failed.body)).toEqual((await client.results(id)).slice(1));
    expect(await client.send("HEAD", `/v1/jobs/${id}/export`)).toMatchObject({ status: 200, body: "" });
  });

  it("leave no warning in the log", async () => {
    const { id } = await client.create([first]);
    await client.get(`/v1/jobs/${id}/export`);
    expect(service.log.filter((line) => line.includes("Warning"))).toEqual([]);
  });

  it("have every image of a large job once, in order, whatever its state", async () => {
    const many = manyGolden(600);
    const { id } = await client.create(many, "?execute=false");
    const { body: csv } = await client.get(`/v1/jobs/${id}/export`);
    const lines = csv.trimEnd().split("\r\n").slice(1);
    expect(lines.map((line: string) => line.split(",").slice(0, 3))).toEqual(
      many.map(({ name }, index) => [String(index), name, "pending"]),
    );
    const { body: json } = await client.get(`/v1/jobs/${id}/export?format=json`);
    expect(JSON.parse(json)).toEqual(await client.results(id));
    const none = await client.get(`/v1/jobs/${id}/export?format=json&state=done`);
    expect(none.body).toEqual([]);
    await client.send("DELETE", `/v1/jobs/${id}`);
  });

  it("are refused in another form, and of a job that is not there", async () => {
    const gone = `/v1/jobs/${crypto.randomUUID()}/export`;
    expect(await client.get(gone)).toMatchObject({ status: 404, body: { code: "JOB_NOT_FOUND" } });
    expect(await client.get(`${gone}?format=xlsx`)).toMatchObject({ status: 400, body: { code: "INVALID_OPTION" } });
  });
});

describe("progress", () => {
  it("grows, with a rate and the time that is left", async () => {
    // Sixteen seconds of work, of which the test waits for the first image.
    service.detector("slow 200");
    const { id } = await client.create(manyGolden(80));
    await expect.poll(async () => (await client.job(id)).progress.fraction, { interval: 20 }).toBeGreaterThan(0);
    const job = await client.job(id);
    expect(job).toMatchObject({ state: "running", startedAt: expect.any(String) });
    expect(job.progress.fraction).toBeLessThan(1);
    expect(job.progress.imagesPerSecond).toBeGreaterThan(0);
    expect(job.progress.etaSeconds).toBeGreaterThan(0);
    const { total, pending, running, done, failed } = job.images;
    expect(pending + running + done + failed).toBe(total);
    expect(job.progress.fraction).toBeCloseTo((done + failed) / total);
    service.detector("");
    await client.post(`/v1/jobs/${id}/cancel`);
  });

  it("is of the run the job is in, not of those before", async () => {
    const { id } = await client.create([...manyGolden(100), badFile]);
    const { progress: before } = await client.finished(id);
    await client.post(`/v1/jobs/${id}/retry`);
    const { progress } = await client.finished(id);
    // One image was tried again; the hundred of the first run took no time in this one.
    expect(before.imagesPerSecond).toBeGreaterThan(0);
    const { startedAt, finishedAt } = await client.job(id);
    const seconds = Math.max(Date.parse(finishedAt as string) - Date.parse(startedAt as string), 1) / 1000;
    expect(progress.imagesPerSecond).toBeCloseTo(1 / seconds, 1);
  });
});

it("images are gone when their job succeeded", async () => {
  const { id } = await client.create(golden);
  await client.finished(id);
  await expect.poll(() => existsSync(join(service.dataDir, "blobs", id))).toBe(false);
});
