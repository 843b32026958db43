import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { astronautFaces, type OrientedFormat, orientedAstronaut, plainOpenCvFaces, sample } from "../support/images.ts";
import { cv } from "../support/opencv.ts";
import { type RunningService, startService } from "../support/service.ts";
import { goldenImages } from "../support/shared-data.ts";

let service: RunningService;
beforeAll(async () => {
  // One test sends many requests at once, on a machine of any speed.
  service = await startService({ MAX_WAIT_MS: "3600000", IMAGE_TIMEOUT_MS: "600000" });
});
afterAll(() => service.stop());

interface Answer {
  readonly model: string;
  readonly images: readonly {
    readonly fileName: string | null;
    readonly sha256: string;
    readonly width: number;
    readonly height: number;
    readonly faces: number[][];
    readonly timings: Record<string, number>;
    readonly problem?: { readonly code: string };
  }[];
}

async function post(body: RequestInit["body"], headers: Record<string, string> = {}, query = ""): Promise<Answer> {
  const response = await fetch(`${service.url}/process${query}`, { method: "POST", body: body ?? null, headers });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

function form(files: readonly { name: string; bytes: Uint8Array<ArrayBuffer> }[], field = "images"): FormData {
  const data = new FormData();
  for (const { name, bytes } of files) data.append(field, new Blob([bytes]), name);
  return data;
}

const golden = goldenImages().map((image) => ({ ...image, bytes: readFileSync(image.path) }));

describe("the golden images give exactly the expected boxes", () => {
  it.each(golden)("one by one: $name", async ({ name, bytes, faces }) => {
    const { images } = await post(form([{ name, bytes }]));
    expect(images).toEqual([expect.objectContaining({ fileName: name, faces, width: 250, height: 250 })]);
  });

  it.each(["images", "image_files", "image", "file", "files"])("all in one request, field %s", async (field) => {
    const { images } = await post(form(golden, field));
    expect(images.map(({ fileName, faces }) => ({ name: fileName, faces }))).toEqual(
      golden.map(({ name, faces }) => ({ name, faces })),
    );
  });

  it.each(golden)("raw: $name", async ({ bytes, faces }) => {
    const { images } = await post(bytes, { "Content-Type": "image/jpeg" });
    expect(images).toEqual([expect.objectContaining({ fileName: null, faces })]);
  });

  it("as base64 in JSON, with and without a name", async () => {
    const images = golden.map(({ name, bytes }, index) =>
      index % 2 ? bytes.toString("base64") : { fileName: name, data: bytes.toString("base64") },
    );
    const answer = await post(JSON.stringify({ images }), { "Content-Type": "application/json" });
    expect(answer.images.map(({ faces }) => faces)).toEqual(golden.map(({ faces }) => faces));
  });

  it("many at once, each in its own request", async () => {
    const many = Array.from({ length: 60 }, (_, index) => golden[index % golden.length] as (typeof golden)[number]);
    const answers = await Promise.all(many.map(({ name, bytes }) => post(form([{ name, bytes }]))));
    expect(answers.map(({ images }) => images[0]?.faces)).toEqual(many.map(({ faces }) => faces));
  });

  it("two hundred in one request, in the order of upload", async () => {
    const many = Array.from({ length: 200 }, (_, index) => golden[index % golden.length] as (typeof golden)[number]);
    const { images } = await post(form(many));
    expect(images.map(({ faces }) => faces)).toEqual(many.map(({ faces }) => faces));
  });
});

describe("receipts", () => {
  it("name the file, its hash, its size and the time each step took", async () => {
    const { model, images } = await post(form([{ name: "astronaut.png", bytes: sample("astronaut.png") }]));
    expect(model).toBe("faces-haar");
    expect(images).toEqual([
      {
        fileName: "astronaut.png",
        sha256: "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
        width: 512,
        height: 512,
        faces: astronautFaces,
        timings: { queueMs: expect.any(Number), decodeMs: expect.any(Number), inferenceMs: expect.any(Number) },
      },
    ]);
    expect(images[0]?.timings.inferenceMs).toBeGreaterThan(0);
  });

  it("follow the options of the query", async () => {
    const bytes = sample("astronaut.png");
    const detect = async (query: string) => (await post(form([{ name: "a", bytes }]), {}, query)).images[0]?.faces;
    expect(await detect("?minSize=200")).toEqual([]);
    expect(await detect("?minNeighbors=0&scaleFactor=1.3")).not.toEqual(astronautFaces);
    expect(await detect("?minNeighbors=6&scaleFactor=1.1&minSize=96")).toEqual(astronautFaces);
  });
});

describe("orientation", () => {
  const upright = plainOpenCvFaces(cv.imencode(".png", cv.imdecode(sample("astronaut.png"), cv.IMREAD_COLOR)));
  const cases = (["jpeg", "png", "webp", "tiff"] as const).flatMap((format: OrientedFormat) =>
    [1, 2, 3, 4, 5, 6, 7, 8].map((orientation) => ({ format, orientation })),
  );
  it.each(cases)("boxes are in the displayed image: $format, EXIF $orientation", async ({ format, orientation }) => {
    const { images } = await post(orientedAstronaut(format, orientation), { "Content-Type": `image/${format}` });
    const faces = images[0]?.faces ?? [];
    expect(faces).toHaveLength(1);
    // JPEG is lossy: an image that was stored turned differs a little from one that was not.
    const tolerance = format === "jpeg" ? 2 : 0;
    for (const [index, expected] of (upright[0] ?? []).entries())
      expect(Math.abs((faces[0]?.[index] ?? Number.NaN) - expected)).toBeLessThanOrEqual(tolerance);
  });
});

describe("formats", () => {
  it.each([".jpg", ".png", ".webp", ".bmp", ".tiff"])("%s", async (extension) => {
    const image = cv.imdecode(sample("astronaut.png"), cv.IMREAD_COLOR);
    const file = cv.imencode(extension, image);
    const { images } = await post(Buffer.from(file), { "Content-Type": "image/x-anything" });
    expect(images).toEqual([expect.objectContaining({ width: 512, height: 512, faces: plainOpenCvFaces(file) })]);
  });
});

describe("annotated images", () => {
  const bytes = sample("astronaut.png");
  const annotated = async (query: string, accept?: string) => {
    const headers = accept ? { Accept: accept } : {};
    const response = await fetch(`${service.url}/process${query}`, {
      method: "POST",
      body: form([{ name: "a", bytes }]),
      headers,
    });
    return { type: response.headers.get("content-type"), body: Buffer.from(await response.arrayBuffer()) };
  };

  it.each([
    ["?annotate=true", undefined, "image/png"],
    ["?annotate=true", "image/jpeg", "image/jpeg"],
    ["", "image/png", "image/png"],
    ["", "image/jpeg;q=0.5, image/png;q=0.4", "image/jpeg"],
  ])("%s, Accept: %s", async (query, accept, expected) => {
    const { type, body } = await annotated(query, accept);
    expect(type).toBe(expected);
    const image = cv.imdecode(body, cv.IMREAD_COLOR);
    expect([image.cols, image.rows]).toEqual([512, 512]);
    // The frame stands where the face was found, and the rest of the image is as it was.
    const [blue, green, red] = image.atRaw(61, 224) as unknown as number[];
    expect(green).toBeGreaterThan(150);
    expect(Math.max(blue ?? 255, red ?? 255)).toBeLessThan(120);
  });
});
