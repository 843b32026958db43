/** Images that requests name by URL, on every route that takes images as JSON. */
import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { endless, ImageServer, patient } from "../support/image-server.ts";
import { badFile, golden, JobClient, type Json } from "../support/job-client.ts";
import { modelsDir } from "../support/model-files.ts";
import { type RunningService, startService } from "../support/service.ts";

const SECRET = "signature-that-nobody-may-see";
const MAX_IMAGE_BYTES = 200_000;
const [face, second] = golden as [(typeof golden)[0], (typeof golden)[0]];
const base64 = Buffer.from(face.bytes).toString("base64");

let service: RunningService;
let client: JobClient;
let server: ImageServer;
beforeAll(async () => {
  server = await ImageServer.start();
  service = await startService({
    IMAGE_URLS: "on",
    IMAGE_URL_ALLOW_PRIVATE: "true",
    IMAGE_URL_PORTS: String(server.port),
    MAX_IMAGE_URLS_PER_REQUEST: "50",
    MAX_IMAGE_BYTES: String(MAX_IMAGE_BYTES),
    MAX_REQUEST_BYTES: "1000000",
    MAX_UPLOAD_BYTES_IN_FLIGHT: "5000000",
    ...patient,
    LOG_LEVEL: "debug",
    ...(modelsDir && { MODELS_DIR: modelsDir }),
  });
  client = new JobClient(service.url);
});
afterAll(async () => {
  expect(service.log.join("\n")).not.toContain(SECRET);
  await service.stop();
  await server.stop();
});
beforeEach(() => server.reset());

const signed = (url: string) => `${url}?token=${SECRET}`;
const process = (...images: Json[]) => client.postJson("/process", { images });

