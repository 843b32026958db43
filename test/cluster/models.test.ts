/** Detectors that do not all have the same models, and detectors that die in the middle of a network's work. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cluster, type ClusterSettings, startCluster, startLoad } from "../support/cluster.ts";
import { form, JobClient, type Json, manyGolden } from "../support/job-client.ts";
import { ADMIN_KEY, asAdmin } from "../support/key-client.ts";
import { modelsDir } from "../support/model-files.ts";
import type { RunningProcess } from "../support/service.ts";
import { goldenImages } from "../support/shared-data.ts";

const files = goldenImages().map(({ path }) => new Uint8Array(readFileSync(path)));
const uploads = files.map((bytes, index) => ({ name: `${index}.jpg`, bytes }));

let cluster: Cluster;
let client: JobClient;
async function start(settings: ClusterSettings): Promise<void> {
  const environment = { LOG_LEVEL: "warn", ...(modelsDir && { MODELS_DIR: modelsDir }), ...settings.environment };
  cluster = await startCluster({ ...settings, environment });
  client = new JobClient(cluster.front.url);
}

const process = (query: string) => client.post(`/process${query}`, form(uploads));
/** Without those of detectors that do not answer in time. */
const states = async () =>
  Object.fromEntries((await client.get("/v1/models")).body.items.map(({ name, state }: Json) => [name, state]));

describe.skipIf(!modelsDir)("detectors with different models", () => {
  let networks: RunningProcess;
  beforeAll(async () => {
    await start({ detectors: 0 });
    await cluster.start("detector", { MODELS: "faces-haar", THREADS: "1" });
    networks = await cluster.start("detector", { MODELS: "classify,objects", THREADS: "1" });
  });
  afterAll(() => cluster.stop());

  it("do not keep clients from the models of the others while one of them does not answer", async () => {
    networks.process.kill("SIGSTOP");
    // On a slow machine, the other one may be asked in vain for once.
    await expect.poll(states).toEqual({ "faces-haar": "ready" });
    networks.process.kill("SIGCONT");
    await expect.poll(states).toEqual({ "faces-haar": "ready", classify: "ready", objects: "ready" });
  });

  it("get the calls for theirs, and are one service to clients", async () => {
    const all = { "faces-haar": "ready", classify: "ready", objects: "ready" };
    await expect.poll(states).toEqual(all);
    await expect.poll(async () => (await client.get("/readyz")).body.models).toEqual(all);
    expect((await client.get("/v1/models/objects")).body).toMatchObject({ name: "objects", state: "ready" });

    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all([
        process(""),
        process("?models=classify"),
        process("?models=objects,classify"),
      ]);
      for (const { status, body } of answers) {
        expect(status).toBe(200);
        for (const image of body.images) expect(image.problem).toBeUndefined();
      }
      expect(answers[0].body.images.map(({ faces }: Json) => faces)).toEqual(goldenImages().map(({ faces }) => faces));
    }
    // Each image is seen by all of a request's models in one pass, on one detector.
    expect(await process("?models=faces-haar,classify")).toMatchObject({
      status: 503,
      body: { code: "MODEL_UNAVAILABLE", detail: expect.stringContaining("no detector has all of them") },
    });
    expect(await process("?models=nothing")).toMatchObject({ status: 404, body: { code: "MODEL_NOT_FOUND" } });

    const data = [uploads[0]?.bytes && Buffer.from(uploads[0].bytes).toString("base64")];
    const image = { inputs: [{ name: "image", shape: [1], datatype: "BYTES", data }] };
    const shape = [1, 3, 416, 416];
    const tensor = { inputs: [{ name: "images", shape, datatype: "FP32", data: new Array(3 * 416 * 416).fill(114) }] };
    for (const request of [image, tensor])
      for (let round = 0; round < 2; round++)
        expect(await client.postJson("/v2/models/objects/infer", request)).toMatchObject({ status: 200 });

    // A job is accepted as long as somebody can do it, and waits for somebody who can when the last of them dies.
    const { id } = await client.create(manyGolden(10), "?models=objects");
    await networks.kill();
    await cluster.whenThreads(1);
    expect(await process("?models=objects")).toMatchObject({
      status: 503,
      body: { code: "NO_DETECTOR", detail: expect.stringContaining("objects") },
    });
    expect((await process("")).status).toBe(200);
    await cluster.start("detector", { MODELS: "objects", THREADS: "1" });
    const job = await client.finished(id);
    expect({ state: job.state, images: job.images }).toMatchObject({ state: "succeeded", images: { done: 10 } });
    await expect.poll(states).toEqual({ "faces-haar": "ready", objects: "ready" });
  });

  it("that are killed in the middle of a network's work cost no request and no image of a job, and change no result", async () => {
    const results = (body: Json) => body.images.map(({ results: { objects } }: Json) => objects);
    const expected = results((await process("?models=objects")).body);
    const threads = await cluster.threads();

    const load = startLoad(cluster.front.url, files, 2, "/process?models=objects");
    const { id } = await client.create(manyGolden(15), "?models=objects");
    const victim = await cluster.start("detector", { MODELS: "objects", THREADS: "1" });
    await load.more(10);
    await victim.kill();
    await load.more(10);
    await cluster.whenThreads(threads);
    await load.more(10);
    await load.stop();
    // Images of jobs wait behind those of requests.
    const job = await client.finished(id);
    expect([...load.outcomes.keys()]).toEqual(["200"]);
    expect({ state: job.state, images: job.images }).toMatchObject({ state: "succeeded", images: { done: 15 } });
    const images = await client.results(id);
    for (const { index, result } of images) expect(result?.results?.objects).toEqual(expected[index % 5]);
  });
});

