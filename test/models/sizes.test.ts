/** Faces of all sizes, in images of all sizes and shapes. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Box } from "../../lib/contracts/receipt.ts";
import type { Face as AnyFace, FoundObject } from "../../lib/contracts/results.ts";
import { blackPng, sample } from "../support/images.ts";
import { modelsDir } from "../support/model-files.ts";
import { startModelPool } from "../support/model-pool.ts";
import { cv } from "../support/opencv.ts";
import { goldenImages } from "../support/shared-data.ts";

/** Our own models give all faces a box. */
type Face = AnyFace & { box: Box };

const ALL = ["faces-yunet", "face-encoding", "classify", "objects"];

const scaled = (file: Buffer, factor: number) => {
  const image = cv.imdecode(file, cv.IMREAD_COLOR);
  const [rows, cols] = [Math.round(image.rows * factor), Math.round(image.cols * factor)];
  return cv.imencode(".png", image.resize(rows, cols, 0, 0, factor < 1 ? cv.INTER_AREA : cv.INTER_CUBIC));
};

describe.skipIf(!modelsDir)("images of all sizes", () => {
  let pool: Awaited<ReturnType<typeof startModelPool>>;
  beforeAll(async () => {
    pool = await startModelPool(2);
  });
  afterAll(() => pool.close());
  const facesOf = async (file: Uint8Array, model = "faces-yunet") =>
    ((await pool.analyse(file, [model])).results[model] as unknown as { faces: Face[] }).faces;

  it.each([0.25, 0.5, 2, 4, 6])(
    "finds the face of an image %f times as large, where and as large as it is",
    async (factor) => {
      const [face, another] = await facesOf(scaled(sample("astronaut.png"), factor));
      expect(another).toBeUndefined();
      const inOriginal = face?.box.map((value) => value / factor) as number[];
      for (const [index, value] of [182, 65, 89, 112].entries())
        expect(Math.abs((inOriginal[index] as number) - value)).toBeLessThan(12);
    },
  );

  it("encodes a face much the same at all sizes", async () => {
    const encode = async (factor: number) =>
      (await facesOf(scaled(sample("astronaut.png"), factor), "face-encoding"))[0]?.encoding as number[];
    const reference = await encode(1);
    for (const factor of [0.5, 2, 6]) {
      const cosine = (await encode(factor)).reduce(
        (sum, value, index) => sum + value * (reference[index] as number),
        0,
      );
      console.log(`encoding of the image ${factor} times as large: cosine ${cosine.toFixed(3)}`);
      expect(cosine).toBeGreaterThan(0.9);
    }
  });

  it("finds each face of a crowd once", async () => {
    const image = (path: string) => cv.imdecode(readFileSync(path), cv.IMREAD_COLOR);
    const row = goldenImages().map(({ path }) => image(path));
    const crowd = new cv.Mat(4 * 250, 5 * 250, cv.CV_8UC3);
    for (let y = 0; y < 4; y++)
      for (const [x, portrait] of row.entries())
        portrait.copyTo(crowd.getRegion(new cv.Rect(x * 250, y * 250, 250, 250)));
    const faces = await facesOf(cv.imencode(".png", crowd));
    const tiles = faces.map(
      ({ box: [x, y, w, h] }) => `${Math.floor((x + w / 2) / 250)} ${Math.floor((y + h / 2) / 250)}`,
    );
    expect(new Set(tiles).size).toBe(20);
    expect(faces).toHaveLength(20);
  });

  it.each([
    [1, 1],
    [3, 9000],
    [9000, 3],
    [33, 31],
  ])("takes an image of %i × %i", async (width, height) => {
    const { results } = await pool.analyse(blackPng(width, height), ALL);
    expect(Object.keys(results)).toEqual(ALL);
    const { objects } = results.objects as unknown as { objects: FoundObject[] };
    for (const {
      box: [x, y, w, h],
    } of objects)
      expect(x >= 0 && y >= 0 && x + w <= width && y + h <= height && w > 0 && h > 0).toBe(true);
  });

  it("draws them too", async () => {
    for (const [width, height] of [
      [1, 1],
      [3, 9000],
    ] as const) {
      const { annotated } = await pool.annotate(blackPng(width, height), ALL);
      const drawn = cv.imdecode(Buffer.from(annotated as Uint8Array), cv.IMREAD_COLOR);
      expect(drawn.cols).toBeLessThanOrEqual(2000);
      expect(drawn.rows).toBeLessThanOrEqual(10_000);
      expect(drawn.cols).toBeGreaterThanOrEqual(width);
    }
  });
});
