/** Bodies in JSON and base64, of all kinds and made to harm. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { astronautFaces, sample } from "../support/images.ts";
import { JobClient } from "../support/job-client.ts";
import { answerOf, openPost, rawPost } from "../support/raw-request.ts";
import { type RunningService, startService } from "../support/service.ts";

const MiB = 2 ** 20;
let service: RunningService;
let client: JobClient;
beforeAll(async () => {
  const limits = { MAX_REQUEST_BYTES: String(64 * MiB), MAX_JSON_BYTES: String(32 * MiB) };
  // None is refused for the time of those before it, however long a busy machine takes for an image.
  service = await startService({ LOG_LEVEL: "error", IMAGE_TIMEOUT_MS: "600000", ...limits });
  client = new JobClient(service.url);
});
afterAll(() => service.stop());

/** Most memory that the service ever had. */
function peakMiB({ process }: RunningService): number {
  const status = readFileSync(`/proc/${process.pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

const astronaut = sample("astronaut.png");
const base64 = astronaut.toString("base64");
const INFER = "/v2/models/faces-haar/infer";
const JSON_TYPE = { "Content-Type": "application/json" };
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
  const short = JSON.stringify({ images: ["QQ=="] });

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
    ["UTF-16 with a mark", Buffer.from(`\ufeff${short}`, "utf16le"), /UTF-16/],
    ["UTF-16 without", Buffer.from(short, "utf16le"), /UTF-16/],
    ["Latin-1", Buffer.from('{"images":["ä"]}', "latin1"), /UTF-8/],
    ["nothing", Buffer.alloc(0), /not JSON/],
    ["levels without end", Buffer.from(`{"images":${"[".repeat(10_000)}`), /nested deeper/],
  ])("of %s is refused clearly", async (_name, body, detail) => {
    for (const path of ["/process", "/v1/jobs", INFER, "/v1/collections", "/v1/compare"])
      expect(await client.post(path, new Uint8Array(body), JSON_TYPE)).toMatchObject({
        status: 400,
        body: { code: "MALFORMED_REQUEST", detail: expect.stringMatching(detail) },
      });
  });

  // Of a name that is there twice the last value would count, and the first image be lost.
  it.each<[string, string, RegExp]>([
    ["/process", `{"images":["${base64}"],"images":["${base64}"]}`, /has images more than once/],
    [
      "/v1/jobs",
      `{"images":[{"data":"${base64}","fileName":"a","file\\u004eame":"b"}]}`,
      /has fileName more than once/,
    ],
    ["/v1/jobs", '{"images":["QQ=="],"labels":{"a":"1","b":"2","a":"3"}}', /has a more than once .* position 45\./],
    ["/v1/collections", '{"name":"first","name":"second"}', /has name more than once/],
    ["/v1/compare", '{"first":{"encoding":[1],"encoding":[2]},"second":{"encoding":[1]}}', /has encoding more than/],
    [INFER, JSON.stringify(tensor(base64)).replace("{", '{"inputs":[],'), /has inputs more than once/],
    [
      "/process",
      '{"images":[{"data":"QQ==","fileName":"\\ud800.jpg"}]}',
      /surrogate pair in the text at position 37\./,
    ],
    ["/v1/collections", '{"name":"\\udc00\\ud800"}', /surrogate pair/],
  ])("for %s that can be understood in two ways is refused (%#)", async (path, body, detail) => {
    expect(await client.post(path, body, JSON_TYPE)).toMatchObject({
      status: 400,
      body: { code: "MALFORMED_REQUEST", detail: expect.stringMatching(detail) },
    });
  });

  it("may have a name in several objects, and whole surrogate pairs", async () => {
    const fileName = '"\\ud83d\\ude00\\".jpg"';
    const images = `{"data":"${base64}","fileName":${fileName}}`;
    const { status, body } = await client.post("/process", `{"images":[${images},${images}]}`, JSON_TYPE);
    expect({ status, name: body.images[1].fileName }).toEqual({ status: 200, name: JSON.parse(fileName) });
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
      const headers: Record<string, string> = type ? { "Content-Type": type } : {};
      const { status, body } = await rawPost(service.url, { path, headers, chunks });
      expect({ status, code: body.code }).toEqual({ status: 415, code: "UNSUPPORTED_MEDIA_TYPE" });
    }
    expect((await client.get("/v1/collections")).body.items).toEqual([]);
  });

  it("that is announced to be larger than any memory is too large", async () => {
    const headers = { ...JSON_TYPE, "Content-Length": String(Number.MAX_SAFE_INTEGER) };
    const paths = ["/process", "/v1/jobs", INFER, "/v1/collections", "/v2/repository/index"];
    const answers = await Promise.all(paths.map((path) => rawPost(service.url, { path, headers, chunks: [] })));
    for (const answer of answers) expect(answer).toMatchObject({ status: 413, body: { code: "REQUEST_TOO_LARGE" } });
  });

  it("has a limit of its own, and who goes beyond it is told its setting", async () => {
    const { status, body } = await client.post("/process", `["${"x".repeat(33 * MiB)}"]`, JSON_TYPE);
    expect({ status, limit: body.maxRequestBytes }).toEqual({ status: 413, limit: 32 * MiB });
    expect((await client.get(body.type)).body.advice).toMatch(/MAX_JSON_BYTES/);
  });

  it.each(["data", "images"])("has no long text in a label that is called %s", async (name) => {
    const answer = await client.postJson("/v1/jobs", { images: [base64], labels: { [name]: base64 } });
    expect(answer).toMatchObject({ status: 400, body: { code: "MALFORMED_REQUEST" } });
    expect(answer.body.detail).toMatch(new RegExp(`labels\\.${name} must not have more than 255 characters`));
  });

  it("that is of another form is told what is wrong, up to five times", async () => {
    const answer = await client.postJson("/process", { images: [1, "QQ==", {}, { data: 1 }, [], null, true, 2] });
    expect(answer).toMatchObject({ status: 422, body: { code: "INVALID_IMAGE" } });
    expect(answer.body.detail.split("; ")).toHaveLength(6);
    expect(answer.body.detail).toMatch(/images\.0 must be .*images\.3\.data must be a string; .*and more\.$/);
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
  /** Of which eight are sent at once, too. */
  const manyAtOnce = new Set(["numbers", "objects"]);

  it.each(shapes)(
    "of %s are refused at little cost, and the client gets its answer",
    async (name, make) => {
      const before = peakMiB(service);
      for (const [path, member] of paths) {
        const chunks = [Buffer.from(make(member))];
        for (const count of path === "/process" && manyAtOnce.has(name) ? [1, 8] : [1]) {
          const requests = Array.from({ length: count }, () =>
            rawPost(service.url, { path, headers: JSON_TYPE, chunks }),
          );
          for (const { status, body } of await Promise.all(requests)) {
            expect([400, 413, 422]).toContain(status);
            const codes = ["MALFORMED_REQUEST", "INVALID_IMAGE", "TOO_MANY_IMAGES"];
            expect(path === "/v1/collections" ? ["REQUEST_TOO_LARGE"] : codes).toContain(body.code);
            expect(JSON.stringify(body).length).toBeLessThan(2000);
          }
        }
      }
      // Parsed, each of them would take some hundred MB, and validated some thousand.
      expect(peakMiB(service) - before).toBeLessThan(150);
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

describe("a body that has neither images nor tensors", () => {
  const paths = ["/v1/sign-in", "/v1/collections", "/v1/webhook-secrets", "/v2/repository/index"];

  it.each(paths)("has 16 KiB at most: %s", async (path) => {
    const chunks = [Buffer.from(JSON.stringify({ key: "x".repeat(16 * 1024) }))];
    const refusal = { status: 413, body: { code: "REQUEST_TOO_LARGE", maxRequestBytes: 16 * 1024 } };
    expect(await rawPost(service.url, { path, headers: JSON_TYPE, chunks })).toMatchObject(refusal);
    const socket = await openPost(service.url, path, { ...JSON_TYPE, "Transfer-Encoding": "chunked" });
    const answer = answerOf(socket);
    // It has no end.
    for (const chunk of chunks) socket.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
    expect(await answer).toMatchObject(refusal);
  });

  it.each(paths)("is not compressed: %s", async (path) => {
    const body = new Uint8Array(gzipSync("{}"));
    const answer = await client.post(path, body, { ...JSON_TYPE, "Content-Encoding": "gzip" });
    expect(answer).toMatchObject({ status: 415, body: { code: "UNSUPPORTED_MEDIA_TYPE" } });
    expect(answer.headers.get("accept-encoding")).toBe("identity");
  });
});

describe("an image that arrives byte by byte takes about the memory of its bytes", () => {
  const byteByByte = (text: string) => [...text].map((character) => `1\r\n${character}\r\n`).join("");
  const image = "1\r\nx\r\n".repeat(MiB / 4);
  const form = [
    byteByByte('--b\r\nContent-Disposition: form-data; name="images"; filename="x.jpg"\r\n\r\n'),
    image,
    byteByByte("\r\n--b--\r\n"),
  ].join("");

  let fresh: RunningService;
  let before: number;
  beforeAll(async () => {
    fresh = await startService({ LOG_LEVEL: "error" });
    before = peakMiB(fresh);
  });
  afterAll(() => fresh?.stop());

  it.each([
    ["as the body", "image/jpeg", image],
    ["in a form", "multipart/form-data; boundary=b", form],
  ])("%s", async (_name, type, chunks) => {
    const socket = await openPost(fresh.url, "/process", { "Content-Type": type, "Transfer-Encoding": "chunked" });
    const answer = answerOf(socket);
    socket.write(`${chunks}0\r\n\r\n`);
    expect((await answer).body.images).toMatchObject([{ problem: { code: "UNSUPPORTED_MEDIA_TYPE" } }]);
    // With an object for each chunk, each would take some 150 MiB; together they take 50.
    expect(peakMiB(fresh) - before).toBeLessThan(90);
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
    // Executed, it would take the memory of its processing as well.
    ["base64 of a job", "/v1/jobs?execute=false", filled('{"images":["', "QUJD", '"]}'), { images: { total: 1 } }],
    ["base64 of a tensor", INFER, filled(bytesStart, "QUJD", '"]}]}'), { code: "UNSUPPORTED_MEDIA_TYPE" }],
    ["base64 of a face", "/v1/compare", filled('{"second":{"encoding":[1]},"first":{"image":"', "QUJD", '"}}'), {}],
    ["a name", "/v1/collections", filled('{"name":"', "é", '"}'), { code: "REQUEST_TOO_LARGE" }],
  ];

  it.each(cases)("is held once: %s", async (_name, path, body, answer) => {
    const fresh = await startService({ LOG_LEVEL: "error" });
    try {
      const before = peakMiB(fresh);
      const chunks = [Buffer.from(body)];
      expect((await rawPost(fresh.url, { path, headers: JSON_TYPE, chunks })).body).toMatchObject(answer);
      // Its 19 MiB, the image that is decoded from them for the thread, and what arrived and is not collected yet.
      expect(peakMiB(fresh) - before).toBeLessThan(90);
    } finally {
      await fresh.stop();
    }
  });
});
