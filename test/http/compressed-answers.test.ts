/** Answers in the coding that the client prefers (RFC 9110, sections 8.4 and 12.5.3). */
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ContentCoding } from "../../lib/http/gateway/answer-coding.ts";
import { sendTexts } from "../../lib/http/gateway/text-stream.ts";
import { form, JobClient } from "../support/job-client.ts";
import { ADMIN_KEY } from "../support/key-client.ts";
import { type RunningService, startService } from "../support/service.ts";
import { newImage } from "../support/session-client.ts";
import { until } from "../support/until.ts";

let service: RunningService;
beforeAll(async () => {
  service = await startService({ ADMIN_KEY });
});
afterAll(() => service.stop());

const decoders: Record<string, (bytes: Buffer) => Buffer> = {
  gzip: gunzipSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
};

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

/** The answer as it is sent: `fetch` would decode it. */
async function ask(path: string, acceptEncoding: string | undefined, { method = "GET", headers, body }: Sent = {}) {
  const fields = {
    key: ADMIN_KEY,
    ...headers,
    ...(acceptEncoding !== undefined && { "Accept-Encoding": acceptEncoding }),
  };
  const answer = await new Promise<{ headers: IncomingHttpHeaders; bytes: Buffer }>((resolve, reject) => {
    const request = httpRequest(service.url + path, { method, headers: fields }, async (response) =>
      resolve({ headers: response.headers, bytes: await buffer(response) }),
    );
    request.on("error", reject).end(body);
  });
  const coding = answer.headers["content-encoding"];
  const isWhole = coding === undefined || method === "HEAD";
  const decoded = isWhole ? answer.bytes : (decoders[coding] as (bytes: Buffer) => Buffer)(answer.bytes);
  return { ...answer, coding, text: decoded.toString() };
}

