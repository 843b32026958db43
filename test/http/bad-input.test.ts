import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { definitions } from "../../lib/errors.ts";
import { astronautFaces, blackPng, sample } from "../support/images.ts";
import { type RunningService, startService } from "../support/service.ts";

const KiB = 1024;
const limits = {
  MAX_IMAGE_BYTES: 800 * KiB,
  MAX_IMAGE_PIXELS: 1_000_000,
  MAX_IMAGES_PER_REQUEST: 10_000,
  MAX_REQUEST_BYTES: 4096 * KiB,
  MAX_JSON_BYTES: 1200 * KiB,
};

/** For temporary files of the service only. */
const temporary = mkdtempSync(join(tmpdir(), "sightline-temporary-"));
let service: RunningService;
beforeAll(async () => {
  const environment = Object.entries(limits).map(([name, value]) => [name, String(value)]);
  service = await startService({ ...Object.fromEntries(environment), TMPDIR: temporary });
});
afterAll(async () => {
  // Whatever was sent, the service still works as before, and leaves nothing behind.
  expect(await post(sample("astronaut.png"), "image/png")).toMatchObject({ images: [{ faces: astronautFaces }] });
  expect(readdirSync(temporary)).toEqual([]);
  expect(readdirSync(join(service.dataDir, "blobs"))).toEqual([".incoming"]);
  expect(readdirSync(join(service.dataDir, "blobs", ".incoming"))).toEqual([]);
  expect(await service.stop()).toBe(0);
  rmSync(temporary, { recursive: true });
});

async function send(body: RequestInit["body"], contentType?: string, query = "") {
  const headers = contentType ? { "Content-Type": contentType } : {};
  const response = await fetch(`${service.url}/process${query}`, { method: "POST", body: body ?? null, headers });
  return { response, body: (await response.json()) as Record<string, unknown> };
}

async function post(body: RequestInit["body"], contentType?: string): Promise<Record<string, unknown>> {
  return (await send(body, contentType)).body;
}

async function expectProblem(code: keyof typeof definitions, ...request: Parameters<typeof send>) {
  const { response, body } = await send(...request);
  const { status, title } = definitions[code];
  expect(body).toMatchObject({ type: `/problems/${code}`, title, status, code, detail: expect.any(String) });
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(body.requestId).toBe(response.headers.get("x-request-id"));
  return body;
}

function form(...files: readonly (readonly [name: string, bytes: Uint8Array<ArrayBuffer>])[]): FormData {
  const data = new FormData();
  for (const [name, bytes] of files) data.append("images", new Blob([bytes]), name);
  return data;
}

const astronaut = sample("astronaut.png");
const rocket = sample("rocket.jpg");

