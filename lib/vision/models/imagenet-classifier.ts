/**
 * Kind `imagenet-classifier`: classifies an image into the network's classes.
 *
 * Source: the evaluation of the classifiers of torchvision and the ONNX model zoo: short side 256 pixels, centre crop
 * 224 × 224, red-green-blue, ImageNet mean and deviation.
 */
import type { LabelScore } from "../../contracts/results.ts";
import { pixelsOf, scoped } from "../memory.ts";
import type { Mat, OpenCv } from "../opencv.ts";
import { rounded } from "./boxes.ts";
import { type Label, readLabels } from "./labels.ts";
import type { ManifestOf } from "./manifest.ts";
import { toPlanes } from "./pixels.ts";
import { type LoadableModel, type Runner, type Runtime, soleOutput } from "./runtime.ts";

const DEFAULT_TOP_K = 5;

/** Converts logits to probabilities. */
export function softmax(logits: ArrayLike<number>): number[] {
  const values = Array.from(logits);
  const largest = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  // Shifted for numerical stability: the largest power is 1.
  const powers = values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** The most probable classes, best first. */
export function topLabels(probabilities: readonly number[], labels: readonly Label[], count: number): LabelScore[] {
  return probabilities
    .map((score, index) => ({ score, index }))
    .sort((a, b) => b.score - a.score)
    .slice(0, count)
    .map(({ score, index }) => ({ ...(labels[index] as Label), score: rounded(score) }));
}

/** The centre square that has `size` pixels when the short side is scaled to `resize`. */
export function middleSquare(width: number, height: number, size: number, resize: number) {
  const side = Math.max(1, Math.round((Math.min(width, height) * size) / resize));
  return { x: Math.floor((width - side) / 2), y: Math.floor((height - side) / 2), side };
}

export async function loadImagenetClassifier(runtime: Runtime, model: LoadableModel): Promise<Runner> {
  const { input } = model.manifest as ManifestOf<"imagenet-classifier">;
  const { size, mean, deviation } = input;
  const labels = readLabels(model.paths.labels as string);
  const network = await runtime.openNetwork(model.paths.model as string);
  return {
    network,
    async run({ color }, { topK = DEFAULT_TOP_K }) {
      const planes = pixelsOf(cutMiddle(runtime.cv, color, input), (pixels) =>
        toPlanes(pixels, size, size, { rgb: true, mean, deviation }),
      );
      const probabilities = await network.run(planes, size, size, (outputs) => softmax(soleOutput(outputs)));
      if (probabilities.length !== labels.length)
        throw new Error(`The network has ${probabilities.length} classes, its file of labels ${labels.length}.`);
      return { labels: topLabels(probabilities, labels, topK) };
    },
  };
}

/** Crop first: scaling a whole long, narrow image would take far more memory than the image itself. */
function cutMiddle(cv: OpenCv, color: Mat, { size, resize }: ManifestOf<"imagenet-classifier">["input"]): Mat {
  const { x, y, side } = middleSquare(color.cols, color.rows, size, resize);
  using region = scoped(color.getRegion(new cv.Rect(x, y, side, side)));
  return region.resize(size, size, 0, 0, side > size ? cv.INTER_AREA : cv.INTER_LINEAR);
}
