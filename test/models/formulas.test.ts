/** The pure parts of the models against `vectors.json`, which `reference.py` computed independently. */
import { describe, expect, it } from "vitest";
import { overlap, suppress, toBox } from "../../lib/vision/models/boxes.ts";
import { middleSquare, softmax, topLabels } from "../../lib/vision/models/imagenet-classifier.ts";
import { parseLabels } from "../../lib/vision/models/labels.ts";
import { similarity, toUnit } from "../../lib/vision/models/mobilefacenet.ts";
import { toPlanes } from "../../lib/vision/models/pixels.ts";
import { decodeObjects, suppressByClass } from "../../lib/vision/models/yolox.ts";
import { decodeFaces, looksAt, type Point, unscaled } from "../../lib/vision/models/yunet.ts";
import vectors from "./vectors.json" with { type: "json" };

const MEAN = [123.675, 116.28, 103.53];
const DEVIATION = [58.395, 57.12, 57.375];

function expectNear(actual: ArrayLike<number>, expected: readonly number[], tolerance = 1e-4) {
  expect(actual.length).toBe(expected.length);
  const farthest = Math.max(...expected.map((value, index) => Math.abs(value - (actual[index] as number))));
  expect(farthest).toBeLessThan(tolerance);
}

describe("pixels to planes", () => {
  const { pixels, width, height, bgr, padded, rgbNormalised } = vectors.planes;
  const bytes = Uint8Array.from(pixels);

  it("keeps blue-green-red as it is", () => expectNear(toPlanes(bytes, width, height), bgr));

  it("pads to the right and below with zeros", () =>
    expectNear(toPlanes(bytes, width, height, { paddedWidth: 8, paddedHeight: 4 }), padded));

  it("normalises red-green-blue", () =>
    expectNear(toPlanes(bytes, width, height, { rgb: true, mean: MEAN, deviation: DEVIATION }), rgbNormalised));
});

describe("boxes", () => {
  it("overlap by the share of what they cover together", () => {
    expect(overlap([0, 0, 2, 2], [1, 1, 3, 3])).toBeCloseTo(1 / 7);
    expect(overlap([0, 0, 2, 2], [0, 0, 2, 2])).toBe(1);
    expect(overlap([0, 0, 2, 2], [2, 0, 4, 2])).toBe(0);
  });

  it("that overlap a better one are suppressed, whatever their order", () => {
    const best = { corners: [0, 0, 10, 10], score: 0.9 } as const;
    const near = { corners: [1, 0, 11, 10], score: 0.8 } as const;
    const far = { corners: [20, 0, 30, 10], score: 0.7 } as const;
    expect(suppress([far, near, best], 0.3)).toEqual([best, far]);
    expect(suppress([far, near, best], 0.9)).toEqual([best, near, far]);
  });

  it("are cut off at the image's edges, and none where nothing is left", () => {
    expect(toBox([-3.4, 2.6, 12.2, 50], 10, 20)).toEqual([0, 3, 10, 17]);
    expect(toBox([-9, -9, -1, -1], 10, 20)).toBeUndefined();
    expect(toBox([3.1, 3.1, 3.2, 9], 10, 20)).toBeUndefined();
  });
});

describe("yunet", () => {
  const { width, height, heads, faces } = vectors.yunet;
  const outputs = Object.fromEntries(Object.entries(heads).map(([name, values]) => [name, Float32Array.from(values)]));

  it("decodes its outputs", () => {
    const found = suppress(decodeFaces(outputs, width, height, 0.6), 0.3);
    expect(found.length).toBe(faces.length);
    for (const [index, { corners, score, landmarks }] of faces.entries()) {
      expectNear(found[index]?.corners ?? [], corners);
      expectNear([found[index]?.score ?? 0], [score]);
      expectNear(found[index]?.landmarks.flat() ?? [], landmarks.flat());
    }
  });

  it("refuses a network with other outputs", () => {
    expect(() => decodeFaces({}, 64, 32, 0.6)).toThrow("no output cls_8");
  });

  it("looks once at small images, twice at large ones, and never at more than it may", () => {
    expect(looksAt(250, { maxSide: 1600 })).toEqual([250]);
    expect(looksAt(1000, { maxSide: 1600 })).toEqual([416, 1000]);
    expect(looksAt(9000, { maxSide: 1600 })).toEqual([416, 1600]);
    expect(looksAt(9000, { size: 640 })).toEqual([640]);
  });

  it("gives faces in the image's own pixels", () => {
    const face = { corners: [2, 4, 6, 8], score: 1, landmarks: [[2, 4]] } as const;
    expect(unscaled(face, 0.5, 0.25)).toEqual({ corners: [4, 16, 12, 32], score: 1, landmarks: [[4, 16]] });
  });
});

describe("mobilefacenet", () => {
  it("aligns by the least-squares similarity", () => {
    const { landmarks, matrix } = vectors.similarity;
    const found = similarity(landmarks as unknown as Point[]);
    expectNear(found.flat(), matrix.flat(), 1e-6);
  });

  it("gives vectors of length 1", () => {
    const { values, vector } = vectors.unit;
    expectNear(toUnit(Float32Array.from(values)), vector, 1e-6);
  });
});

describe("imagenet-classifier", () => {
  it("makes probabilities of logits, of large ones too", () => {
    const { logits, probabilities } = vectors.softmax;
    expectNear(softmax(logits), probabilities, 1e-8);
    expect(softmax([1000, 1000])).toEqual([0.5, 0.5]);
  });

  it("names the most probable classes, best first", () => {
    const labels = parseLabels("n01440764 tench, Tinca tinca\nn01443537 goldfish\nplain name\n");
    expect(topLabels([0.2, 0.5, 0.3], labels, 2)).toEqual([
      { label: "goldfish", wnid: "n01443537", score: 0.5 },
      { label: "plain name", score: 0.3 },
    ]);
  });

  it("takes the middle square", () => {
    expect(middleSquare(512, 256, 224, 256)).toEqual({ x: 144, y: 16, side: 224 });
    expect(middleSquare(1, 9000, 224, 256)).toEqual({ x: 0, y: 4499, side: 1 });
  });
});

describe("yolox", () => {
  it("decodes its output, and suppresses within each class", () => {
    const { size, classes, output, objects } = vectors.yolox;
    const found = suppressByClass(decodeObjects(Float32Array.from(output), size, classes, 0.5), 0.45);
    expect(found.map(({ classIndex }) => classIndex)).toEqual(objects.map((object) => object.class));
    for (const [index, { score, corners }] of objects.entries()) {
      expectNear([found[index]?.score ?? 0], [score]);
      expectNear(found[index]?.corners ?? [], corners);
    }
  });
});
