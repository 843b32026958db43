/** Kind `face-encoder`: a vector for each face. Vectors of the same person are close. */
import type { Box } from "../../contracts/receipt.ts";
import type { Face } from "../../contracts/results.ts";
import { pixelsOf } from "../memory.ts";
import type { Mat } from "../opencv.ts";
import { ALIGNED_SIDE, align } from "./alignment.ts";
import { rounded, toBox } from "./boxes.ts";
import type { ManifestOf } from "./entry.ts";
import type { FaceDetector } from "./face-detector.ts";
import { faceQuality } from "./face-quality.ts";
import type { Point } from "./geometry.ts";
import { checkInput, shapeOf } from "./input-shape.ts";
import { type Outputs, shapeMismatch, soleOutput } from "./layouts/outputs.ts";
import { toTensor } from "./pixels.ts";
import type { LoadableModel, Runner, Runtime } from "./runtime.ts";

const SIZE = { width: ALIGNED_SIDE, height: ALIGNED_SIDE };

/** Normalizes to length 1. A vector without a direction, such as one of zeros, becomes NaN. */
export function toUnit(values: Float32Array): number[] {
  const length = Math.hypot(...values);
  return Array.from(values, (value) => value / length);
}

/** The network's vector. @throws Error if there is not exactly one. */
function vectorOf(outputs: Outputs): number[] {
  const output = soleOutput(outputs, "of a face encoder");
  const [rows] = output.shape;
  if (output.shape.length > 1 && rows !== 1) throw shapeMismatch(output, "of a face encoder", "1×numbers");
  return toUnit(output.values);
}

/** @throws Error if the network, or the detector, cannot be used. */
export async function loadFaceEncoder(
  runtime: Runtime,
  model: LoadableModel,
  detector: FaceDetector | undefined,
): Promise<Runner> {
  const manifest = model.manifest as ManifestOf<"face-encoder">;
  if (!detector) throw new Error(`its detector, ${manifest.detector}, is not available`);
  if (!detector.hasLandmarks) throw new Error(`its detector, ${manifest.detector}, gives no landmarks`);
  const network = await runtime.openNetwork(model.paths.model as string, model.manifest.providers);
  const shape = shapeOf(manifest.input, SIZE);
  checkInput(network.form.input, shape);
  const encode = (values: Float32Array) => network.run(values, shape, vectorOf);
  // The reference image may have no face, so check the output here.
  await encode(new Float32Array(3 * ALIGNED_SIDE * ALIGNED_SIDE));

  /** Computes the values of the network's input, and the quality of the face. */
  const prepare = (color: Mat, landmarks: readonly Point[], box: Box) =>
    pixelsOf(align(runtime.cv, color, landmarks), (pixels) => ({
      values: toTensor(pixels, SIZE, manifest.input),
      quality: faceQuality(pixels, landmarks, box),
    }));
  return {
    network,
    async run(image, options, checkTime) {
      const { color } = image;
      const faces: Face[] = [];
      for (const { corners, score, landmarks = [] } of await detector.find(image, options, checkTime)) {
        checkTime();
        const box = toBox(corners, color.cols, color.rows);
        if (!box) continue;
        const { values, quality } = prepare(color, landmarks, box);
        const encoding = await encode(values);
        if (!encoding.every(Number.isFinite)) throw new Error("The network's vector of a face has no direction.");
        faces.push({ box, score: rounded(score), encoding: encoding.map((value) => rounded(value)), quality });
      }
      return { faces };
    },
  };
}
