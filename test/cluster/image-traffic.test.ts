/** What the images of a request cost on the network: NATS's own count of bytes, with each service in another process. */
import { randomBytes } from "node:crypto";
import { connect } from "nats";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { form, golden, JobClient, type NamedFile } from "../support/job-client.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";
import { freePort } from "../support/service.ts";
import { type SupervisedNodes, startSupervisedNodes } from "../support/supervised-cluster.ts";

/** For all the messages around the images. */
const TOLERANCE = 0.1;
const KEEPERS = "jobs,pictures,events,monitor,sessions,keys,encodings,collections";

type SentImage = NamedFile & { readonly faces: readonly (readonly number[])[] };

/** The golden images with noise behind them, where decoders do not look. */
function padded(count: number, bytes: number): SentImage[] {
  return Array.from({ length: count }, (_, index) => {
    const { faces, bytes: file } = golden[index % golden.length] as (typeof golden)[number];
    return { name: `${index}.jpg`, faces, bytes: new Uint8Array(Buffer.concat([file, randomBytes(bytes)])) };
  });
}

// Some are more than fits in a message of NATS.
const images = [...padded(10, 300_000), ...padded(2, 1_500_000)];
// As large as photos of faces usually are, and three packs.
const small = padded(64, 6_000);
const facesOf = (sent: readonly SentImage[]) => sent.map((image) => image.faces);

interface Traffic {
  /** As multiples of the images' bytes. */
  readonly received: number;
  readonly sent: number;
}

/** What a NATS server received and sent during the work. */
async function trafficOf(monitorPort: number, work: () => Promise<unknown>, sent = images): Promise<Traffic> {
  const imageBytes = sent.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const read = async () => {
    const response = await fetch(`http://127.0.0.1:${monitorPort}/varz`);
    return (await response.json()) as { in_bytes: number; out_bytes: number };
  };
  const before = await read();
  await work();
  const after = await read();
  return {
    received: (after.in_bytes - before.in_bytes) / imageBytes,
    sent: (after.out_bytes - before.out_bytes) / imageBytes,
  };
}

/** How many messages of JetStream the images of a job are in. */
async function storedMessages({ url }: NatsServer, jobId: string): Promise<number> {
  const connection = await connect({ servers: url });
  const { streams } = await connection.jetstreamManager();
  const { state } = await streams.info("sightline-blobs", { subjects_filter: `sightline.blobs.${jobId}.>` });
  await connection.close();
  return Object.keys(state.subjects ?? {}).length;
}

async function doJob(client: JobClient): Promise<void> {
  const { id } = await client.create(images);
  await finish(client, id, images);
}

async function finish(client: JobClient, id: string, sent: readonly SentImage[]): Promise<void> {
  expect(await client.finished(id)).toMatchObject({ state: "succeeded" });
  expect((await client.results(id)).map(({ result }) => result?.faces)).toEqual(facesOf(sent));
}

async function doProcess(client: JobClient): Promise<void> {
  const { status, body } = await client.post("/process", form(images));
  expect([status, body.images.map((image: SentImage) => image.faces)]).toEqual([200, facesOf(images)]);
}

async function lookAtImages(client: JobClient, id: string, sent = images): Promise<void> {
  for (const [index, { bytes }] of sent.entries()) {
    const response = await fetch(`${client.url}/v1/jobs/${id}/images/${index}/picture`);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  }
}

/** As a client that has the images already, or asks what there is. */
async function lookAgain(client: JobClient, id: string): Promise<void> {
  for (const [index, { bytes }] of images.entries()) {
    const path = `/v1/jobs/${id}/images/${index}/picture`;
    expect((await client.get(path, { "If-None-Match": "*" })).status).toBe(304);
    const { status, headers } = await fetch(client.url + path, { method: "HEAD" });
    expect([status, headers.get("content-length")]).toEqual([200, String(bytes.length)]);
  }
}

/** Once, and not less: what was not counted would pass too. */
function expectTimes(times: number, { received, sent }: Pick<Traffic, "received" | "sent">): void {
  for (const crossed of [received, sent]) {
    expect(crossed).toBeGreaterThanOrEqual(times);
    expect(crossed).toBeLessThanOrEqual(times * (1 + TOLERANCE));
  }
}

describe("where MongoDB keeps the jobs, and JetStream the images", () => {
  let monitorPort: number;
  let nats: NatsServer;
  let nodes: SupervisedNodes | undefined;
  let client: JobClient;
  beforeAll(async () => {
    monitorPort = await freePort();
    nats = await startNatsServer({ args: ["--http_port", String(monitorPort)] });
    nodes = await startSupervisedNodes(nats.url);
    if (nodes) client = new JobClient(nodes.url);
  }, 600_000);
  afterAll(async () => {
    await nodes?.stop();
    await nats.stop();
  });

  it("an image of a job crosses two sockets: to JetStream and to a detector", async (context) => {
    if (!nodes) return context.skip("no database");
    expectTimes(1, await trafficOf(monitorPort, () => doJob(client)));
  });

  it("one of /process crosses two: to NATS and to a detector", async (context) => {
    if (!nodes) return context.skip("no database");
    expectTimes(1, await trafficOf(monitorPort, () => doProcess(client)));
  });

  it("one that somebody looks at comes from JetStream", async (context) => {
    if (!nodes) return context.skip("no database");
    const { id } = await client.create(images, "?execute=false");
    const { received, sent } = await trafficOf(monitorPort, () => lookAtImages(client, id));
    expect(received).toBeLessThan(TOLERANCE);
    expectTimes(1, { received: sent, sent });
    const again = await trafficOf(monitorPort, () => lookAgain(client, id));
    expect(again.sent).toBeLessThan(TOLERANCE);
  });

  it("small images are stored and fetched several at a time", async (context) => {
    if (!nodes) return context.skip("no database");
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
    // Images of a pack may go to both detectors: each fetches it once.
    expect(sent).toBeGreaterThan(1);
    expect(sent).toBeLessThan(2.1);
    const shown = JSON.stringify([await client.job(id), await client.results(id), await client.events(id)]);
    expect(shown).not.toContain('"pack"');
  });
});

describe("where a node keeps jobs and images on its disk", () => {
  let monitorPort: number;
  let cluster: Cluster;
  const start = async (services: string) => {
    monitorPort = await freePort();
    cluster = await startCluster({ services, detectors: 0, natsArgs: ["--http_port", String(monitorPort)] });
    return new JobClient(cluster.front.url);
  };
  afterEach(() => cluster.stop(), 60_000);

  it("its own gateway stores them there, and a detector gets them from it", async () => {
    const client = await start(`api,${KEEPERS}`);
    await cluster.start("detector", { THREADS: "1" });
    expectTimes(1, await trafficOf(monitorPort, () => doJob(client)));
    expectTimes(1, await trafficOf(monitorPort, () => doProcess(client)));
  });

  it("another gateway and a detector reach them through it", async () => {
    const client = await start("api");
    await cluster.start(KEEPERS);
    await cluster.start("detector", { THREADS: "1" });
    expectTimes(2, await trafficOf(monitorPort, () => doJob(client)));
    expectTimes(1, await trafficOf(monitorPort, () => doProcess(client)));
    const { id } = await client.create(images, "?execute=false");
    expectTimes(1, await trafficOf(monitorPort, () => lookAtImages(client, id)));
  });
});