describe("/process", () => {
  it("answers in the order of the request, whatever comes by URL, and whichever server is the slowest", async () => {
    const answered = Promise.withResolvers<void>();
    const slow = server.at("/slow.jpg", (response) => answered.promise.then(() => response.end(face.bytes)));
    const quick = server.at("/quick.jpg", (response) => response.end(second.bytes, () => answered.resolve()));
    const answer = await process(
      { url: signed(slow), fileName: "first.jpg" },
      base64,
      { url: signed(quick) },
      { data: "QQ==", fileName: "bad.jpg" },
    );
    expect(answer.status).toBe(200);
    expect(answer.body.images).toMatchObject([
      { fileName: "first.jpg", faces: face.faces },
      { fileName: null, faces: face.faces },
      { fileName: null, faces: second.faces },
      { fileName: "bad.jpg", problem: { code: "UNSUPPORTED_MEDIA_TYPE" } },
    ]);
    expect(JSON.stringify(answer.body)).not.toContain(SECRET);
    // Both are asked at once, and either may hear of it first.
    const asked = server.requests.map(({ url }) => url).sort();
    expect(asked).toEqual([`/quick.jpg?token=${SECRET}`, `/slow.jpg?token=${SECRET}`]);
  });

  it("reports what is wrong with one URL in the receipt of that image", async () => {
    server.file("/ok.jpg", face.bytes);
    server.file("/bad.jpg", badFile.bytes);
    server.file("/empty.jpg", Buffer.alloc(0));
    server.at("/endless.jpg", endless(face.bytes));
    const paths = ["/missing.jpg", "/bad.jpg", "/empty.jpg", "/endless.jpg", "/ok.jpg"];
    const urls = [...paths.map((path) => server.url(path)), "http://169.254.169.254/latest/", "ftp://example.com/"];
    const { status, body } = await process(...urls.map((url) => ({ url: signed(url) })));
    expect(status).toBe(200);
    expect(body.images.map(({ problem }: Json) => problem?.code)).toEqual([
      "IMAGE_FETCH_FAILED",
      "UNSUPPORTED_MEDIA_TYPE",
      "EMPTY_IMAGE",
      "IMAGE_TOO_LARGE",
      undefined,
      "IMAGE_URL_REFUSED",
      "IMAGE_URL_REFUSED",
    ]);
    expect(body.images[0].problem).toMatchObject({ status: 422, answerStatus: 404 });
    expect(body.images[4].faces).toEqual(face.faces);
    expect(JSON.stringify(body)).not.toMatch(new RegExp(`${SECRET}|nobody|127\\.0\\.0\\.1`));
  });

  it("tells of answers that HTTP allows and that are no image", async () => {
    const coded = (coding: string) =>
      server.at(`/${encodeURIComponent(coding)}.jpg`, (response) => {
        response.socket?.end(`HTTP/1.1 200 OK\r\nTransfer-Encoding: ${coding}\r\n\r\n4\r\nbody\r\n0\r\n\r\n`);
      });
    const unmodified = server.at("/unmodified.jpg", (response) => response.writeHead(304).end());
    const urls = [coded("gzip, chunked"), coded("gzip"), unmodified];
    const { body } = await process(...urls.map((url) => ({ url })));
    expect(body.images.map(({ problem }: Json) => [problem.code, problem.detail])).toEqual([
      ["IMAGE_FETCH_FAILED", "The transfer coding of the answer is not known."],
      ["IMAGE_FETCH_FAILED", "The transfer coding of the answer is not known."],
      ["IMAGE_FETCH_FAILED", "The server answered with status 304."],
    ]);
  });

  it("fetches at most eight at the same time, and all in the end", async () => {
    const open: ServerResponse[] = [];
    let most = 0;
    server.at("/some.jpg", (response) => {
      most = Math.max(most, open.push(response));
      // None is answered before eight have been asked for.
      if (open.length === 8) setImmediate(() => open.splice(0).map((one) => one.end(face.bytes)));
    });
    const { body } = await process(...Array.from({ length: 40 }, () => ({ url: server.url("/some.jpg") })));
    expect(body.images.map(({ faces }: Json) => faces)).toEqual(Array(40).fill(face.faces));
    expect(most).toBe(8);
  });

  it("refuses more URLs than a request may have before it fetches one", async () => {
    const url = server.file("/a.jpg", face.bytes);
    expect(await process(...Array(51).fill({ url }))).toMatchObject({
      status: 413,
      body: { code: "TOO_MANY_IMAGES", maxImageUrlsPerRequest: 50 },
    });
    expect(server.connections).toBe(0);
  });

  it("limits the bytes of a whole request, fetched ones included", async () => {
    const url = server.file("/a.jpg", Buffer.concat([face.bytes, Buffer.alloc(MAX_IMAGE_BYTES - face.bytes.length)]));
    const { status, body } = await process(...Array(20).fill({ url }));
    expect({ status, code: body.code }).toEqual({ status: 413, code: "REQUEST_TOO_LARGE" });
    // Nothing of it is left in memory.
    for (let round = 0; round < 10; round++)
      expect((await process(...Array(4).fill({ url }))).body.images).toHaveLength(4);
  });

  it.each([
    ["gzip", gzipSync(face.bytes)],
    ["br", brotliCompressSync(face.bytes)],
    ["zstd", zstdCompressSync(face.bytes)],
  ])("counts an image that comes as %s by its bytes, and not the memory of the decoder", async (coding, bytes) => {
    const url = server.file("/coded.jpg", bytes, { "Content-Encoding": coding });
    const { status, body } = await process(...Array(20).fill({ url }));
    expect({ status, code: body.code }).toEqual({ status: 200, code: undefined });
    for (const image of body.images) expect(image.faces).toEqual(face.faces);
  });

  it.each([
    ["both forms", { url: "http://example.com/", data: "QQ==" }],
    ["a number as URL", { url: 5 }],
    ["another member", { url: "http://example.com/", headers: {} }],
  ])("refuses an image with %s", async (_name, image) => {
    expect(await process(image)).toMatchObject({ status: 422, body: { code: "INVALID_IMAGE" } });
  });

  it("returns one image by URL with its boxes drawn, or its problem", async () => {
    const annotate = (url: string) =>
      fetch(`${service.url}/process`, {
        method: "POST",
        headers: { Accept: "image/png", "Content-Type": "application/json" },
        body: JSON.stringify({ images: [{ url }] }),
      });
    const drawn = await annotate(server.file("/a.jpg", face.bytes));
    expect([drawn.status, drawn.headers.get("content-type")]).toEqual([200, "image/png"]);
    const failed = await annotate(server.url("/missing.jpg"));
    expect([failed.status, await failed.json()]).toMatchObject([422, { code: "IMAGE_FETCH_FAILED" }]);
  });

  it("ends its fetches when the client goes away", async () => {
    const url = server.at("/never.jpg", () => {});
    const body = JSON.stringify({ images: [{ url }, { url }] });
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /process HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await expect.poll(() => server.requests.length).toBe(2);
    socket.destroy();
    await expect.poll(() => server.closed).toBe(2);
  });
});

