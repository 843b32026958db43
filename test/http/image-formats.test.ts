/**
 * What phones and browsers send beside JPEG, PNG and WebP: read like any other image, on every route that takes one.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { astronautFaces } from "../support/images.ts";
import { type RunningService, startService } from "../support/service.ts";

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const file = (name: string) => readFileSync(join(import.meta.dirname, "../../test-data/formats", name));

async function process(name: string) {
  const response = await fetch(`${service.url}/process`, {
    method: "POST",
    body: file(name),
    headers: { "Content-Type": "image/*" },
  });
  expect(response.status).toBe(200);
  const { images } = (await response.json()) as { images: { width: number; height: number; faces: number[][] }[] };
  return images[0];
}

/** Area that two boxes share, of the area that they cover. */
function overlap([ax, ay, aw, ah]: number[], [bx, by, bw, bh]: number[]): number {
  const [x, y, w, h] = [ax, ay, aw, ah] as [number, number, number, number];
  const [u, v, s, t] = [bx, by, bw, bh] as [number, number, number, number];
  const shared =
    Math.max(0, Math.min(x + w, u + s) - Math.max(x, u)) * Math.max(0, Math.min(y + h, v + t) - Math.max(y, v));
  return shared / (w * h + s * t - shared);
}

describe("an image in another format has the face at the same place", () => {
  it.each([
    ["astronaut.heic", 512],
    ["astronaut.avif", 512],
    ["astronaut.gif", 512],
  ])("%s", async (name, side) => {
    const [face] = astronautFaces as [number[]];
    const expected = face.map((value) => (value * side) / 512);
    const image = await process(name);
    expect(image).toMatchObject({ width: side, height: side });
    expect(image?.faces).toHaveLength(1);
    // Another decoder, and a lossy one: not the same pixels.
    expect(overlap(image?.faces[0] as number[], expected)).toBeGreaterThan(0.9);
  });
});

describe("the file's own transformations are applied", () => {
  it.each([
    ["rotated.avif", 45, 67],
    ["cropped-turned.heic", 20, 40],
    ["grid.heic", 130, 90],
    ["animated.webp", undefined, undefined],
    ["animated-alpha.webp", undefined, undefined],
    ["arithmetic.jpg", 67, 45],
    ["restart-markers.jpg", 67, 45],
    ["progressive.jpg", 67, 45],
  ])("%s", async (name, width, height) => {
    const image = await process(name);
    expect(image).toMatchObject({ faces: [], ...(width && { width, height }) });
  });

  it("in the annotated image too", async () => {
    const response = await fetch(`${service.url}/process`, {
      method: "POST",
      body: file("rotated.avif"),
      headers: { "Content-Type": "image/avif", Accept: "image/png" },
    });
    const png = Buffer.from(await response.arrayBuffer());
    expect([response.status, png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([200, 45, 67]);
  });
});

it("a cut-off file of each format is refused as such", async () => {
  for (const name of ["astronaut.heic", "astronaut.avif", "astronaut.gif"]) {
    const whole = file(name);
    const response = await fetch(`${service.url}/process`, {
      method: "POST",
      body: whole.subarray(0, whole.length >> 1),
      headers: { "Content-Type": "image/*" },
    });
    const { images } = (await response.json()) as { images: object[] };
    expect(images, name).toMatchObject([{ problem: { code: "UNDECODABLE_IMAGE" } }]);
  }
});

it("a file whose coded data are far larger than its header says is refused before they are decoded", async () => {
  const peakMiB = () =>
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${service.process.pid}/status`, "utf8"))?.[1]) / 1024;
  const before = peakMiB();
  // 100 × 100 in the header, 8192 × 8192 in the data: decoded, that takes 400 MB.
  for (const name of ["oversized.heic", "oversized.avif"]) {
    const response = await fetch(`${service.url}/process`, {
      method: "POST",
      body: file(name),
      headers: { "Content-Type": "image/*" },
    });
    const { images } = (await response.json()) as { images: object[] };
    const detail = expect.stringContaining("header says 100 × 100, its coded data 8192 × 8192");
    expect(images, name).toMatchObject([{ problem: { code: "UNDECODABLE_IMAGE", detail } }]);
  }
  expect(peakMiB() - before).toBeLessThan(100);
});

it("a job takes them too", async () => {
  const form = new FormData();
  for (const name of ["astronaut.heic", "astronaut.avif", "astronaut.gif"])
    form.append("images", new Blob([file(name)]), name);
  const created = await fetch(`${service.url}/v1/jobs`, { method: "POST", body: form });
  const results = await fetch(`${service.url}${created.headers.get("location")}/results?wait=60`);
  const { items } = (await results.json()) as { items: { state: string; result: { faces: object[] } }[] };
  expect(items.map(({ state, result }) => [state, result.faces.length])).toEqual([
    ["done", 1],
    ["done", 1],
    ["done", 1],
  ]);
});
