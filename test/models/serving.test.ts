/** The models through the service, as a client meets them. */
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analysisResult } from "../../lib/contracts/examples.ts";
import { AnalysisResult } from "../../lib/contracts/results.ts";
import { astronautFaces, sample } from "../support/images.ts";
import { JobClient, type Json } from "../support/job-client.ts";
import { modelsDir } from "../support/model-files.ts";
import { startModelPool } from "../support/model-pool.ts";
import { near, nearBox } from "../support/near.ts";
import { type RunningService, startService } from "../support/service.ts";

const ALL = ["faces-haar", "faces-yunet", "face-encoding", "classify", "objects"];

function form(...names: string[]): FormData {
  const data = new FormData();
  for (const name of names) data.append("images", new Blob([new Uint8Array(sample(name))]), name);
  return data;
}

describe.skipIf(!modelsDir)("a service with models", () => {
  let service: RunningService;
  let client: JobClient;
  beforeAll(async () => {
    service = await startService({ MODELS_DIR: modelsDir, LOG_LEVEL: "warn" });
    client = new JobClient(service.url);
  });
  afterAll(() => service.stop());

  const analyse = async (query: string, ...names: string[]): Promise<Json> =>
    (await client.post(`/process?${query}`, form(...names))).body;

  it("shows sensible things: a cat, an espresso in a cup, a person with a face", async () => {
    const names = ["chelsea.png", "coffee.png", "astronaut.png"];
    const answer = await analyse(`models=${ALL.join(",")}&topK=3`, ...names);
    expect(Compile(AnalysisResult as TSchema).Errors(answer)).toEqual([]);
    expect(answer.models).toEqual(ALL);
    const [cat, coffee, astronaut] = answer.images.map(({ results }: Json) => results);
    expect(cat.classify.labels).toHaveLength(3);
    expect(cat.classify.labels[0]).toEqual({ label: "Egyptian cat", wnid: "n02124075", score: near(0.65, 0.2) });
    expect(cat.objects.objects).toEqual([{ label: "cat", box: nearBox(0, 0, 451, 300), score: near(0.64, 0.1) }]);
    expect(coffee.classify.labels[0]).toMatchObject({ label: "espresso", score: near(0.99, 0.1) });
    expect(coffee.objects.objects[0]).toEqual({
      label: "cup",
      box: nearBox(162, 16, 260, 278),
      score: near(0.9, 0.05),
    });
    expect(astronaut.objects.objects[0]).toMatchObject({ label: "person", score: near(0.92, 0.05) });
    expect(astronaut["faces-haar"].faces).toEqual(astronautFaces.map((box) => ({ box })));
    const [face] = astronaut["faces-yunet"].faces;
    expect(face).toEqual({
      box: nearBox(182, 65, 89, 112),
      score: near(0.95, 0.05),
      landmarks: expect.arrayContaining([expect.any(Array)]),
    });
    expect(astronaut["face-encoding"].faces).toEqual([
      {
        box: face.box,
        score: face.score,
        encoding: expect.any(Array),
        quality: {
          sharpness: near(0.5, 0.15),
          size: near(89, 3),
          brightness: near(150, 40),
          pose: { yaw: near(0, 20), pitch: near(0, 20), roll: near(0, 10) },
        },
      },
    ]);
    for (const { timings } of answer.images) {
      expect(Object.keys(timings.perModelMs)).toEqual(ALL);
      const sum = Object.values<number>(timings.perModelMs).reduce((total, ms) => total + ms, 0);
      expect(sum).toBeCloseTo(timings.inferenceMs, 0);
    }
  });

  it("gives the documented example", async () => {
    const answer = await analyse("models=classify,objects&topK=2", "chelsea.png");
    const [{ results, sha256, width, height }] = answer.images;
    const [expected] = analysisResult.images as Json[];
    expect({ sha256, width, height }).toMatchObject({ sha256: expected.sha256, width: 451, height: 300 });
    expect(results.classify.version).toBe(expected.results.classify.version);
    expect(results.classify.labels[0].label).toBe(expected.results.classify.labels[0].label);
    expect(results.objects.objects[0].label).toBe(expected.results.objects.objects[0].label);
  });

  it("answers as ever where no models are named", async () => {
    const answer = await analyse("", "astronaut.png");
    expect(Object.keys(answer)).toEqual(["model", "images"]);
    expect(Object.keys(answer.images[0])).toEqual(["fileName", "sha256", "width", "height", "faces", "timings"]);
    expect(Object.keys(answer.images[0].timings)).toEqual(["queueMs", "decodeMs", "inferenceMs"]);
    expect(answer).toMatchObject({ model: "faces-haar", images: [{ faces: astronautFaces }] });
  });

  it("gives the same whatever ran before, with which models beside, and in which thread", async () => {
    const names = ["chelsea.png", "rocket.jpg", "astronaut.png", "camera.png", "coffee.png"];
    const resultsOf = (answer: Json) => answer.images.map(({ results }: Json) => results);
    const all = resultsOf(await analyse(`models=${ALL.join(",")}`, ...names));
    const backwards = await analyse(`models=${ALL.toReversed().join(",")}`, ...names.toReversed());
    expect(resultsOf(backwards).toReversed()).toEqual(all);
    for (const name of ALL)
      expect(resultsOf(await analyse(`models=${name}`, ...names))).toEqual(
        all.map((of: Json) => ({ [name]: of[name] })),
      );
    const pool = await startModelPool(1);
    for (const [index, name] of names.entries())
      expect((await pool.analyse(sample(name), ALL)).results).toEqual(all[index]);
    await pool.close();
  });

  it("takes thresholds and counts as options, within bounds, where they mean something", async () => {
    const few = await analyse("models=objects&scoreThreshold=0.8", "coffee.png");
    expect(few.images[0].results.objects.objects).toHaveLength(1);
    const objects = async (query: string) =>
      (await analyse(`models=objects${query}`, "astronaut.png")).images[0].results.objects.objects;
    expect((await objects("&scoreThreshold=0.05")).length).toBeGreaterThan((await objects("")).length);
    const labels = (await analyse("models=classify&topK=1000", "coffee.png")).images[0].results.classify.labels;
    expect(labels).toHaveLength(1000);
    expect(labels.reduce((sum: number, { score }: Json) => sum + score, 0)).toBeCloseTo(1, 2);
    for (const query of [
      "models=objects&scoreThreshold=0",
      "models=classify&topK=1001",
      "topK=3",
      "models=faces-haar&scoreThreshold=0.5",
      "models=classify,objects&minSize=48",
      "models=objects,faces-yunet&topK=3",
      "models=classify&scoreThreshold=0.5",
      "models=faces-haar,classify&scoreThreshold=0.5",
      "models=",
      "models=a,",
    ])
      expect(await analyse(query, "coffee.png")).toMatchObject({ code: "INVALID_OPTION" });
  });

  it("refuses a model that is not there before it reads the images", async () => {
    const { status, body } = await client.post("/process?models=classify,nothing", form("coffee.png"));
    expect({ status, body }).toMatchObject({ status: 404, body: { code: "MODEL_NOT_FOUND", model: "nothing" } });
    expect(await client.post("/v1/jobs?models=nothing", form("coffee.png"))).toMatchObject({ status: 404 });
    expect(
      await client.postJson("/v1/jobs", { models: ["nothing"], images: [sample("coffee.png").toString("base64")] }),
    ).toMatchObject({ status: 404 });
  });

  it("gives a bad file its problem, and its neighbours their results", async () => {
    const data = form("coffee.png");
    data.append("images", new Blob(["no image"]), "bad.jpg");
    const { body } = await client.post("/process?models=classify", data);
    expect(body.images).toMatchObject([
      { results: { classify: { labels: expect.any(Array) } } },
      { fileName: "bad.jpg", problem: { code: "UNSUPPORTED_MEDIA_TYPE" } },
    ]);
  });

  it.each(["png", "jpeg"])("draws what was found, as %s", async (format) => {
    const response = await fetch(`${service.url}/process?models=${ALL.join(",")}`, {
      method: "POST",
      headers: { Accept: `image/${format}` },
      body: form("camera.png"),
    });
    expect(response.headers.get("content-type")).toBe(`image/${format}`);
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(10_000);
  });

  it("runs jobs with several models, and finds them by each", async () => {
    const created = await client.create(
      ["coffee.png", "chelsea.png"].map((name) => ({ name, bytes: new Uint8Array(sample(name)) })),
      "?models=classify,objects&topK=1",
    );
    expect(created).toMatchObject({ model: "classify,objects", models: ["classify", "objects"], options: { topK: 1 } });
    const job = await client.finished(created.id);
    expect(job.state).toBe("succeeded");
    const [coffee, cat] = await client.results(job.id);
    expect(coffee?.result).toMatchObject({
      results: { classify: { labels: [{ label: "espresso" }] }, objects: { objects: [{ label: "cup" }, {}] } },
    });
    expect(cat?.result?.results?.classify).toMatchObject({ labels: [{ label: "Egyptian cat" }] });

    const inBody = { models: ["classify"], images: [sample("coffee.png").toString("base64")] };
    const mixed = await client.postJson("/v1/jobs?topK=1&execute=false", inBody);
    expect(mixed).toMatchObject({ status: 201, body: { models: ["classify"], options: { topK: 1 } } });
    await client.send("DELETE", `/v1/jobs/${mixed.body.id}`);
    const ofEach = "?models=faces-haar,classify&minSize=48&topK=1&execute=false";
    const { body: both } = await client.postJson(`/v1/jobs${ofEach}`, { images: inBody.images });
    expect(both.options).toEqual({ minSize: 48, topK: 1 });
    await client.send("DELETE", `/v1/jobs/${both.id}`);
    const ofNone = await client.postJson("/v1/jobs?minSize=48", inBody);
    expect(ofNone).toMatchObject({ status: 400, body: { code: "INVALID_OPTION" } });
    for (const query of ["topK=1", "models=objects&topK=1", "models=classify&scoreThreshold=0.5"]) {
      const meaningless = await client.postJson(`/v1/jobs?${query}`, { images: inBody.images });
      expect(meaningless).toMatchObject({ status: 400, body: { code: "INVALID_OPTION" } });
    }

    const single = await client.postJson("/v1/jobs", {
      model: "faces-yunet",
      images: [sample("astronaut.png").toString("base64")],
    });
    const plain = await client.create([{ name: "a.png", bytes: new Uint8Array(sample("astronaut.png")) }]);
    await client.finished(single.body.id);
    await client.finished(plain.id);
    const [face] = await client.results(single.body.id);
    expect(face?.result?.results?.["faces-yunet"]).toMatchObject({ faces: [{ landmarks: expect.any(Array) }] });
    const [haar] = await client.results(plain.id);
    expect(haar?.result).toMatchObject({ faces: astronautFaces });
    const found = async (model: string) => (await client.jobs(`model=${model}`)).map(({ id }) => id);
    expect(await found("classify")).toEqual([job.id]);
    expect(await found("objects")).toEqual([job.id]);
    expect(await found("faces-yunet")).toEqual([single.body.id]);
    expect(await found("faces-haar")).toEqual([plain.id]);
    expect(await found("faces")).toEqual([]);
  });

  it("makes a job of a request that would rather wait, with the same answer", async () => {
    const answer = await client.post("/process?models=classify", form("coffee.png"), { Prefer: "wait=60" });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      models: ["classify"],
      images: [{ fileName: "coffee.png", results: { classify: { labels: expect.any(Array) } } }],
    });
  });

  it("tells of each model what a user has to know", async () => {
    const { body } = await client.get("/v1/models");
    expect(body.items.map(({ name }: Json) => name)).toEqual(ALL);
    for (const { state, version, licence, files, input, quality } of body.items) {
      expect({ state, version, licence, input }).toEqual({
        state: "ready",
        version: expect.stringMatching(/./),
        licence: expect.stringMatching(/./),
        input: expect.stringMatching(/./),
      });
      expect(files[0].sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(quality.length).toBeGreaterThan(0);
    }
    const encoder = await client.get("/v1/models/face-encoding");
    expect(encoder.body).toMatchObject({
      thresholds: { samePerson: 0.305 },
      notes: expect.stringContaining("MS-Celeb"),
    });
  });
});
