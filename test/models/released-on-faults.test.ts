/**
 * Whatever fails on the way of an image, its Mats are released: each operation of OpenCV is made to fail, one after the
 * other, and no Mat may have its pixels left.
 */
import { afterAll, describe, expect, it } from "vitest";
import type { ModelResult } from "../../lib/contracts/results.ts";
import { drawResults } from "../../lib/vision/annotation.ts";
import { InputImage } from "../../lib/vision/input-image.ts";
import { openCatalog } from "../../lib/vision/models/catalog.ts";
import { ModelRegistry } from "../../lib/vision/models/registry.ts";
import { openNetwork } from "../../lib/vision/models/runtime.ts";
import { selfCheckFile } from "../../lib/vision/self-check.ts";
import { orientedAstronaut, sample } from "../support/images.ts";
import { MatWatch } from "../support/mat-watch.ts";
import { modelsDir } from "../support/model-files.ts";
import { cv } from "../support/opencv.ts";

const astronaut = sample("astronaut.png");
// Its face is so large that it is scaled down before it is aligned.
const large = cv.imencode(".jpg", cv.imdecode(astronaut, cv.IMREAD_COLOR).resize(1536, 1536));

const watch = new MatWatch();
afterAll(() => watch.restore());

/** @returns how many operations there were, of which each was made to fail. */
async function expectNothingLeft(work: () => unknown): Promise<number> {
  const left = await watch.leftByFaults(work);
  expect(left).toEqual(left.map(() => 0));
  return left.length - 1;
}

async function withImage(file: Buffer, work: (image: InputImage) => unknown): Promise<void> {
  const image = new InputImage(watch.cv, file, Number.POSITIVE_INFINITY);
  try {
    await work(image);
  } finally {
    image.release();
  }
}

/** An animation whose first frame is smaller than its canvas. */
function animatedWebp(): Buffer {
  const chunk = (name: string, ...data: Uint8Array[]) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(data.reduce((sum, { length }) => sum + length, 0));
    return Buffer.concat([Buffer.from(name, "latin1"), length, ...data]);
  };
  const sizes = (...numbers: number[]) => {
    const field = Buffer.alloc(3 * numbers.length);
    for (const [index, number] of numbers.entries()) field.writeUIntLE(number, 3 * index, 3);
    return field;
  };
  const frame = cv.imencode(".webp", new cv.Mat(20, 30, cv.CV_8UC3), [cv.IMWRITE_WEBP_QUALITY, 101]).subarray(12);
  const body = [
    chunk("VP8X", Buffer.from([0x02, 0, 0, 0]), sizes(99, 79)),
    chunk("ANIM", Buffer.alloc(6)),
    chunk("ANMF", sizes(1, 2, 29, 19, 100), Buffer.from([0]), frame),
  ];
  return chunk("RIFF", Buffer.from("WEBP"), ...body);
}

describe("a fault leaves no Mat", () => {
  it.each([
    ["a file as it is stored", astronaut, 1],
    ["a mirrored file", orientedAstronaut("jpeg", 2), 2],
    ["a file on its side", orientedAstronaut("jpeg", 5), 2],
    ["a file on its side and mirrored", orientedAstronaut("jpeg", 6), 3],
    ["a frame of an animation", animatedWebp(), 2],
  ])("of decoding %s", async (_name, file, operations) => {
    const decode = () => withImage(file, (image) => image.decodeGrey().release());
    expect(await expectNothingLeft(decode)).toBe(operations);
  });

  it.each([
    ["one that is enlarged for it", animatedWebp()],
    ["one that is not", astronaut],
  ])("of drawing results in an image: %s", async (_name, file) => {
    const box = [20, 20, 30, 30] as [number, number, number, number];
    const version = "1";
    const results: ModelResult[] = [
      { version, faces: [{ box, score: 0.9, landmarks: [[25, 25]] }] },
      { version, objects: [{ box, label: "cat", score: 0.8 }] },
      { version, labels: [{ label: "tabby, cat", score: 0.7 }] },
    ];
    const drawn = (some: readonly ModelResult[]) => () =>
      withImage(file, (image) => drawResults(watch.cv, image.color, some, () => {}).release());
    expect(await expectNothingLeft(drawn(results))).toBeGreaterThan(15);
    const withoutStrip = drawn(results.slice(0, 2));
    expect(await expectNothingLeft(withoutStrip)).toBeGreaterThan(10);
  });

  it.skipIf(!modelsDir)("of a model's preparing an image", { timeout: 120_000 }, async () => {
    const catalog = await openCatalog({ modelsDir: modelsDir as string, modelsManifest: "", models: "" });
    const network = async (path: string) => openNetwork(await import("onnxruntime-node"), path, 1);
    const registry = await ModelRegistry.load(
      { cv: watch.cv, openNetwork: network },
      catalog.loadable,
      selfCheckFile(),
    );
    expect(registry.unavailable).toEqual({});
    for (const model of ["faces-yunet", "face-encoding", "classify", "objects"])
      for (const file of [astronaut, large]) {
        const run = () => withImage(file, (image) => registry.run(model, image, {}, () => {}));
        expect(await expectNothingLeft(run), model).toBeGreaterThan(2);
      }
  });

  it("is noticed by this test", async () => {
    const leak = () => withImage(astronaut, (image) => image.decodeGrey().transpose());
    expect(await watch.leftByFaults(leak)).toEqual([0, 1, 2]);
  });
});