describe("a bad image gets a problem of its own and fails no neighbour", () => {
  const cases: [string, Uint8Array<ArrayBuffer>, keyof typeof definitions][] = [
    ["a file of 0 bytes", Buffer.alloc(0), "EMPTY_IMAGE"],
    ["a text called .jpg", Buffer.from("Dear diary, this is no image."), "UNSUPPORTED_MEDIA_TYPE"],
    ["a JPEG XL image", Buffer.from("\xff\x0a\x10\x10", "latin1"), "UNSUPPORTED_MEDIA_TYPE"],
    ["a GIF without an image", Buffer.from("GIF89a\x01\0\x01\0\0\0\0;", "latin1"), "UNDECODABLE_IMAGE"],
    ["half a JPEG", rocket.subarray(0, rocket.length >> 1), "UNDECODABLE_IMAGE"],
    ["a JPEG without its last byte", rocket.subarray(0, -1), "UNDECODABLE_IMAGE"],
    ["only the signature of a JPEG", Buffer.from("\xff\xd8\xff", "latin1"), "UNDECODABLE_IMAGE"],
    ["half a PNG", astronaut.subarray(0, astronaut.length >> 1), "UNDECODABLE_IMAGE"],
    ["a PNG whose data are zeros", Buffer.concat([astronaut.subarray(0, 60), Buffer.alloc(999)]), "UNDECODABLE_IMAGE"],
    ["one pixel column too many", blackPng(1001, 1000), "TOO_MANY_PIXELS"],
    [
      "one byte too many",
      Buffer.concat([astronaut, Buffer.alloc(800 * KiB + 1 - astronaut.length)]),
      "IMAGE_TOO_LARGE",
    ],
  ];
  it.each(cases)("%s", async (_name, bytes, code) => {
    const { images } = await post(form(["a.png", astronaut], ["bad.jpg", bytes], ["b.png", astronaut]));
    expect(images).toEqual([
      expect.objectContaining({ fileName: "a.png", faces: astronautFaces }),
      { fileName: "bad.jpg", problem: expect.objectContaining({ code, status: definitions[code].status }) },
      expect.objectContaining({ fileName: "b.png", faces: astronautFaces }),
    ]);
  });

  it("exactly at the limits is allowed", async () => {
    const largest = Buffer.concat([astronaut, Buffer.alloc(800 * KiB - astronaut.length)]);
    const { images } = await post(form(["largest.png", largest], ["widest.png", blackPng(1000, 1000)]));
    expect(images).toEqual([
      expect.objectContaining({ faces: astronautFaces }),
      expect.objectContaining({ width: 1000, height: 1000, faces: [] }),
    ]);
  });

  it("a bomb of 30,000 × 30,000 pixels is refused from its header", async () => {
    const bomb = Buffer.from(blackPng(1, 1));
    bomb.writeUInt32BE(30_000, 16);
    bomb.writeUInt32BE(30_000, 20);
    const { images } = await post(bomb, "image/png");
    expect(images).toMatchObject([{ problem: { code: "TOO_MANY_PIXELS", width: 30_000, height: 30_000 } }]);
  });

  it("a raw image that is too large", async () => {
    const { images } = await post(Buffer.alloc(800 * KiB + 1), "image/png");
    expect(images).toMatchObject([{ problem: { code: "IMAGE_TOO_LARGE", maxImageBytes: 800 * KiB } }]);
  });

  it("base64 that is none", async () => {
    const { images } = await post(JSON.stringify({ images: ["*not base64*", "AAAAA"] }), "application/json");
    expect(images).toMatchObject([
      { problem: { code: "UNDECODABLE_IMAGE" } },
      { problem: { code: "UNDECODABLE_IMAGE" } },
    ]);
  });

  it("as an annotated image, the image's problem is the answer", async () => {
    await expectProblem("UNDECODABLE_IMAGE", rocket.subarray(0, 5000), "image/jpeg", "?annotate=true");
  });

  it("file names with paths and other scripts come back as names only", async () => {
    const { images } = await post(
      form(["../../etc/passwd", astronaut], ["..\\win.png", astronaut], ["Ärger 图.png", astronaut]),
    );
    expect((images as { fileName: string }[]).map(({ fileName }) => fileName)).toEqual([
      "passwd",
      "win.png",
      "Ärger 图.png",
    ]);
    const data = "";
    const named = ["../../etc/passwd", "C:\\win.png", ".."].map((fileName) => ({ fileName, data }));
    const inJson = await post(JSON.stringify({ images: [...named, { data }] }), "application/json");
    expect((inJson.images as { fileName: string }[]).map(({ fileName }) => fileName)).toEqual([
      "passwd",
      "win.png",
      null,
      null,
    ]);
  });

  it("ten thousand empty parts", async () => {
    const part = '--b\r\nContent-Disposition: form-data; name="images"; filename="e"\r\n\r\n\r\n';
    const { images } = await post(`${part.repeat(10_000)}--b--\r\n`, "multipart/form-data; boundary=b");
    expect(images).toHaveLength(10_000);
    expect(new Set((images as { problem: { code: string } }[]).map(({ problem }) => problem.code))).toEqual(
      new Set(["EMPTY_IMAGE"]),
    );
  });
});

