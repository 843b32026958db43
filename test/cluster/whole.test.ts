/** The service on NATS and MongoDB as its users see it: what one node does the others know of. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Node } from "../../lib/contracts/monitor.ts";
import {
  doJob,
  doProcess,
  expectTimes,
  finish,
  images,
  lookAgain,
  lookAtImages,
  padded,
  small,
  storedMessages,
  TOLERANCE,
  trafficOf,
} from "../support/image-traffic.ts";
import { form, golden, JobClient, type Json } from "../support/job-client.ts";
import { lfwSample, modelsDir } from "../support/model-files.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";
import { type OtlpCollector, startOtlpCollector } from "../support/otlp-collector.ts";
import { type Accepted, expectAllDone, expectCountedActivity, expectWholeLog } from "../support/outcomes.ts";
import { pace } from "../support/pace.ts";
import { freePort } from "../support/service.ts";
import { type SupervisedNodes, startSupervisedNodes } from "../support/supervised-cluster.ts";
import { readTarGz } from "../support/tar.ts";
import { until } from "../support/until.ts";

const LFW_IMAGES = Number(process.env.SIGHTLINE_LFW_IMAGES ?? 30);

let collector: OtlpCollector;
let monitorPort: number;
let nats: NatsServer;
let cluster: SupervisedNodes | undefined;
let client: JobClient;
beforeAll(async () => {
  collector = await startOtlpCollector();
  const models = modelsDir && { MODELS_DIR: modelsDir, MODELS: "faces-haar,face-encoding" };
  monitorPort = await freePort();
  nats = await startNatsServer({ args: ["--http_port", String(monitorPort)] });
  cluster = await startSupervisedNodes(nats.url, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...models });
  if (cluster) client = new JobClient(cluster.url);
}, 600_000);
afterAll(async () => {
  await cluster?.stop();
  await nats.stop();
  await collector.close();
});

const openSession = async (): Promise<string> => (await client.get("/session")).body.key;
const encode = (key: string, file: Uint8Array<ArrayBuffer>) =>
  client.post("/encode", file, { "Content-Type": "image/jpeg", key });

describe("a cluster", () => {
  it("answers at once, exactly, in one trace over two nodes", async (context) => {
    if (!cluster) return context.skip("no database");
    const trace = "0123456789abcdef0123456789abcdef";
    const headers = { traceparent: `00-${trace}-0123456789abcdef-01` };
    const { status, body } = await client.post("/process", form(golden.slice(0, 1)), headers);
    expect([status, body.images[0].faces]).toEqual([200, golden[0]?.faces]);
    const spans = () => collector.spans.filter(({ traceId }) => traceId === trace);
    const names = ["POST /process", "detector.detect", "worker inference"];
    await expect.poll(() => spans().map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    const chain = names.map((name) => spans().find((span) => span.name === name));
    for (const [index, span] of chain.entries())
      if (index > 0) expect(span?.parentSpanId).toBe(chain[index - 1]?.spanId);
    expect(new Set(chain.map((span) => span?.node)).size).toBe(2);
  });

  it("does jobs, each image once, and tells of it in order", async (context) => {
    if (!cluster) return context.skip("no database");
    const accepted: Accepted[] = [];
    for (let job = 0; job < 10; job++) accepted.push({ id: (await client.create(golden)).id, images: golden });
    const ids = await Promise.all(accepted.map(async ({ id }) => (await client.finished(id)).id));
    expect(await expectAllDone(client, accepted, ids)).toBe(0);
    await expectWholeLog(client, accepted);
    await expectCountedActivity(client);
  });
});

describe("sessions and encodings of a cluster", () => {
  beforeAll(async () => {
    if (!cluster || !modelsDir) return;
    // The gateway is ready when it knows of detectors; these services are told of one by one.
    for (const path of ["/session", "/stats/", "/v1/collections"])
      await until(async () => (await client.get(path)).status === 200);
    await until(async () => (await client.get("/v1/models/face-encoding")).body.state === "ready");
  });

  it("knows a key on every node, and takes exactly five images of many at once", async (context) => {
    if (!cluster || !modelsDir) return context.skip("no database or no models");
    const key = await openSession();
    const statuses: number[] = [];
    // A busy machine may have no capacity for all at once: what is refused for that reason is sent again.
    const send = async (file: Uint8Array<ArrayBuffer>) => {
      const { status } = await encode(key, file);
      statuses.push(...(status === 503 ? [] : [status]));
      return status !== 503;
    };
    await Promise.all(
      Array.from({ length: 40 }, (_, n) => until(() => send(golden[n % 5]?.bytes as Uint8Array<ArrayBuffer>))),
    );
    expect(statuses.sort()).toEqual([...Array(5).fill(200), ...Array(35).fill(403)]);
    for (let n = 0; n < 6; n++) expect((await client.get("/summary", { key })).body.image_encodings).toHaveLength(5);
    expect((await client.get("/summary", { key: "33a13f14-c6f3-4311-ad33-f8ccbe052ae5" })).status).toBe(403);
  });

  it("erases a session on all of them", async (context) => {
    if (!cluster || !modelsDir) return context.skip("no database or no models");
    const key = await openSession();
    const { body: job } = await client.post("/v1/jobs?models=face-encoding", form(golden), { key });
    await client.get(`/v1/jobs/${job.id}/results?limit=1&wait=60`, { key });
    // Results are there before the events that tell of them.
    const logged = async () => (await client.get("/v1/events?limit=1000", { key })).body.items.length;
    await expect.poll(logged).toBeGreaterThan(5);
    expect((await client.events()).filter(({ data }) => data.jobId === job.id)).toEqual([]);
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
    if (!cluster || !modelsDir) return context.skip("no database or no models");
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

  it("counts exactly, and its mean is that of the encodings one by one", async (context) => {
    if (!cluster || !modelsDir || !lfwSample) return context.skip("no database, no models or no images");
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

describe("on the network of a cluster", () => {
  it("an image of a job crosses two sockets: to JetStream and to a detector", async (context) => {
    if (!cluster) return context.skip("no database");
    expectTimes(1, await trafficOf(monitorPort, () => doJob(client)));
  });

  it("one of /process crosses two: to NATS and to a detector", async (context) => {
    if (!cluster) return context.skip("no database");
    expectTimes(1, await trafficOf(monitorPort, () => doProcess(client)));
  });

  it("one that somebody looks at comes from JetStream", async (context) => {
    if (!cluster) return context.skip("no database");
    const { id } = await client.create(images, "?execute=false");
    const { received, sent } = await trafficOf(monitorPort, () => lookAtImages(client, id));
    expect(received).toBeLessThan(TOLERANCE);
    expectTimes(1, { received: sent, sent });
    const again = await trafficOf(monitorPort, () => lookAgain(client, id));
    expect(again.sent).toBeLessThan(TOLERANCE);
  });

  it("small images are stored and fetched several at a time", async (context) => {
    if (!cluster) return context.skip("no database");
    const post = () => client.post("/v1/jobs?execute=false", form(small), { "Idempotency-Key": "small" });
    const traffic = (work: () => Promise<unknown>) => trafficOf(monitorPort, work, small);
    let id = "";
    const upload = await traffic(async () => {
      id = (await post()).body.id;
    });
    expectTimes(1, { received: upload.received, sent: upload.received });
    expect(await storedMessages(nats, id)).toBe(3);

    const look = await traffic(() => lookAtImages(client, id, small));
    expectTimes(1, { received: look.sent, sent: look.sent });

    // It is the same request, though it is read without packs.
    const again = await traffic(async () => expect(await post()).toMatchObject({ body: { id } }));
    expect(again.received).toBeLessThan(TOLERANCE);

    const more = padded(40, 6_000);
    const all = [...small, ...more];
    expect(await client.post(`/v1/jobs/${id}/images`, form(more))).toMatchObject({ status: 200 });
    const work = async () => {
      await client.post(`/v1/jobs/${id}/execute`);
      await finish(client, id, all);
    };
    const { sent } = await trafficOf(monitorPort, work, all);
    // Images of a pack may go to both detectors. Each fetches it once, and again where it stood still for ten seconds;
    // a pack for each image would be thirty times as much.
    expect(sent).toBeGreaterThan(1);
    expect(sent).toBeLessThan(5);
    const shown = JSON.stringify([await client.job(id), await client.results(id), await client.events(id)]);
    expect(shown).not.toContain('"pack"');
  });
});

describe("a cluster under load", () => {
  it("restarts nodes with jobs and detectors in turn under load without an error", async (context) => {
    if (!cluster) return context.skip("no database");
    const { nodes } = cluster;
    /** How many nodes that are there offer the service. */
    const offering = async (service: string) => {
      const { body } = await client.get<{ items: Node[] }>("/v1/nodes");
      return body.items.filter(({ state, services }) => state === "online" && services.includes(service)).length;
    };
    const failures: unknown[] = [];
    let isOver = false;
    let answered = 0;
    const load = (async () => {
      while (!isOver) {
        const answer = await client
          .post("/process", form(golden.slice(0, 2)))
          .catch((error: unknown) => ({ status: 0, body: error }));
        if (answer.status === 200) answered++;
        else failures.push(answer.body);
        await pace();
      }
    })();
    // Of gateways `nodes.test.ts` restarts one beside another, and `faults.test.ts` both detectors.
    for (const node of nodes.filter(({ name }) => name !== "api" && name !== "detector 2")) {
      const before = answered;
      expect(await node.restart(), node.name).toBe(0);
      const service = node.name.startsWith("jobs") ? "jobs" : "detector";
      await expect.poll(() => offering(service), { interval: 200 }).toBe(2);
      await expect.poll(() => answered).toBeGreaterThan(before);
    }
    isOver = true;
    await load;
    expect(failures).toEqual([]);
  });
});