describe.skipIf(!modelsDir)("models that are loaded and unloaded", () => {
  afterAll(() => cluster.stop());

  it("are so on all detectors, also on one that starts later or was away, and no request fails", async () => {
    const environment = { MODELS: "faces-haar,classify", THREADS: "1", ADMIN_KEY, AUTH: "off" };
    await start({ services: "api,jobs,events,sessions,keys", detectors: 0, environment });
    const first = await cluster.start("detector");
    const second = await cluster.start("detector", { LOG_LEVEL: "info" });
    const change = (name: string, how: string) => client.postJson(`/v2/repository/models/${name}/${how}`, {}, asAdmin);
    const load = startLoad(cluster.front.url, files, 2, "/process?models=faces-haar");
    await load.more(5);
    expect(await change("objects", "load")).toMatchObject({ status: 200, body: { state: "READY" } });
    expect(await change("classify", "unload")).toMatchObject({ status: 200, body: { state: "UNAVAILABLE" } });
    await load.more(5);
    const changed = { "faces-haar": "ready", objects: "ready", classify: "unavailable" };
    await expect.poll(states).toEqual(changed);
    const third = await cluster.start("detector");
    await cluster.whenThreads(3);
    await load.stop();
    expect([...load.outcomes.keys()]).toEqual(["200"]);
    // Each of them has it.
    for (let round = 0; round < 4; round++) expect((await process("?models=objects")).status).toBe(200);
    await first.stop();
    second.process.kill("SIGSTOP");
    await cluster.whenThreads(1);
    await expect.poll(states).toEqual(changed);
    expect((await process("?models=objects")).status).toBe(200);
    // The one that is away cannot be told.
    expect(await change("classify", "load")).toMatchObject({ status: 200, body: { state: "READY" } });
    second.process.kill("SIGCONT");
    await expect.poll(() => second.log.join()).toContain("as on the other detectors");
    await cluster.whenThreads(2);
    await third.stop();
    await cluster.whenThreads(1);
    await expect.poll(states).toEqual({ ...changed, classify: "ready" });
    // The only detector now. It was away for so long that it may connect to NATS anew, and is not
    // there for that moment.
    await expect.poll(async () => (await process("?models=classify")).status).toBe(200);
  });
});
