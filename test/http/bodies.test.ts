/** Bodies as clients send them: base64 and JSON of all kinds, compressed, slow, too many at once, and made to harm. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as zlib from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { JobClient, type Json } from "../support/job-client.ts";
import { astronautFaces, sample } from "../support/pictures.ts";
import { answerOf, openPost, rawPost } from "../support/raw-request.ts";
import { type RunningService, startService } from "../support/service.ts";

const MiB = 2 ** 20;
let service: RunningService;
let client: JobClient;
beforeAll(async () => {
  service = await startService({ LOG_LEVEL: "error", MAX_REQUEST_BYTES: String(64 * MiB) });
  client = new JobClient(service.url);
});
afterAll(() => service.stop());

const astronaut = sample("astronaut.png");
const base64 = astronaut.toString("base64");
const INFER = "/v2/models/faces-haar/infer";
const JSON_TYPE = { "Content-Type": "application/json" };
const PNG = { "Content-Type": "image/png" };
const tensor = (data: string) => ({ inputs: [{ name: "image", shape: [1], datatype: "BYTES", data: [data] }] });

describe("base64", () => {
  it.each([
    ["in lines", base64.replaceAll(/.{76}/g, "$&\r\n")],
    ["with a line end", `${base64}\n`],
    ["without padding", base64.replaceAll("=", "")],
    ["for URLs", astronaut.toString("base64url")],
    ["as a data: URL", `DATA:image/png;charset=x;BASE64,${base64}`],
  ])("is read alike on every route: %s", async (_name, data) => {
    const found = await client.postJson("/process", { images: [data, { data, fileName: "a.png" }] });
    expect(found.body.images).toMatchObject([{ faces: astronautFaces }, { faces: astronautFaces, fileName: "a.png" }]);
    expect((await client.postJson(INFER, tensor(data))).body.outputs[0].data).toEqual(astronautFaces.flat());
    const { body } = await client.postJson("/v1/jobs", { images: [data] });
    expect(await client.finished(body.id)).toMatchObject({ images: { done: 1 } });
  });

  it("that is none is told alike", async () => {
    for (const data of [`${base64}!`, "QQ=", "ab+/ab-_", "data:text/plain,hello"]) {
      const { body } = await client.postJson("/process", { images: [data] });
      expect(body.images).toMatchObject([{ problem: { code: "UNDECODABLE_IMAGE" } }]);
      expect(await client.postJson(INFER, tensor(data))).toMatchObject({
        status: 422,
        body: { code: "UNDECODABLE_IMAGE" },
      });
    }
  });
});

describe("JSON", () => {
  const json = JSON.stringify({ images: [base64] });

  it("may begin with a byte order mark", async () => {
    for (const [path, value] of [
      ["/process", { images: [base64] }],
      [INFER, tensor(base64)],
    ] as const) {
      const { status } = await client.post(path, `\ufeff${JSON.stringify(value)}`, JSON_TYPE);
      expect(status).toBe(200);
    }
  });

  it.each<[string, Buffer, RegExp]>([
    ["UTF-16 with a mark", Buffer.from(`\ufeff${json}`, "utf16le"), /UTF-16/],
    ["UTF-16 without", Buffer.from(json, "utf16le"), /UTF-16/],
    ["Latin-1", Buffer.from('{"images":["ä"]}', "latin1"), /UTF-8/],
    ["nothing", Buffer.alloc(0), /not JSON/],
    ["levels without end", Buffer.from(`{"images":${"[".repeat(100_000)}`), /nested deeper/],
  ])("of %s is refused clearly", async (_name, body, detail) => {
    for (const path of ["/process", "/v1/jobs", INFER, "/v1/collections", "/v1/compare"])
      expect(await client.post(path, new Uint8Array(body), JSON_TYPE)).toMatchObject({
        status: 400,
        body: { code: "MALFORMED_REQUEST", detail: expect.stringMatching(detail) },
      });
  });

  it("may be a type of its own that is built on JSON", async () => {
    const { status } = await client.post("/process", json, {
      "Content-Type": "application/vnd.mine+json; charset=utf-8",
    });
    expect(status).toBe(200);
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", undefined])("as %s creates nothing", async (type) => {
    for (const [path, value] of [
      ["/v1/collections", { name: "from-elsewhere" }],
      ["/v1/jobs", { images: [base64] }],
    ] as const) {
      const chunks = [Buffer.from(JSON.stringify(value))];
      const headers = { Origin: "http://elsewhere.example", ...(type && { "Content-Type": type }) };
      const { status, body } = await rawPost(service.url, { path, headers, chunks });
      expect({ status, code: body.code }).toEqual({ status: 415, code: "UNSUPPORTED_MEDIA_TYPE" });
    }
    expect((await client.get("/v1/collections")).body.items).toEqual([]);
  });

  it("that is of another form is told what is wrong, up to five times", async () => {
    const answer = await client.postJson("/process", { images: [1, "QQ==", {}, { data: 1 }, [], null, true, 2] });
    expect(answer).toMatchObject({ status: 422, body: { code: "INVALID_IMAGE" } });
    expect(answer.body.detail.split("; ")).toHaveLength(6);
    expect(answer.body.detail).toMatch(/images\.0 must be .*images\.3\.data must be string; .*and more\.$/);
    const query = Array.from({ length: 1000 }, (_, index) => `p${index}=1`).join("&");
    const { status, body } = await client.post(`/process?${query}`, json, JSON_TYPE);
    expect({ status, code: body.code }).toEqual({ status: 400, code: "INVALID_OPTION" });
    expect(body.detail).toBe(
      "p0 is not known; p1 is not known; p2 is not known; p3 is not known; p4 is not known; and more.",
    );
  });
});

describe("20 MB of JSON", () => {
  const BYTES = 20_000_000;
  const filled = (start: string, value: string, end: string) =>
    start + value.repeat((BYTES - start.length) / value.length) + end;
  const shapes: [string, (member: string) => string][] = [
    ["numbers", (member) => filled(`{"${member}":[`, "1,", "1]}")],
    ["empty strings", (member) => filled(`{"${member}":[`, '"",', '""]}')],
    ["objects", (member) => filled(`{"${member}":[`, "{},", "{}]}")],
    ["nulls", (member) => filled(`{"${member}":[`, "null,", "null]}")],
    ["levels", (member) => filled(`{"${member}":`, "[", "")],
    ["members", () => filled("{", '"some":1,', '"some":1}')],
    ["numbers in no object", () => filled("[", "1,", "1]")],
  ];
  const paths: [string, string][] = [
    ["/process", "images"],
    ["/v1/jobs", "images"],
    [INFER, "inputs"],
    ["/v1/collections", "name"],
    ["/v1/compare", "first"],
  ];
  const peakMiB = (): number => {
    const status = readFileSync(`/proc/${service.process.pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
  };

  it.each(shapes)(
    "of %s are refused at little cost, one and eight at once, and the client gets its answer",
    async (_name, make) => {
      const before = peakMiB();
      for (const [path, member] of paths) {
        const chunks = [Buffer.from(make(member))];
        for (const count of path === "/process" ? [1, 8] : [1]) {
          const requests = Array.from({ length: count }, () =>
            rawPost(service.url, { path, headers: JSON_TYPE, chunks }),
          );
          for (const { status, body } of await Promise.all(requests)) {
            expect([400, 413, 422]).toContain(status);
            expect(["MALFORMED_REQUEST", "INVALID_IMAGE", "TOO_MANY_IMAGES"]).toContain(body.code);
            expect(JSON.stringify(body).length).toBeLessThan(2000);
          }
        }
      }
      // Parsed, each of them would take some hundred MB, and validated some thousand.
      expect(peakMiB() - before).toBeLessThan(150);
    },
    120_000,
  );

  it("of numbers for a tensor are told the way in binary", async () => {
    const inputs = '{"inputs":[{"name":"input","shape":[9],"datatype":"FP32","data":[';
    const answer = await client.post("/v2/models/faces-haar/infer", filled(inputs, "1,", "1]}]}"), JSON_TYPE);
    expect(answer).toMatchObject({
      status: 413,
      body: { code: "REQUEST_TOO_LARGE", detail: expect.stringMatching(/binary/) },
    });
  });
});

describe("20 MB of JSON that are one string", () => {
  const BYTES = 20_000_000;
  const filled = (start: string, text: string, end: string) =>
    start + text.repeat((BYTES - start.length) / Buffer.byteLength(text)) + end;
  const bytesStart = '{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":["';
  const cases: [string, string, string, object][] = [
    [
      "base64",
      "/process",
      filled('{"images":["', "QUJD", '"]}'),
      { images: [{ problem: { code: "UNSUPPORTED_MEDIA_TYPE" } }] },
    ],
    ["base64 in an object", "/process", filled('{"images":[{"data":"', "QUJD", '"}]}'), { images: [{}] }],
    ["base64 from PHP", "/process", filled('{"images":["', "QU\\/D", '"]}'), { images: [{}] }],
    [
      "other letters",
      "/process",
      filled('{"images":["', "ж", '"]}'),
      { images: [{ problem: { code: "UNDECODABLE_IMAGE" } }] },
    ],
    ["base64 of a job", "/v1/jobs", filled('{"images":["', "QUJD", '"]}'), { state: "queued" }],
    ["base64 of a tensor", INFER, filled(bytesStart, "QUJD", '"]}]}'), { code: "UNSUPPORTED_MEDIA_TYPE" }],
    ["base64 of a face", "/v1/compare", filled('{"second":{"encoding":[1]},"first":{"image":"', "QUJD", '"}}'), {}],
    ["a name", "/v1/collections", filled('{"name":"', "é", '"}'), { code: "MALFORMED_REQUEST" }],
  ];

  it.each(cases)(
    "is held once: %s",
    async (_name, path, body, answer) => {
      const fresh = await startService({ LOG_LEVEL: "error" });
      const statusMiB = (field: string) =>
        Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${fresh.process.pid}/status`, "utf8"))?.[1]) /
        1024;
      try {
        const before = statusMiB("VmHWM");
        const chunks = [Buffer.from(body)];
        expect((await rawPost(fresh.url, { path, headers: JSON_TYPE, chunks })).body).toMatchObject(answer);
        // Its 19 MiB, the image that is decoded from them for the thread, and what arrived and is not collected yet.
        expect(statusMiB("VmHWM") - before).toBeLessThan(75);
      } finally {
        await fresh.stop();
      }
    },
    60_000,
  );
});

describe("a compressed body", () => {
  const codings: [string, string, (bytes: Uint8Array) => Buffer][] = [
    ["gzip", "gzip", (bytes) => zlib.gzipSync(bytes)],
    ["x-gzip", "X-GZIP", (bytes) => zlib.gzipSync(bytes)],
    [
      "gzip of two members",
      "gzip",
      (bytes) => Buffer.concat([bytes.subarray(0, 999), bytes.subarray(999)].map((part) => zlib.gzipSync(part))),
    ],
    ["deflate", "deflate", (bytes) => zlib.deflateSync(bytes)],
    ["deflate without zlib's header", "deflate", (bytes) => zlib.deflateRawSync(bytes)],
    ["br", "br", (bytes) => zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } })],
    ["zstd", "zstd", (bytes) => zlib.zstdCompressSync(bytes)],
    ["nothing", "identity", (bytes) => Buffer.from(bytes)],
    ["gzip and nothing", "identity, gzip", (bytes) => zlib.gzipSync(bytes)],
  ];

  it.each(codings)("of %s is read on every route", async (_name, coding, compress) => {
    const headers = { "Content-Encoding": coding };
    const post = (path: string, body: Uint8Array, more: Record<string, string>) =>
      client.post<Json>(path, new Uint8Array(compress(body)), { ...headers, ...more });
    expect((await post("/process", astronaut, PNG)).body.images).toMatchObject([{ faces: astronautFaces }]);
    const json = Buffer.from(JSON.stringify({ images: [base64] }));
    expect((await post("/process", json, JSON_TYPE)).body.images).toMatchObject([{ faces: astronautFaces }]);
    const form = Buffer.concat([
      Buffer.from('--b\r\nContent-Disposition: form-data; name="images"; filename="a"\r\n\r\n'),
      astronaut,
      Buffer.from("\r\n--b--\r\n"),
    ]);
    const job = await post("/v1/jobs", form, { "Content-Type": "multipart/form-data; boundary=b" });
    expect(await client.finished(job.body.id)).toMatchObject({ state: "succeeded" });
    const element = Buffer.alloc(4);
    element.writeUInt32LE(astronaut.length);
    const request = Buffer.from(
      JSON.stringify({
        inputs: [
          { name: "image", shape: [1], datatype: "BYTES", parameters: { binary_data_size: astronaut.length + 4 } },
        ],
      }),
    );
    const inferred = await post(INFER, Buffer.concat([request, element, astronaut]), {
      "Content-Type": "application/octet-stream",
      "Inference-Header-Content-Length": String(request.length),
    });
    expect(inferred.body.outputs[0].data).toEqual(astronautFaces.flat());
  });

  it.each(["compress", "gzip, gzip", "br, gzip", "*", "aes128gcm"])(
    "of %s is refused with what would be read",
    async (coding) => {
      for (const path of ["/process", "/v1/jobs", INFER]) {
        const answer = await client.post(path, new Uint8Array(astronaut), { ...PNG, "Content-Encoding": coding });
        expect(answer).toMatchObject({ status: 415, body: { code: "UNSUPPORTED_MEDIA_TYPE" } });
        expect(answer.headers.get("accept-encoding")).toBe("gzip, deflate, br, zstd");
      }
    },
  );

  it.each<[string, string, Buffer]>([
    ["cut off", "gzip", zlib.gzipSync(astronaut).subarray(0, -5)],
    ["not compressed at all", "gzip", astronaut],
    ["empty", "br", Buffer.alloc(0)],
    ["followed by more", "deflate", Buffer.concat([zlib.deflateSync(astronaut), Buffer.from("more")])],
    [
      "followed by another stream",
      "zstd",
      Buffer.concat([zlib.zstdCompressSync(astronaut), zlib.zstdCompressSync(astronaut)]),
    ],
    ["damaged", "gzip", Buffer.from(zlib.gzipSync(astronaut)).fill(0x55, 1000, 1100)],
    // A frame whose header asks for a window of 128 MiB (RFC 8878, section 3.1.1.1).
    ["of a window that is too large", "zstd", Buffer.from("28b52ffd0088010000", "hex")],
  ])("that is %s is malformed", async (_name, coding, body) => {
    const chunks = [body];
    const { status, body: problem } = await rawPost(service.url, {
      path: "/process",
      headers: { ...PNG, "Content-Encoding": coding },
      chunks,
    });
    expect({ status, code: problem.code }).toEqual({ status: 400, code: "MALFORMED_REQUEST" });
  });

  it("that is a bomb costs no more than the limits", async () => {
    const raw = await client.post("/process", new Uint8Array(zlib.gzipSync(Buffer.alloc(65 * MiB))), {
      ...PNG,
      "Content-Encoding": "gzip",
    });
    expect(raw).toMatchObject({ status: 413, body: { code: "REQUEST_TOO_LARGE", maxRequestBytes: 64 * MiB } });
    const image = await client.post("/process", new Uint8Array(zlib.gzipSync(Buffer.alloc(40 * MiB))), {
      ...PNG,
      "Content-Encoding": "gzip",
    });
    expect(image.body.images).toMatchObject([{ problem: { code: "IMAGE_TOO_LARGE" } }]);
  });

  it("has the digest of what was sent", async () => {
    const { body: session } = await client.get("/session");
    const key = session.api_key ?? session.key;
    const coded = zlib.gzipSync(astronaut);
    const digest = (bytes: Uint8Array) => `sha-256=:${createHash("sha256").update(bytes).digest("base64")}:`;
    const headers = { ...PNG, key, "Content-Encoding": "gzip" };
    const wrong = await client.post("/encode", new Uint8Array(coded), { ...headers, "Repr-Digest": digest(astronaut) });
    expect(wrong).toMatchObject({ status: 400, body: { code: "DIGEST_MISMATCH" } });
    const right = await client.post("/encode", new Uint8Array(coded), { ...headers, "Repr-Digest": digest(coded) });
    expect(right.body.code).not.toBe("DIGEST_MISMATCH");
  });
});

describe("uploads that hold memory", () => {
  let small: RunningService;
  let smallClient: JobClient;
  beforeAll(async () => {
    small = await startService({
      LOG_LEVEL: "error",
      MAX_UPLOAD_BYTES_IN_FLIGHT: String(4 * MiB),
      UPLOAD_IDLE_TIMEOUT_MS: "4000",
      MIN_UPLOAD_BYTES_PER_SECOND: "1000",
    });
    smallClient = new JobClient(small.url);
  });
  afterAll(() => small.stop());

  it("end when they are slower than they may be", async () => {
    const socket = await openPost(small.url, "/process", { ...PNG, "Content-Length": "1000000" });
    // Never silent for as long as it might be, and yet too slow.
    const drip = setInterval(() => socket.write("x"), 100);
    const { status, body } = await answerOf(socket).finally(() => clearInterval(drip));
    expect({ status, code: body.code }).toEqual({ status: 408, code: "UPLOAD_TIMEOUT" });
    expect(body.detail).toBe("Less than 1000 bytes a second arrived.");
  });

  it("go on when they are slow enough to be honest", async () => {
    const socket = await openPost(small.url, "/process", { ...PNG, "Content-Length": String(astronaut.length) });
    const answer = answerOf(socket);
    // Begins with what uses up some of the patience, then sends at several times the least rate.
    for (let at = 0; at < astronaut.length; at += astronaut.length / 40) {
      socket.write(astronaut.subarray(Math.floor(at), Math.floor(at + astronaut.length / 40)));
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    expect((await answer).body.images).toMatchObject([{ faces: astronautFaces }]);
  });

  it("are refused while others hold as much as there is, and served when those are gone", async () => {
    const open = await Promise.all(
      Array.from({ length: 4 }, () => openPost(small.url, "/process", { ...PNG, "Content-Length": String(2 * MiB) })),
    );
    const answers = open.map((socket) => answerOf(socket));
    const feeds = open.map((socket) => {
      socket.write(Buffer.alloc(0.7 * MiB));
      // Together they leave room for a small image only. Not stalled: none of them has to make room.
      return setInterval(() => socket.write(Buffer.alloc(200)), 100);
    });
    const large = new Uint8Array(Buffer.concat([astronaut, Buffer.alloc(1.5 * MiB)]));
    try {
      await expect
        .poll(() => smallClient.post("/process", large, PNG), { timeout: 3500 })
        .toMatchObject({ status: 503, body: { code: "OVERLOADED" } });
      const refused = await smallClient.post("/process", large, PNG);
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
      // A small one has room still.
      expect(await smallClient.post("/process", new Uint8Array(astronaut), PNG)).toMatchObject({ status: 200 });
    } finally {
      for (const feed of feeds) clearInterval(feed);
      for (const socket of open) socket.destroy();
      await Promise.allSettled(answers);
    }
    await expect
      .poll(() => smallClient.post("/process", large, PNG), { timeout: 10_000 })
      .toMatchObject({ status: 200 });
  });

  it("make room for others where they stand still", async () => {
    const open = await Promise.all(
      Array.from({ length: 20 }, () => openPost(small.url, "/process", { ...PNG, "Content-Length": String(30 * MiB) })),
    );
    const answers = open.map((socket) => answerOf(socket));
    for (const socket of open) socket.write(Buffer.alloc(0.5 * MiB));
    const large = new Uint8Array(Buffer.concat([astronaut, Buffer.alloc(3 * MiB)]));
    // Long before their time is over.
    await expect.poll(() => smallClient.post("/process", large, PNG), { timeout: 3500 }).toMatchObject({ status: 200 });
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(new Set(statuses).isSubsetOf(new Set([408, 503]))).toBe(true);
    expect(statuses).toContain(408);
  });

  it("of one request wait for each other, however many there are", async () => {
    const data = new FormData();
    const file = new Blob([new Uint8Array(Buffer.concat([astronaut, Buffer.alloc(2 * MiB)]))]);
    for (let index = 0; index < 12; index++) data.append("images", file, `${index}.png`);
    const { status, body } = await smallClient.post("/process", data);
    expect(status).toBe(200);
    expect(body.images).toHaveLength(12);
    for (const image of body.images) expect(image.faces).toEqual(astronautFaces);
  });

  it("may be larger than that when they are alone", async () => {
    const large = new Uint8Array(Buffer.concat([astronaut, Buffer.alloc(8 * MiB)]));
    await expect.poll(() => smallClient.post("/process", large, PNG)).toMatchObject({ status: 200 });
  });
});