describe("a long answer", () => {
  it.each([
    ["gzip", "gzip"],
    ["br", "br"],
    ["zstd", "zstd"],
    ["gzip, deflate", "gzip"],
    ["gzip, deflate, br", "br"],
    ["gzip, deflate, br, zstd", "zstd"],
    ["gzip, br;q=0.5", "gzip"],
    ["zstd;q=0, *;q=0.1", "br"],
    ["GZIP", "gzip"],
    ["identity", undefined],
    ["deflate", undefined],
    ["identity, gzip;q=0.5", undefined],
    ["gzip;q=0", undefined],
    ["identity;q=0", undefined],
    ["*", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("for Accept-Encoding %s is sent in %s", async (accepted, coding) => {
    const answer = await ask("/openapi.json", accepted);
    expect(answer.coding).toBe(coding);
    expect(JSON.parse(answer.text).openapi).toBe("3.1.0");
    expect(Number(answer.headers["content-length"])).toBe(answer.bytes.length);
    expect(answer.headers.vary).toMatch(/accept-encoding/i);
    const digest = createHash("sha256").update(answer.bytes).digest("base64");
    expect(answer.headers["repr-digest"]).toBe(`sha-256=:${digest}:`);
    if (coding) expect(answer.bytes.length).toBeLessThan(answer.text.length / 5);
  });

  it("has the same headers for HEAD", async () => {
    const [got, head] = [await ask("/openapi.json", "br"), await ask("/openapi.json", "br", { method: "HEAD" })];
    expect(head.headers["content-encoding"]).toBe("br");
    for (const name of ["etag", "vary", "content-length", "repr-digest"])
      expect(head.headers[name]).toBe(got.headers[name]);
  });
});

it("receipts and results are compressed, if they are long", async () => {
  const files = Array.from({ length: 12 }, (_, index) => ({ name: `${index}.png`, bytes: newImage() }));
  const body = await new Response(form(files)).blob();
  const sent = { method: "POST", headers: { "Content-Type": body.type }, body: Buffer.from(await body.arrayBuffer()) };
  for (const coding of [undefined, "zstd"]) {
    const answer = await ask("/process", coding, sent);
    expect([answer.coding, JSON.parse(answer.text).images.length]).toEqual([coding, 12]);
  }
  const { id } = JSON.parse((await ask("/v1/jobs", undefined, sent)).text);
  const results = await ask(`/v1/jobs/${id}/results?wait=60`, "gzip", { headers: { Accept: "application/x-ndjson" } });
  expect([results.coding, results.text.trim().split("\n").length]).toEqual(["gzip", 12]);
});

it.each(["csv", "json"])("a job's results as a file are compressed while they are read: %s", async (format) => {
  const files = Array.from({ length: 3 }, (_, index) => ({ name: `${index}.png`, bytes: newImage() }));
  const { body: job } = await new JobClient(service.url).post("/v1/jobs", form(files), { key: ADMIN_KEY });
  await ask(`/v1/jobs/${job.id}/results?wait=60`, undefined);
  const path = `/v1/jobs/${job.id}/export?format=${format}`;
  const plain = await ask(path, undefined);
  expect([plain.coding, plain.headers.vary]).toEqual([undefined, "Accept-Encoding"]);
  for (const coding of Object.keys(decoders)) {
    const answer = await ask(path, coding);
    expect([answer.coding, answer.text]).toEqual([coding, plain.text]);
    const head = await ask(path, coding, { method: "HEAD" });
    expect([head.coding, head.headers.vary, head.bytes.length]).toEqual([coding, "Accept-Encoding", 0]);
  }
});

describe.each([undefined, ...(Object.keys(decoders) as ContentCoding[])])("texts in the coding %s", (coding) => {
  it("are made as the client reads them, and no more once it has gone", async () => {
    let made = 0;
    const ended = Promise.withResolvers<void>();
    async function* texts() {
      try {
        for (; ; made++) yield randomBytes(2 ** 20).toString("latin1");
      } finally {
        ended.resolve();
      }
    }
    const responses: ServerResponse[] = [];
    const sent = Promise.withResolvers<void>();
    const server = createServer((_request, response) => {
      responses.push(response);
      sendTexts(response, texts(), { coding, signal: new AbortController().signal }).then(sent.resolve, sent.reject);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const request = httpRequest({ port: (server.address() as AddressInfo).port }, (response) => response.pause()).end();
    await until(() => responses[0]?.writableNeedDrain === true);
    request.destroy();
    await Promise.all([ended.promise, sent.promise]);
    expect(made).toBeLessThan(20);
    server.close();
  });
});

it("short answers, problems, images and streams are not", async () => {
  const client = new JobClient(service.url);
  const key = { key: ADMIN_KEY };
  const { body: job } = await client.post("/v1/jobs?execute=false", form([{ name: "a.png", bytes: newImage() }]), key);
  for (const path of ["/ping", "/nothing", `/v1/jobs/${job.id}/images/0/picture`]) {
    const answer = await ask(path, "gzip, br, zstd");
    expect([path, answer.coding]).toEqual([path, undefined]);
  }
  const stream = new AbortController();
  const headers = { ...key, Accept: "text/event-stream", "Accept-Encoding": "gzip" };
  const { headers: sent } = await fetch(`${service.url}/v1/events`, { headers, signal: stream.signal });
  stream.abort();
  expect([sent.get("content-type"), sent.get("content-encoding")]).toEqual(["text/event-stream", null]);
});

it.each([
  ["gzip, identity;q=0", "gzip"],
  ["br, *;q=0", "br"],
  ["identity;q=0", undefined],
])("short ones are, for a client that takes nothing else: %s", async (accepted, coding) => {
  const { headers, text, coding: sent } = await ask("/ping", accepted);
  expect([sent, JSON.parse(text)]).toEqual([coding, { status: "ok" }]);
  expect(headers.vary).toBe(coding && "Accept-Encoding");
});

it("what has a key in it never is, however long", async () => {
  const body = JSON.stringify({ origin: `https://${"a".repeat(60)}.example`, overlapSeconds: 0 });
  const sent = { method: "POST", headers: { "Content-Type": "application/json" }, body };
  for (const [path, request] of [
    ["/session", {}],
    ["/v1/webhook-secrets", sent],
    ["/v1/keys", { ...sent, body: JSON.stringify({ name: "n".repeat(100), scopes: ["jobs", "process"] }) }],
  ] as const) {
    const answer = await ask(path, "gzip, br, zstd", request);
    expect(answer.text).toMatch(/"(key|secret)":/);
    expect([path, answer.coding, answer.headers.vary]).toEqual([path, undefined, undefined]);
  }
});