describe("a request that cannot be read fails as a whole", () => {
  const part = (name: string, content: string) =>
    `--b\r\nContent-Disposition: form-data; name="images"; filename="${name}"\r\n\r\n${content}\r\n`;

  it("no body", () => expectProblem("NO_IMAGE", "", "image/jpeg"));
  it("no media type", () => expectProblem("UNSUPPORTED_MEDIA_TYPE", Buffer.from("x")));
  it("another media type", () => expectProblem("UNSUPPORTED_MEDIA_TYPE", "hello", "text/plain"));
  it("a form without files", () => expectProblem("NO_IMAGE", "--b--\r\n", "multipart/form-data; boundary=b"));
  it("more empty file inputs than a form has", async () => {
    const empty = '--b\r\nContent-Disposition: form-data; name="images"; filename=""\r\n\r\n\r\n';
    const type = "multipart/form-data; boundary=b";
    const { images } = await post(`${empty.repeat(1000)}${part("a", "x")}--b--\r\n`, type);
    expect(images).toMatchObject([{ fileName: "a" }]);
    await expectProblem("TOO_MANY_IMAGES", `${empty.repeat(1001)}--b--\r\n`, type);
  });
  it("a form without a boundary", () => expectProblem("MALFORMED_REQUEST", "x", "multipart/form-data"));
  it("a form with a text field", async () => {
    const data = form(["a.png", astronaut]);
    data.append("minSize", "30");
    expect((await expectProblem("MALFORMED_REQUEST", data)).detail).toContain('"minSize"');
  });
  it("a form cut off in a file", () =>
    expectProblem("MALFORMED_REQUEST", part("a", "xyz").slice(0, -4), "multipart/form-data; boundary=b"));
  it("a form with broken part headers", () =>
    expectProblem("MALFORMED_REQUEST", "--b\r\nnonsense\r\n\r\nx\r\n--b--\r\n", "multipart/form-data; boundary=b"));
  it("one image too many", () =>
    expectProblem("TOO_MANY_IMAGES", `${part("e", "").repeat(10_001)}--b--\r\n`, "multipart/form-data; boundary=b"));
  it("one byte too many, announced", () =>
    expectProblem("REQUEST_TOO_LARGE", Buffer.alloc(4096 * KiB + 1), "image/png"));
  it("one byte too many, unannounced", () => {
    const stream = new Blob([Buffer.alloc(4096 * KiB + 1)]).stream();
    return fetchStream(stream).then(({ status, body }) => {
      expect(status).toBe(413);
      expect(body).toMatchObject({ code: "REQUEST_TOO_LARGE", maxRequestBytes: 4096 * KiB });
    });
  });
  it("JSON that is none", () => expectProblem("MALFORMED_REQUEST", "{", "application/json"));
  it("JSON of another form", () => expectProblem("MALFORMED_REQUEST", '{"photos":[]}', "application/json"));
  it("JSON without images", () => expectProblem("MALFORMED_REQUEST", '{"images":[]}', "application/json"));
  it("JSON that is too large", () =>
    expectProblem("REQUEST_TOO_LARGE", `"${"x".repeat(1200 * KiB)}"`, "application/json"));
  it("several images where one image is the answer", () =>
    expectProblem("INVALID_OPTION", form(["a", astronaut], ["b", astronaut]), undefined, "?annotate=true"));

  it.each([
    "scaleFactor=1",
    "scaleFactor=5",
    "scaleFactor=x",
    "minNeighbors=-1",
    "minNeighbors=101",
    "minNeighbors=1.5",
    "minSize=23",
    "minSize=10001",
    "minSize=",
    "annotate=perhaps",
    "unknown=1",
    "minSize=30&minSize=40",
  ])("option %s", async (option) => {
    const { detail } = await expectProblem("INVALID_OPTION", form(["a", astronaut]), undefined, `?${option}`);
    expect(detail).toContain(option.split("=")[0]);
  });

  async function fetchStream(stream: ReadableStream) {
    const init = {
      method: "POST",
      body: stream,
      headers: { "Content-Type": "image/png" },
      duplex: "half",
    } as RequestInit;
    const response = await fetch(`${service.url}/process`, init);
    return { status: response.status, body: await response.json() };
  }
});

describe("clients that misbehave", () => {
  const { hostname, port } = { hostname: "127.0.0.1", port: () => Number(new URL(service.url).port) };

  it("one that goes away in mid-upload is forgotten", async () => {
    for (let client = 0; client < 20; client++) {
      const socket = connect(port(), hostname);
      await once(socket, "connect");
      socket.write(
        "POST /process HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 99999\r\n\r\n",
      );
      socket.write(`--b\r\nContent-Disposition: form-data; name="images"; filename="a"\r\n\r\n${"x".repeat(3000)}`);
      socket.resetAndDestroy();
    }
    expect(await post(astronaut, "image/png")).toMatchObject({ images: [{ faces: astronautFaces }] });
  });

  it("one that sends slowly delays nobody", async () => {
    const slow = httpRequest(`${service.url}/process`, { method: "POST", headers: { "Content-Type": "image/png" } });
    slow.on("error", () => {});
    slow.write(astronaut.subarray(0, 1000));
    expect(await post(astronaut, "image/png")).toMatchObject({ images: [{ faces: astronautFaces }] });
    slow.destroy();
  });
});

describe("paths and methods", () => {
  it("an unknown path", async () => {
    const response = await fetch(`${service.url}/nothing`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: "NOT_FOUND", detail: "There is nothing at /nothing." });
  });
  it("a known path with another method", async () => {
    const response = await fetch(`${service.url}/process`);
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST, OPTIONS");
    expect(await response.json()).toMatchObject({ code: "METHOD_NOT_ALLOWED" });
  });
  it("a media type nobody can produce", async () => {
    const response = await fetch(`${service.url}/process`, { method: "POST", headers: { Accept: "text/csv" } });
    expect(response.status).toBe(406);
    expect(await response.json()).toMatchObject({ code: "NOT_ACCEPTABLE" });
  });
});