describe("a job", () => {
  it("has its images before it is acknowledged, and needs their server no more", async () => {
    const urls = [server.file("/a.jpg", face.bytes), server.url("/missing.jpg"), server.file("/b.jpg", second.bytes)];
    const { status, body: job } = await client.postJson("/v1/jobs?execute=false", {
      images: [...urls.map((url) => ({ url: signed(url), fileName: url.slice(-5) })), base64],
    });
    expect(status).toBe(201);
    expect(server.requests).toHaveLength(3);
    server.reset();
    await client.post(`/v1/jobs/${job.id}/execute`);
    expect(await client.finished(job.id)).toMatchObject({ state: "partially_failed", images: { done: 3, failed: 1 } });
    const results = await client.results(job.id);
    expect(results).toMatchObject([
      { fileName: "a.jpg", result: { faces: face.faces } },
      { state: "failed", problem: { code: "IMAGE_FETCH_FAILED", answerStatus: 404 } },
      { fileName: "b.jpg", result: { faces: second.faces } },
      { result: { faces: face.faces } },
    ]);
    expect(JSON.stringify([results, await client.events(job.id)])).not.toContain(SECRET);
    expect(server.connections).toBe(0);
  });

  it("takes images by URL later, too", async () => {
    const { body: job } = await client.postJson("/v1/jobs", { execute: false });
    const url = server.file("/a.jpg", face.bytes);
    const added = await client.postJson(`/v1/jobs/${job.id}/images`, { images: [{ url }, { url }] });
    expect(added).toMatchObject({ status: 200, body: { images: { total: 2 } } });
  });

  it("is created once for a key, by the URLs: a repeated request fetches nothing", async () => {
    const url = signed(server.file("/a.jpg", face.bytes));
    const request = { images: [{ url }, base64] };
    const key = { "Idempotency-Key": "by-url" };
    const first = await client.postJson("/v1/jobs", request, key);
    server.at("/a.jpg", (response) => response.writeHead(403).end());
    const again = await client.postJson("/v1/jobs", request, key);
    expect([first.status, again.status, again.body.id]).toEqual([202, 202, first.body.id]);
    expect(again.headers.get("Idempotency-Replayed")).toBe("true");
    expect(server.requests).toHaveLength(1);
    expect(await client.finished(first.body.id)).toMatchObject({ images: { done: 2 } });
    const other = await client.postJson("/v1/jobs", { images: [{ url: `${url}2` }, base64] }, key);
    expect(other).toMatchObject({ status: 422, body: { code: "IDEMPOTENCY_KEY_REUSED" } });
  });

  it("of a request that prefers not to wait is made in the same way", async () => {
    const url = server.file("/a.jpg", face.bytes);
    const { status, body } = await client.postJson("/process", { images: [{ url }] }, { Prefer: "wait=60" });
    expect([status, body.images]).toMatchObject([200, [{ faces: face.faces }]]);
  });
});

describe.skipIf(!modelsDir)("faces", () => {
  it("of an image by URL are encoded, compared and found", async () => {
    const url = server.file("/a.jpg", face.bytes);
    const encoded = await client.postJson("/v1/compare", { first: { url }, second: { image: base64 } });
    expect(encoded).toMatchObject({ status: 200, body: { samePerson: true } });
    await client.postJson("/v1/collections", { name: "by-url" });
    const added = await client.postJson("/v1/collections/by-url/faces", { faces: [{ url, label: "me" }] });
    expect(added).toMatchObject({ status: 201, body: { items: [{ label: "me" }] } });
    const found = await client.postJson("/v1/collections/by-url/search", { url });
    expect(found.body.items).toMatchObject([{ label: "me" }]);
    const missing = await client.postJson("/v1/compare", { first: { url: server.url("/no") }, second: { url } });
    expect(missing).toMatchObject({ status: 422, body: { code: "IMAGE_FETCH_FAILED" } });
    const { body: session } = await client.post("/session");
    const key = { "x-api-key": session.key };
    const stored = await client.postJson("/encode", { images: [{ url }] }, key);
    expect(stored).toMatchObject({ status: 200, body: { faces: [{}] } });
    expect((await client.postJson("/encode", { images: [{ url }, { url }] }, key)).body.code).toBe("TOO_MANY_IMAGES");
  });
});

it("an image whose server says nothing for IMAGE_URL_IDLE_TIMEOUT_MS is one that was not fetched in time", async () => {
  const settings = { IMAGE_URLS: "on", IMAGE_URL_ALLOW_PRIVATE: "true", IMAGE_URL_PORTS: String(server.port) };
  const impatient = await startService({ ...settings, IMAGE_URL_IDLE_TIMEOUT_MS: "500" });
  try {
    const url = signed(server.at("/silent.jpg", () => {}));
    const { status, body } = await new JobClient(impatient.url).postJson("/process", { images: [{ url }, base64] });
    expect(status).toBe(200);
    expect(body.images).toMatchObject([{ problem: { code: "IMAGE_FETCH_TIMEOUT" } }, { faces: face.faces }]);
    expect(JSON.stringify(body)).not.toMatch(new RegExp(`${SECRET}|127\\.0\\.0\\.1`));
  } finally {
    await impatient.stop();
  }
});

describe("without IMAGE_URLS", () => {
  it("a URL is refused on every route, and nothing is fetched", async () => {
    const closed = await startService({ IMAGE_URL_ALLOW_PRIVATE: "true", LOG_LEVEL: "error" });
    try {
      const url = server.file("/a.jpg", face.bytes);
      const other = new JobClient(closed.url);
      const { body: session } = await other.post("/session");
      for (const [path, value] of [
        ["/process", { images: [base64, { url }] }],
        ["/v1/jobs", { images: [base64, { url }] }],
        ["/encode", { images: [{ url }] }],
        ["/v1/compare", { first: { url }, second: { url } }],
      ] as const)
        expect(await other.postJson(path, value, { "x-api-key": session.key })).toMatchObject({
          status: 400,
          body: { code: "IMAGE_URLS_DISABLED" },
        });
      expect((await other.get("/v1/jobs", { "x-api-key": session.key })).body.items).toEqual([]);
      expect(server.connections).toBe(0);
    } finally {
      await closed.stop();
    }
  });
});
