/** Bodies that are compressed, in all codings, damaged, and as bombs. */
import { createHash, randomBytes } from "node:crypto";
import * as zlib from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { astronautFaces, sample } from "../support/images.ts";
import { JobClient, type Json } from "../support/job-client.ts";
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

  it("as a transfer coding is refused, and chunks alone are read", async () => {
    const send = async (coding: string, body: Buffer) => {
      const socket = await openPost(service.url, "/process", { ...PNG, "Transfer-Encoding": coding });
      socket.write(Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n0\r\n\r\n")]));
      return answerOf(socket);
    };
    expect(await send("gzip, chunked", zlib.gzipSync(astronaut))).toMatchObject({
      status: 501,
      body: { code: "TRANSFER_CODING_NOT_IMPLEMENTED" },
    });
    expect((await send("Chunked", astronaut)).status).toBe(200);
  });

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

  it("of zstd is one frame, however its bytes arrive", async () => {
    const { ZSTD_c_checksumFlag, ZSTD_c_contentSizeFlag } = zlib.constants;
    const compress = (bytes: Uint8Array, checksum: number, contentSize: number) =>
      zlib.zstdCompressSync(bytes, {
        params: { [ZSTD_c_checksumFlag]: checksum, [ZSTD_c_contentSizeFlag]: contentSize },
      });
    const send = (chunks: Buffer[]) =>
      rawPost(service.url, { path: "/process", headers: { ...PNG, "Content-Encoding": "zstd" }, chunks });
    const skippable = Buffer.from("502a4d1804000000deadbeef", "hex");
    for (const [checksum, contentSize] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const) {
      const frame = compress(astronaut, checksum, contentSize);
      const bytewise = Array.from(frame.subarray(0, 64), (byte) => Buffer.from([byte]));
      for (const chunks of [[frame], [...bytewise, frame.subarray(64)]]) expect((await send(chunks)).status).toBe(200);
      for (const more of [frame, skippable])
        for (const chunks of [[frame, more], [Buffer.concat([frame, more])], [more, frame]])
          expect((await send(chunks)).body.code).toBe("MALFORMED_REQUEST");
    }
  });

  it("that is a bomb costs no more than the limits", async () => {
    const coded = { "Content-Encoding": "gzip" };
    // Incompressible, so that only the limits of the request end it.
    const json = zlib.gzipSync(JSON.stringify({ images: [randomBytes(50 * MiB).toString("base64")] }), { level: 1 });
    expect(await client.post("/process", new Uint8Array(json), { ...JSON_TYPE, ...coded })).toMatchObject({
      status: 413,
      body: { code: "REQUEST_TOO_LARGE", maxRequestBytes: 64 * MiB },
    });
    const zeros = zlib.gzipSync(Buffer.alloc(60 * MiB, "1"));
    for (const [path, type] of [
      ["/process", "application/json"],
      ["/process", "multipart/form-data; boundary=b"],
      [INFER, "application/octet-stream"],
    ] as const)
      expect(await client.post(path, new Uint8Array(zeros), { "Content-Type": type, ...coded })).toMatchObject({
        status: 413,
        body: { code: "REQUEST_TOO_LARGE", detail: "The body decodes to more than 100 times its size." },
      });
  });

  it("that is an image is decoded no further than the largest one", async () => {
    // What follows is damaged, and more than a body may decode to.
    const beginning = zlib.gzipSync(Buffer.alloc(65 * MiB)).subarray(0, -1000);
    const bomb = new Uint8Array(Buffer.concat([beginning, Buffer.alloc(1000, 0x55)]));
    const headers = { ...PNG, "Content-Encoding": "gzip" };
    const { status, body } = await client.post("/process", bomb, headers);
    expect({ status, code: body.images[0].problem.code }).toEqual({ status: 200, code: "IMAGE_TOO_LARGE" });
    const { body: session } = await client.get("/session");
    const encoded = await client.post("/encode", bomb, { ...headers, key: session.api_key ?? session.key });
    expect(encoded).toMatchObject({ status: 413, body: { code: "IMAGE_TOO_LARGE" } });
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
