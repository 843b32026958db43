/** Files with which the service failed, each with its right answer: see test-data/README.md. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { astronautFaces, sample } from "../support/images.ts";
import { type RunningService, startService } from "../support/service.ts";

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const file = (name: string) => readFileSync(join(import.meta.dirname, "../../test-data/cases", name));

async function post(body: BodyInit, path = "/process", headers: Record<string, string> = {}) {
  const response = await fetch(service.url + path, { method: "POST", body, headers });
  return { status: response.status, body: (await response.json()) as { images: Record<string, unknown>[] } };
}

/** One row of black pixels, of one bit each. */
function blackRow(width: number) {
  const pixels = Buffer.alloc(4 * Math.ceil(width / 32));
  const header = Buffer.alloc(62);
  header.write("BM");
  for (const [offset, value] of [
    [2, header.length + pixels.length],
    [10, header.length], // where the pixels begin
    [14, 40], // length of the header behind these 14 bytes
    [18, width],
    [22, 1], // height
    [26, 0x1_0001], // one plane, one bit
    [46, 2], // colours of the palette, both black
  ] as const)
    header.writeUInt32LE(value, offset);
  return Buffer.concat([header, pixels]);
}

/** In the middle of a form, between images that must not suffer. */
async function processed(name: string) {
  const form = new FormData();
  for (const [fileName, bytes] of [
    ["a.png", sample("astronaut.png")],
    [name, file(name)],
    ["b.png", sample("astronaut.png")],
  ] as const)
    form.append("images", new Blob([bytes]), fileName);
  const { status, body } = await post(form);
  expect(status).toBe(200);
  expect(body.images.map(({ fileName }) => fileName)).toEqual(["a.png", name, "b.png"]);
  expect(body.images[0]).toMatchObject({ faces: astronautFaces });
  expect(body.images[2]).toMatchObject({ faces: astronautFaces });
  return body.images[1] as Record<string, unknown>;
}

describe("is refused by itself, and ends nothing", () => {
  it.each([
    ["crash-1048577x1-header-only.bmp", "UNDECODABLE_IMAGE", "cut off"],
    ["crash-two-sizes.jpg", "TOO_MANY_PIXELS", "9000"],
    ["tiff-dup-small-last.tif", "UNDECODABLE_IMAGE", "more than once"],
    ["jpeg-sof9.jpg", "UNDECODABLE_IMAGE", "two frame headers"],
    ["crash-webp-exif.webp", "UNDECODABLE_IMAGE", "disagree"],
    ["crash-tiff-mutated.tif", "UNSUPPORTED_MEDIA_TYPE", "floating-point"],
    ["jpeg-200-empty-scans.jpg", "IMAGE_TOO_COMPLEX", "scans"],
    ["tiff-damaged-zip.tif", "UNDECODABLE_IMAGE", "damaged"],
  ])("%s", async (name, code, detail) => {
    const { problem } = await processed(name);
    expect(problem).toMatchObject({ code, detail: expect.stringContaining(detail) });
    expect((problem as { status: number }).status).toBeLessThan(500);
    expect(service.process.exitCode).toBeNull();
  });
});

describe("is read as any viewer reads it", () => {
  it.each([
    ["jpeg-plain.jpg", 512, 512, [[171, 61, 107, 107]]],
    ["jpeg-2-extraneous-bytes.jpg", 512, 512, [[171, 61, 107, 107]]],
    ["jpeg-fill-bytes.jpg", 512, 512, [[171, 61, 107, 107]]],
    ["orientation-exif-first.jpg", 512, 512, [[170, 61, 108, 108]]],
    ["orientation-xmp-first.jpg", 512, 512, [[170, 61, 108, 108]]],
    ["bmp-os2.bmp", 320, 256, undefined],
    ["tiff-big.tif", 320, 256, undefined],
  ])("%s", async (name, width, height, faces) => {
    expect(await processed(name)).toMatchObject({ width, height, faces: faces ?? expect.any(Array) });
  });

  it("an animated WebP by its first frame", async () => {
    const { problem, width, faces } = await processed("webp-animated.webp");
    expect(problem).toBeUndefined();
    expect(width).toBeGreaterThan(0);
    expect(faces).toEqual(expect.any(Array));
  });
});

describe("an annotated image", () => {
  const annotate = (accept: string, query = "?annotate=true", body = file("wide-70000x200.png")) =>
    fetch(`${service.url}/process${query}`, {
      method: "POST",
      body,
      headers: { "Content-Type": "application/octet-stream", Accept: accept },
    });

  it("that is wider than a JPEG can be is refused as such", async () => {
    const response = await annotate("image/jpeg");
    expect(response.status).toBe(406);
    expect(await response.json()).toMatchObject({ code: "NOT_ACCEPTABLE", detail: expect.stringContaining("65500") });
  });

  it.each(["image/png", "image/jpeg, image/png;q=0.5", "image/jpeg, */*;q=0.5"])(
    "comes as a PNG: %s",
    async (accept) => {
      const response = await annotate(accept);
      expect({ status: response.status, type: response.headers.get("content-type") }).toEqual({
        status: 200,
        type: "image/png",
      });
      const png = Buffer.from(await response.arrayBuffer());
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([70_000, 200]);
    },
  );

  it("comes as JSON where the client prefers that to a PNG", async () => {
    const response = await annotate("image/jpeg, application/json;q=0.5, image/png;q=0.1", "");
    expect(response.status).toBe(200);
    const { images } = (await response.json()) as { images: object[] };
    expect(images).toEqual([expect.objectContaining({ width: 70_000, height: 200, faces: [] })]);
    expect(images[0]).not.toHaveProperty("annotated");
  });

  describe("that is wider than a PNG can be", () => {
    const width = 1_000_001;
    const wide = blackRow(width);

    it.each(["image/png", "image/jpeg, image/png"])("is refused as such: %s", async (accept) => {
      for (const query of ["?annotate=true", "", "?annotate=true&models=faces-haar"]) {
        const response = await annotate(accept, query, wide);
        expect(response.status).toBe(406);
        expect(await response.json()).toMatchObject({
          code: "NOT_ACCEPTABLE",
          detail: expect.stringContaining("1000000"),
        });
      }
    });

    it("comes as JSON where the client takes that too", async () => {
      const response = await annotate("image/png, application/json;q=0.1", "", wide);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ images: [{ width, height: 1, faces: [] }] });
    });
  });
});
