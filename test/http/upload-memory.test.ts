/** Uploads that are slow, stand still, or are too many for the memory they may occupy. */
import { addAbortListener } from "node:events";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type BreakableService, startBreakableService } from "../support/breakable-service.ts";
import { astronautFaces, sample } from "../support/images.ts";
import { InferenceClient, imageInput } from "../support/inference-client.ts";
import { JobClient } from "../support/job-client.ts";
import { constantNetwork } from "../support/onnx-file.ts";
import { withOwnModels } from "../support/own-models.ts";
import { answerOf, openPost } from "../support/raw-request.ts";
import { type RunningService, startService } from "../support/service.ts";

const MiB = 2 ** 20;
const astronaut = sample("astronaut.png");
const PNG = { "Content-Type": "image/png" };

/**
 * Uploads go on, one after the other, until the signal. Four leave room for a small image only. On a busy machine one
 * may be silent for so long that it has to make room.
 */
async function upload(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const socket = await openPost(url, "/process", { ...PNG, "Content-Length": String(2 * MiB) });
    addAbortListener(signal, () => socket.destroy());
    socket.write(Buffer.alloc(0.7 * MiB));
    const feed = setInterval(() => socket.write(Buffer.alloc(200)), 100);
    await answerOf(socket).finally(() => clearInterval(feed));
  }
}

