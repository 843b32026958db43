/** The pure parts of the models against `vectors.json`, which `reference.py` computed independently. */
import { describe, expect, it } from "vitest";
import { similarity } from "../../lib/vision/models/alignment.ts";
import { toBox } from "../../lib/vision/models/boxes.ts";
import { softmax, topLabels } from "../../lib/vision/models/classifier.ts";
import { passesOf } from "../../lib/vision/models/face-detector.ts";
import { toUnit } from "../../lib/vision/models/face-encoder.ts";
import type { Point } from "../../lib/vision/models/geometry.ts";
import type { ImageInput, TensorInput } from "../../lib/vision/models/input.ts";
import { parseLabels } from "../../lib/vision/models/labels.ts";
import { decodeYolox } from "../../lib/vision/models/layouts/yolox.ts";
import { decodeYunet } from "../../lib/vision/models/layouts/yunet.ts";
import { toTensor } from "../../lib/vision/models/pixels.ts";
import { placementOf } from "../../lib/vision/models/preprocessing.ts";
import { overlap, suppress, suppressByClass } from "../../lib/vision/models/suppression.ts";
import vectors from "./vectors.json" with { type: "json" };

const MEAN = [123.675, 116.28, 103.53];
const DEVIATION = [58.395, 57.12, 57.375];

function expectNear(actual: ArrayLike<number>, expected: readonly number[], tolerance = 1e-4) {
  expect(actual.length).toBe(expected.length);
  const farthest = Math.max(...expected.map((value, index) => Math.abs(value - (actual[index] as number))));
  expect(farthest).toBeLessThan(tolerance);
}

const plain: TensorInput = { colors: "bgr", mean: [0, 0, 0], deviation: [1, 1, 1], axes: "nchw" };

describe("pixels to the values of an input", () => {
  const { pixels, width, height, bgr, padded, rgbNormalised } = vectors.planes;
  const bytes = Uint8Array.from(pixels);
  const normalised: TensorInput = { ...plain, colors: "rgb", mean: MEAN, deviation: DEVIATION };

  it("keeps blue-green-red as it is", () => expectNear(toTensor(bytes, { width, height }, plain), bgr));

  it("pads to the right and below", () => {
    const frame = { width: 8, height: 4, left: 0, top: 0 };
    expectNear(toTensor(bytes, { width, height, frame }, plain), padded);
  });

  it("normalises red-green-blue", () => expectNear(toTensor(bytes, { width, height }, normalised), rgbNormalised));

  it("puts the image into the middle of padding, which is normalised as pixels are", () => {
    const frame = { width: 7, height: 6, left: 1, top: 2 };
    const values = toTensor(bytes, { width, height, frame, padding: 114 }, normalised);
    for (const [channel, mean] of MEAN.entries()) {
      const at = (x: number, y: number) => values[channel * 42 + y * 7 + x] as number;
      const beside = (114 - mean) / (DEVIATION[channel] as number);
      for (const [x, y] of [
        [0, 0],
        [6, 5],
        [0, 2],
        [6, 2],
        [1, 1],
        [1, 5],
      ] as const)
        expect(at(x, y)).toBeCloseTo(beside, 5);
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          expect(at(x + 1, y + 2)).toBeCloseTo(rgbNormalised[channel * width * height + y * width + x] as number, 4);
    }
  });

  it("interleaves the channels", () => {
    const area = width * height;
    const interleaved = Array.from({ length: 3 * area }, (_, index) => bgr[(index % 3) * area + Math.floor(index / 3)]);
    expectNear(toTensor(bytes, { width, height }, { ...plain, axes: "nhwc" }), interleaved as number[]);
    const frame = { width: width + 1, height, left: 1, top: 0 };
    const values = toTensor(bytes, { width, height, frame, padding: 9 }, { ...plain, axes: "nhwc" });
    expect(Array.from(values.subarray(0, 6))).toEqual([9, 9, 9, ...interleaved.slice(0, 3)]);
  });
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
    expect(suppress([far, near, best], 0.3, () => {})).toEqual([best, far]);
    expect(suppress([far, near, best], 0.9, () => {})).toEqual([best, near, far]);
  });

  it("are cut off at the image's edges, and none where nothing is left", () => {
    expect(toBox([-3.4, 2.6, 12.2, 50], 10, 20)).toEqual([0, 3, 10, 17]);
    expect(toBox([-9, -9, -1, -1], 10, 20)).toBeUndefined();
    expect(toBox([3.1, 3.1, 3.2, 9], 10, 20)).toBeUndefined();
  });
});

const asOutputs = (heads: Record<string, number[]>, columns: (name: string) => number) =>
  Object.entries(heads).map(([name, values]) => ({
    name,
    shape: [1, values.length / columns(name), columns(name)],
    values: Float32Array.from(values),
  }));

describe("the layout yunet", () => {
  const { width, height, heads, faces } = vectors.yunet;
  const outputs = asOutputs(heads, (name) => (name.startsWith("kps") ? 10 : name.startsWith("bbox") ? 4 : 1));

  it("decodes its outputs", () => {
    const found = suppress(decodeYunet(outputs, { width, height }, 0.6), 0.3, () => {});
    expect(found.length).toBe(faces.length);
    for (const [index, { corners, score, landmarks }] of faces.entries()) {
      expectNear(found[index]?.corners ?? [], corners);
      expectNear([found[index]?.score ?? 0], [score]);
      expectNear(found[index]?.landmarks?.flat() ?? [], landmarks.flat());
    }
  });
});

describe("passes over an image", () => {
  const input: ImageInput = {
    ...plain,
    fit: "scale-down",
    maxSide: 1600,
    stride: 32,
    padding: 0,
    resampling: "area",
  };
  const coarsePass = { maxSide: 416, largestFace: 256 };
  const sidesOf = (longest: number, manifest: Parameters<typeof passesOf>[1]) =>
    passesOf(longest, manifest).map((pass) => placementOf(longest, 100, pass.input).scaled.width);

  it("are one for small images, two for large ones, and never at more than they may", () => {
    expect(sidesOf(250, { input, coarsePass })).toEqual([250]);
    expect(sidesOf(1000, { input, coarsePass })).toEqual([416, 1000]);
    expect(sidesOf(9000, { input, coarsePass })).toEqual([416, 1600]);
    expect(sidesOf(9000, { input })).toEqual([1600]);
    expect(passesOf(3200, { input, coarsePass })[1]?.largestFace).toBe(512);
  });
});

describe("a face encoder", () => {
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

describe("a classifier", () => {
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
});

describe("the layout yolox", () => {
  it("decodes its output, and suppresses within each class", () => {
    const { size, classes, output, objects } = vectors.yolox;
    const outputs = asOutputs({ output }, () => 5 + classes);
    const found = suppressByClass(decodeYolox(outputs, { width: size, height: size }, classes, 0.5), 0.45, () => {});
    expect(found.map(({ classIndex }) => classIndex)).toEqual(objects.map((object) => object.class));
    for (const [index, { score, corners }] of objects.entries()) {
      expectNear([found[index]?.score ?? 0], [score]);
      expectNear(found[index]?.corners ?? [], corners);
    }
  });
});
