import { createHash, randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { config } from "../../lib/config.ts";
import { call } from "../../lib/contracts/action.ts";
import { actions } from "../../lib/contracts/actions.ts";
import { clusterOptions } from "../../lib/transport/broker-options.ts";
import brokerOptions from "../../moleculer.config.ts";
import { type Cluster, startCluster, startLoad } from "../support/cluster.ts";
import { cv } from "../support/opencv.ts";
import { startProcess } from "../support/service.ts";
import { goldenImages } from "../support/shared-data.ts";

interface Answer {
  images: { faces: number[][]; sha256: string; width: number; height: number }[];
}

let cluster: Cluster;
/** A node of the test's own that looks at the others. */
let observer: ServiceBroker;

beforeAll(async () => {
  cluster = await startCluster({ detectors: 2 });
  const options = { ...brokerOptions, ...clusterOptions({ ...config, natsUrl: cluster.nats.url }), middlewares: [] };
  observer = new ServiceBroker({ ...options, nodeID: "observer", logger: false, skipProcessEventRegistration: true });
  await observer.start();
});
afterAll(async () => {
  await observer.stop();
  await cluster.stop();
});

const golden = goldenImages().map(({ path, faces }) => ({ file: new Uint8Array(readFileSync(path)), faces }));

async function send(body: Uint8Array<ArrayBuffer>, type: string, accept = "application/json") {
  const headers = { "Content-Type": type, Accept: accept };
  return fetch(`${cluster.front.url}/process`, { method: "POST", headers, body });
}

/** A BMP of 24 bits per pixel; a width that is a multiple of four needs no padding. */
function bmp(width: number, height: number, pixels: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(54);
  header.write("BM");
  header.writeUInt32LE(header.length + pixels.length, 2);
  header.writeUInt32LE(header.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  return new Uint8Array(Buffer.concat([header, pixels]));
}

function detectorNodes(): string[] {
  return (observer.registry.getActionEndpoints("detector.detect")?.endpoints ?? []).map(({ id }: { id: string }) => id);
}

describe("images through two detector processes", () => {
  it("give the golden boxes", async () => {
    for (const { file, faces } of [...golden, ...golden]) {
      const { images } = (await (await send(file, "image/jpeg")).json()) as Answer;
      expect(images[0]?.faces).toEqual(faces);
    }
  });

  it("give the golden boxes under load, and both detectors get work", async () => {
    await expect.poll(() => detectorNodes().length).toBe(2);
    const nodes = detectorNodes();
    const load = startLoad(
      cluster.front.url,
      golden.map(({ file }) => file),
    );
    const seenBusy = async (nodeID: string) => {
      const { running } = await call(observer, actions.detector.load, {}, { nodeID });
      return running > 0;
    };
    for (const nodeID of nodes) await expect.poll(() => seenBusy(nodeID), { interval: 1 }).toBe(true);
    await Promise.all(
      golden.map(async ({ file, faces }) => {
        const { images } = (await (await send(file, "image/jpeg")).json()) as Answer;
        expect(images[0]?.faces).toEqual(faces);
      }),
    );
    await load.stop();
    expect([...load.outcomes.keys()]).toEqual(["200"]);
  });

  it.each([
    ["of 0xFF", (length: number) => new Uint8Array(length).fill(0xff)],
    ["of noise", (length: number) => new Uint8Array(randomBytes(length))],
  ])("arrive exactly when they have 20 MB %s", async (_name, pixels) => {
    const [width, height] = [2600, 2600];
    const image = bmp(width, height, pixels(width * height * 3));
    const { images } = (await (await send(image, "image/bmp")).json()) as Answer;
    expect(images[0]).toMatchObject({ width, height, sha256: createHash("sha256").update(image).digest("hex") });
  });

  it("come back annotated in several MB, pixel for pixel", async () => {
    const [width, height] = [1600, 1200];
    const image = bmp(width, height, new Uint8Array(randomBytes(width * height * 3)));
    const response = await send(image, "image/bmp", "image/png");
    const annotated = Buffer.from(await response.arrayBuffer());
    expect(annotated.length).toBeGreaterThan(4 * 2 ** 20);
    const [sent, received] = [Buffer.from(image), annotated].map((file) => cv.imdecode(file).getData());
    expect(sent?.equals(received as Buffer)).toBe(true);
  });

  it("keep their problems", async () => {
    const response = await send(new Uint8Array(Buffer.from("ffd8ffe000104a46", "hex")), "image/jpeg");
    const { images } = (await response.json()) as { images: { problem: object }[] };
    expect(images[0]?.problem).toMatchObject({ code: "UNDECODABLE_IMAGE", status: 422 });
  });

  it("are skipped by a detector once their caller has given up", async () => {
    const others = detectorNodes();
    const control = join(process.env.DATA_DIR as string, "control");
    const environment = { NATS_URL: cluster.nats.url, THREADS: "1", SIGHTLINE_TEST_CONTROL: control };
    const held = startProcess(environment, "test/support/services/breakable-detector.service.ts");
    const joined = () => detectorNodes().filter((id) => !others.includes(id));
    await expect.poll(joined).toHaveLength(1);
    const options = { nodeID: joined()[0] as string };
    writeFileSync(control, "hold");
    const image = Buffer.from(golden[0]?.file ?? []);
    const running = call(observer, actions.detector.detect, { image }, options);
    const late = { image, timeoutMs: 50 };
    await expect.poll(async () => (await call(observer, actions.detector.load, {}, options)).running).toBe(1);
    await expect(call(observer, actions.detector.detect, late, options)).rejects.toMatchObject({
      type: "IMAGE_TIMEOUT",
      code: 504,
    });
    expect(await call(observer, actions.detector.load, {}, options)).toMatchObject({ running: 1, waiting: 0 });
    rmSync(control);
    await running;
    expect(await held.stop()).toBe(0);
    await cluster.whenThreads(2);
    await expect.poll(detectorNodes).toHaveLength(2);
  });
});

describe("nodes at full load", () => {
  it("do not lose sight of each other for several heartbeats' time", async () => {
    const lost: string[] = [];
    const { log } = cluster.front;
    observer.localBus.on("$node.disconnected", ({ node }: { node: { id: string } }) => lost.push(node.id));
    const load = startLoad(
      cluster.front.url,
      golden.map(({ file }) => file),
      32,
    );
    const lostIn = async (ms: number) => {
      lost.length = 0;
      const before = log.length;
      const until = Date.now() + ms;
      while (Date.now() < until) await load.more(50);
      return [...lost, ...log.slice(before).filter((line) => line.includes("disconnected"))];
    };
    // A node that another program keeps from running for longer than that is lost, but not for its load: then later.
    await expect.poll(() => lostIn(8_000)).toEqual([]);
    await load.stop();
    expect([...load.outcomes.keys()]).toEqual(["200"]);
  });
});