describe("uploads that occupy memory", () => {
  let service: RunningService;
  let client: JobClient;
  beforeAll(async () => {
    service = await startService({
      LOG_LEVEL: "error",
      MAX_UPLOAD_BYTES_IN_FLIGHT: String(4 * MiB),
      UPLOAD_IDLE_TIMEOUT_MS: "10000",
      MIN_UPLOAD_BYTES_PER_SECOND: "1000",
    });
    client = new JobClient(service.url);
  });
  afterAll(() => service.stop());

  it("end when they are slower than they may be, or stop", async () => {
    const stopped = await openPost(service.url, "/process", { ...PNG, "Content-Length": "1000000" });
    const told = answerOf(stopped);
    stopped.write(astronaut.subarray(0, 1000));
    const socket = await openPost(service.url, "/process", { ...PNG, "Content-Length": "1000000" });
    // Never silent for as long as it might be, and yet too slow.
    const drip = setInterval(() => socket.write("x"), 100);
    const { status, body } = await answerOf(socket).finally(() => clearInterval(drip));
    expect({ status, code: body.code }).toEqual({ status: 408, code: "UPLOAD_TIMEOUT" });
    expect(body.detail).toBe("Less than 1000 bytes a second arrived.");
    expect(await told).toMatchObject({ status: 408, body: { detail: "Nothing arrived for 10000 ms." } });
  });

  it("go on when they are slow enough to be honest", async () => {
    const socket = await openPost(service.url, "/process", { ...PNG, "Content-Length": String(astronaut.length) });
    const answer = answerOf(socket);
    // Begins with what uses up some of the patience, then sends at several times the least rate.
    for (let at = 0; at < astronaut.length; at += astronaut.length / 40) {
      socket.write(astronaut.subarray(Math.floor(at), Math.floor(at + astronaut.length / 40)));
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    expect((await answer).body.images).toMatchObject([{ faces: astronautFaces }]);
  });

  it("are refused while others occupy as much as there is, and served when those are gone", async () => {
    const gone = new AbortController();
    const others = Array.from({ length: 4 }, () => upload(service.url, gone.signal));
    const large = new Uint8Array(Buffer.concat([astronaut, Buffer.alloc(1.5 * MiB)]));
    const answer = async () => {
      const { status, body, headers } = await client.post("/process", large, PNG);
      return { status, code: body.code, retryAfter: headers.get("retry-after") };
    };
    try {
      const retryAfter = expect.stringMatching(/^[1-9]\d*$/);
      await expect.poll(answer).toEqual({ status: 503, code: "OVERLOADED", retryAfter });
      // A small one has room still.
      expect(await client.post("/process", new Uint8Array(astronaut), PNG)).toMatchObject({ status: 200 });
    } finally {
      gone.abort();
      await Promise.all(others);
    }
    await expect.poll(() => client.post("/process", large, PNG)).toMatchObject({ status: 200 });
  });

  it("make room for others where they stand still", async () => {
    const open = await Promise.all(
      Array.from({ length: 20 }, () =>
        openPost(service.url, "/process", { ...PNG, "Content-Length": String(30 * MiB) }),
      ),
    );
    const answers = open.map((socket) => answerOf(socket));
    for (const socket of open) socket.write(Buffer.alloc(0.5 * MiB));
    // Only then all memory is occupied: one of them had no room.
    await Promise.race(answers);
    const large = new Uint8Array(Buffer.concat([astronaut, Buffer.alloc(3 * MiB)]));
    await expect.poll(() => client.post("/process", large, PNG)).toMatchObject({ status: 200 });
    const ended = await Promise.all(answers);
    expect(new Set(ended.map(({ status }) => status)).isSubsetOf(new Set([408, 503]))).toBe(true);
    // For the others, before its own time was over.
    expect(ended.map(({ body }) => body.detail)).toContain("The upload stood still while others needed the memory.");
  });

  it("of one request wait for each other, however many there are", async () => {
    const data = new FormData();
    const file = new Blob([new Uint8Array(Buffer.concat([astronaut, Buffer.alloc(2 * MiB)]))]);
    for (let index = 0; index < 12; index++) data.append("images", file, `${index}.png`);
    const { status, body } = await client.post("/process", data);
    expect(status).toBe(200);
    expect(body.images).toHaveLength(12);
    for (const image of body.images) expect(image.faces).toEqual(astronautFaces);
  });

  it("may be larger than that when they are alone", async () => {
    const large = new Uint8Array(Buffer.concat([astronaut, Buffer.alloc(8 * MiB)]));
    await expect.poll(() => client.post("/process", large, PNG)).toMatchObject({ status: 200 });
  });
});

describe("clients that share the memory", () => {
  let service: RunningService;
  beforeAll(async () => {
    const limits = { MAX_UPLOAD_BYTES_IN_FLIGHT: String(4 * MiB), UPLOAD_IDLE_TIMEOUT_MS: "10000" };
    service = await startService({ ...limits, AUTH: "off", PROXY_HOPS: "1" });
  });
  afterAll(() => service.stop());

  const metric = async (name: string) => {
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    return Number(
      metrics
        .split("\n")
        .find((line) => line.startsWith(`${name} `))
        ?.split(" ")[1],
    );
  };
  const held = () => metric('sightline_upload_memory_bytes{protocol="http"}');

  /** The key of a new session. */
  const session = async (from: object) =>
    ((await (await fetch(`${service.url}/session`, { headers: { ...from } })).json()) as { key: string }).key;

  it.each([
    ["without keys", async () => ({})],
    ["with a session for each upload", async (from: object) => ({ key: await session(from) })],
  ])("have their uploads refused first if they hold most of it, %s", async (_name, credentials) => {
    const from = { "X-Forwarded-For": "192.0.2.1" };
    const open = async () => {
      const headers = { ...PNG, ...from, ...(await credentials(from)), "Content-Length": String(MiB) };
      return openPost(service.url, "/process", headers);
    };
    const sockets = await Promise.all(Array.from({ length: 4 }, open));
    const answers = sockets.map((socket) => answerOf(socket));
    for (const socket of sockets) socket.write(Buffer.alloc(MiB - 2000));
    await expect.poll(held).toBeGreaterThan(3.9 * MiB);
    // None is silent.
    const drip = setInterval(() => {
      for (const socket of sockets) socket.write("x");
    }, 100);
    try {
      const body = new Uint8Array(Buffer.concat([astronaut, Buffer.alloc(MiB)]));
      const headers = { ...PNG, "X-Forwarded-For": "192.0.2.2" };
      const other = await fetch(`${service.url}/process`, { method: "POST", headers, body });
      expect(other.status).toBe(200);
    } finally {
      clearInterval(drip);
    }
    const refused = await Promise.race(answers);
    expect(refused).toMatchObject({ status: 503, body: { code: "OVERLOADED" } });
    expect(refused.headers["retry-after"]).toMatch(/^[1-9]\d*$/);
    expect(await metric('sightline_upload_refusals_total{protocol="http",reason="refused"}')).toBeGreaterThan(0);
    expect(service.log.some((line) => line.includes("MAX_UPLOAD_BYTES_IN_FLIGHT"))).toBe(true);
    for (const socket of sockets) socket.destroy();
    await Promise.all(answers);
    await expect.poll(held).toBe(0);
  });
});

describe("what is in inference", () => {
  const side = 512;
  const labels = ["a", "b", "c"];
  const output = { name: "output", shape: [1, labels.length], values: [0, 0, 0] };
  const own = withOwnModels([
    {
      name: "bytes",
      network: constantNetwork({ shape: [1, side, side, 3], type: "uint8" }, [output]),
      labels,
      entry: {
        kind: "classifier",
        layout: "logits",
        input: { fit: "stretch", width: side, height: side, axes: "nhwc", colors: "rgb" },
      },
    },
  ]);
  let service: BreakableService;
  let client: InferenceClient;
  beforeAll(async () => {
    service = await startBreakableService({
      ...own.settings,
      MODELS: "faces-haar,bytes",
      THREADS: "1",
      MAX_UPLOAD_BYTES_IN_FLIGHT: String(4 * MiB),
    });
    client = new InferenceClient(service.url);
  });
  afterAll(async () => {
    await service.stop();
    own.remove();
  });
  afterEach(() => service.detector(""));

  const ADMITTED = 'sightline_admissions_total{outcome="admitted"}';

  /** Sends what the detector is held with. */
  async function held<R>(send: () => Promise<R>): Promise<{ readonly first: Promise<R> }> {
    service.detector("hold");
    const first = send();
    await expect.poll(() => client.metric("sightline_pool_running")).toBe(1);
    return { first };
  }

  const large = Buffer.concat([astronaut, Buffer.alloc(2.5 * MiB)]);

  it("is waited for by uploads, as other images are", async () => {
    const { first } = await held(() => client.infer("faces-haar", { inputs: [imageInput(large.toString("base64"))] }));
    const admitted = await client.metric(ADMITTED);
    const second = client.post("/process", new Uint8Array(large), PNG);
    await expect.poll(() => client.metric(ADMITTED)).toBe(admitted + 1);
    service.detector("");
    expect((await first).status).toBe(200);
    expect((await second).body.images).toMatchObject([{ faces: astronautFaces }]);
  });

  it("counts with the memory of its floats if it is a tensor of bytes", async () => {
    const shape = [1, side, side, 3];
    const parameters = { binary_data_size: 3 * side * side };
    const request = { inputs: [{ name: "input", datatype: "UINT8", shape, parameters }] };
    const { first } = await held(() => client.inferBinary("bytes", request, Buffer.alloc(3 * side * side)));
    // Of 4 MiB the floats take 3: another image of 2.3 MiB has to wait for them, a smaller one that
    // comes later has not.
    const order: string[] = [];
    const send = async (name: string, file: Buffer) => {
      const admitted = await client.metric(ADMITTED);
      const answer = client.post("/process", new Uint8Array(file), PNG).finally(() => order.push(name));
      await expect.poll(() => client.metric(ADMITTED)).toBe(admitted + 1);
      return { answer };
    };
    const larger = await send("larger", Buffer.concat([astronaut, Buffer.alloc(1.5 * MiB)]));
    const smaller = await send("smaller", astronaut);
    await expect.poll(() => client.metric("sightline_pool_waiting")).toBeGreaterThan(0);
    // So far apart that their answers are heard of in their order.
    service.detector("slow 1000");
    expect((await first).status).toBe(200);
    for (const { answer } of [larger, smaller]) expect((await answer).status).toBe(200);
    expect(order).toEqual(["smaller", "larger"]);
  });
});

describe("results that wait for the other images of their request", () => {
  const classes = 1000;
  const own = withOwnModels([
    {
      name: "talkative",
      network: constantNetwork({ shape: [1, 3, 8, 8] }, [
        { name: "output", shape: [1, classes], values: new Array(classes).fill(0) },
      ]),
      labels: Array.from({ length: classes }, (_, index) => `${index} ${"x".repeat(1000)}`),
      entry: { kind: "classifier", layout: "logits", input: { fit: "stretch", width: 8, height: 8, colors: "rgb" } },
    },
  ]);
  /** Its results have 1 MiB. */
  const small = new Blob([new Uint8Array(sample("chelsea.png"))]);
  const PATH = `/process?models=talkative&topK=${classes}`;
  let service: RunningService;
  let client: JobClient;
  beforeAll(async () => {
    service = await startService({
      ...own.settings,
      MODELS: "faces-haar,talkative",
      LOG_LEVEL: "error",
      MAX_UPLOAD_BYTES_IN_FLIGHT: String(6 * MiB),
    });
    client = new JobClient(service.url);
  });
  afterAll(async () => {
    await service.stop();
    own.remove();
  });

  function formOf(images: number): FormData {
    const form = new FormData();
    for (let index = 0; index < images; index++) form.append("images", small, `${index}.png`);
    return form;
  }

  it("are not more than one answer can have", async () => {
    const refused = await client.post(PATH, formOf(140));
    expect(refused).toMatchObject({ status: 413, body: { code: "TOO_MANY_IMAGES", maxResultBytes: 2 ** 27 } });
    const { status, body } = await client.post(PATH, formOf(3));
    expect(status).toBe(200);
    expect(body.images.map(({ fileName }: { fileName: string }) => fileName)).toEqual(["0.png", "1.png", "2.png"]);
    for (const image of body.images) expect(image.results.talkative.labels).toHaveLength(classes);
  });

  it("count as memory of the upload", async () => {
    const length = String(10 * MiB);
    const headers = { "Content-Type": "multipart/form-data; boundary=b", "Content-Length": length };
    const socket = await openPost(service.url, PATH, headers);
    const answer = answerOf(socket);
    const file = sample("chelsea.png");
    for (let index = 0; index < 4; index++) {
      socket.write(`--b\r\nContent-Disposition: form-data; name="images"; filename="${index}.png"\r\n\r\n`);
      if (index < 3) socket.write(Buffer.concat([file, Buffer.from("\r\n")]));
    }
    // The last image arrives, so that the upload need not make room for others.
    const drip = setInterval(() => socket.write("x"), 100);
    const large = new Uint8Array(Buffer.concat([astronaut, Buffer.alloc(4 * MiB - astronaut.length)]));
    const refusal = { status: 503, body: { code: "OVERLOADED" } };
    try {
      await expect.poll(() => client.post("/process", large, PNG)).toMatchObject(refusal);
    } finally {
      clearInterval(drip);
      socket.destroy();
      await answer.catch(() => {});
    }
    await expect.poll(() => client.post("/process", large, PNG)).toMatchObject({ status: 200 });
  });
});
