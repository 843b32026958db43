/** Sessions and encodings on NATS and MongoDB: what one node does the others know of. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { form, golden, JobClient, type Json } from "../support/job-client.ts";
import { lfwSample, modelsDir } from "../support/model-files.ts";
import { type SupervisedCluster, startSupervisedCluster } from "../support/supervised-cluster.ts";
import { readTarGz } from "../support/tar.ts";
import { until } from "../support/until.ts";

const LFW_IMAGES = Number(process.env.SIGHTLINE_LFW_IMAGES ?? 60);

let cluster: SupervisedCluster | undefined;
let client: JobClient;
beforeAll(async () => {
  cluster = modelsDir ? await startSupervisedCluster({ MODELS_DIR: modelsDir }) : undefined;
  if (!cluster) return;
  client = new JobClient(cluster.url);
  // The gateway is ready when it knows of detectors; these services are told of one by one.
  for (const path of ["/session", "/stats/", "/v1/collections"])
    await until(async () => (await client.get(path)).status === 200);
  await until(async () => (await client.get("/v1/models/face-encoding")).body.state === "ready");
}, 600_000);
afterAll(() => cluster?.stop(), 60_000);

const openSession = async (): Promise<string> => (await client.get("/session")).body.key;
const encode = (key: string, file: Uint8Array<ArrayBuffer>) =>
  client.post("/encode", file, { "Content-Type": "image/jpeg", key });

describe("a cluster", () => {
  it("knows a key on every node, and takes exactly five images of many at once", async (context) => {
    if (!cluster) return context.skip("no database or no models");
    const key = await openSession();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => encode(key, golden[n % 5]?.bytes as Uint8Array<ArrayBuffer>)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(35);
    for (let n = 0; n < 6; n++) expect((await client.get("/summary", { key })).body.image_encodings).toHaveLength(5);
    expect((await client.get("/summary", { key: "33a13f14-c6f3-4311-ad33-f8ccbe052ae5" })).status).toBe(403);
  });

  it("erases a session on all of them", async (context) => {
    if (!cluster) return context.skip("no database or no models");
    const key = await openSession();
    const { body: job } = await client.post("/v1/jobs?models=face-encoding", form(golden), { key });
    await client.get(`/v1/jobs/${job.id}/results?limit=1&wait=60`, { key });
    // Results are there before the events that tell of them.
    const logged = async () => (await client.get("/v1/events?limit=1000", { key })).body.items.length;
    await expect.poll(logged).toBeGreaterThan(5);
    expect((await client.get("/v1/events?limit=1000")).body.items).toEqual([]);
    expect((await client.get(`/v1/jobs/${job.id}`)).status).toBe(404);
    expect((await client.send("DELETE", "/session", { headers: { key } })).status).toBe(204);
    // Each is answered by any of the nodes.
    for (let n = 0; n < 6; n++) {
      expect((await client.get("/v1/jobs", { key })).body.items).toEqual([]);
      await expect.poll(async () => (await client.get("/v1/events", { key })).body.items).toEqual([]);
      expect((await client.get("/stats/", { key })).body.total).toBe(0);
      expect((await client.get("/bonus/", { key })).body.avg).toBeNull();
    }
  });

  it("finds faces that another node was given", async (context) => {
    if (!cluster) return context.skip("no database or no models");
    const key = await openSession();
    expect((await client.postJson("/v1/collections", { name: "all" }, { key })).status).toBe(201);
    for (const { name, bytes } of golden) {
      const headers = { "Content-Type": "image/jpeg", key };
      const added = await client.post(`/v1/collections/all/faces?label=${name}`, bytes, headers);
      expect(added.status).toBe(201);
      for (let n = 0; n < 3; n++) {
        const { body } = await client.post("/v1/collections/all/search?limit=1", bytes, headers);
        expect(body.items).toMatchObject([{ label: name, samePerson: true }]);
      }
    }
  });

  it("counts exactly, and its mean is that of the encodings one by one", { timeout: 120_000 }, async (context) => {
    if (!cluster || !lfwSample) return context.skip("no database, no models or no images");
    const key = await openSession();
    const entries = Array.from(readTarGz(readFileSync(lfwSample)))
      .filter(({ name }) => name.endsWith(".jpg"))
      .slice(0, LFW_IMAGES);
    const files = entries.map(({ name, bytes }) => ({ name, bytes: new Uint8Array(bytes) }));
    const { body: job } = await client.post("/v1/jobs?models=face-encoding", form(files), { key });
    const results = () => client.get(`/v1/jobs/${job.id}/results?limit=1000&wait=60`, { key });
    await expect.poll(async () => (await results()).body.jobState, { timeout: 100_000 }).toBe("succeeded");
    const encodings = (await results()).body.items.flatMap(({ result }: Json) =>
      result.results["face-encoding"].faces.map(({ encoding }: Json) => encoding),
    );
    const { body: mean } = await client.get("/bonus/", { key });
    expect(mean).toMatchObject({ images: LFW_IMAGES, count: encodings.length });
    for (const [d, value] of (mean.avg as number[]).entries()) {
      const exact = encodings.reduce(
        (sum: number, vector: number[]) => sum + Math.round((vector[d] as number) * 1e6),
        0,
      );
      expect(Math.abs(value - exact / 1e6 / encodings.length)).toBeLessThan(1e-9);
    }
    const { body: stats } = await client.get("/stats/", { key });
    expect(stats).toMatchObject({ total: LFW_IMAGES, completed: LFW_IMAGES, created: 0, failed: 0 });
  });
});
