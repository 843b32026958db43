/**
 * Kind `yolox`: objects with their boxes.
 *
 * Source: Ge, Liu, Wang, Li and Sun, YOLOX: Exceeding YOLO Series in 2021 (2021), and the demo of its ONNX export: the
 * image at the top left of a square of grey 114, an anchor-free output with strides 8, 16 and 32.
 */
import type { FoundObject } from "../../contracts/results.ts";
import { pixelsOf, scoped } from "../memory.ts";
import type { Mat, OpenCv } from "../opencv.ts";
import { type Candidate, rounded, suppress, toBox } from "./boxes.ts";
import { readLabels } from "./labels.ts";
import type { ManifestOf } from "./manifest.ts";
import { toPlanes } from "./pixels.ts";
import { type LoadableModel, type Runner, type Runtime, soleOutput } from "./runtime.ts";

const STRIDES = [8, 16, 32] as const;
const GREY = 114;

export interface DetectedClass extends Candidate {
  readonly classIndex: number;
}

/**
 * Objects in pixels of the network's input, before suppression. For the cell (gx, gy) with stride s: centre ((x +
 * gx)·s, (y + gy)·s), size (exp(w)·s, exp(h)·s), score objectness · class.
 * @param output Rows of x, y, w, h, objectness and the classes, for all cells of stride 8, then 16, then 32.
 */
export function decodeObjects(output: Float32Array, size: number, classes: number, threshold: number): DetectedClass[] {
  const objects: DetectedClass[] = [];
  const at = (index: number) => output[index] as number;
  let row = 0;
  for (const stride of STRIDES) {
    const columns = size / stride;
    for (let cell = 0; cell < columns * columns; cell++, row += 5 + classes) {
      const objectness = at(row + 4);
      if (objectness < threshold) continue;
      const x = (at(row) + (cell % columns)) * stride;
      const y = (at(row + 1) + Math.floor(cell / columns)) * stride;
      const halfWidth = (Math.exp(at(row + 2)) * stride) / 2;
      const halfHeight = (Math.exp(at(row + 3)) * stride) / 2;
      for (let classIndex = 0; classIndex < classes; classIndex++) {
        const score = objectness * at(row + 5 + classIndex);
        if (score < threshold) continue;
        objects.push({ classIndex, score, corners: [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight] });
      }
    }
  }
  return objects;
}

/** Suppression per class; best first. */
export function suppressByClass(objects: readonly DetectedClass[], limit: number): DetectedClass[] {
  const classes = Map.groupBy(objects, ({ classIndex }) => classIndex);
  return Array.from(classes.values(), (ofClass) => suppress(ofClass, limit))
    .flat()
    .sort((a, b) => b.score - a.score);
}

export async function loadYolox(runtime: Runtime, model: LoadableModel): Promise<Runner> {
  const { input, thresholds } = model.manifest as ManifestOf<"yolox">;
  const { size } = input;
  const labels = readLabels(model.paths.labels as string);
  const network = await runtime.openNetwork(model.paths.model as string);
  const rows = STRIDES.reduce((sum, stride) => sum + (size / stride) ** 2, 0);
  return {
    network,
    async run({ color }, { scoreThreshold = thresholds.score }) {
      const scale = Math.min(size / color.cols, size / color.rows);
      const square = letterbox(runtime.cv, color, scale, size);
      const planes = pixelsOf(square, (pixels) => toPlanes(pixels, size, size));
      const candidates = await network.run(planes, size, size, (outputs) => {
        const output = soleOutput(outputs);
        if (output.length !== rows * (5 + labels.length))
          throw new Error(`The network's output does not fit ${size} pixels and ${labels.length} classes.`);
        return decodeObjects(output, size, labels.length, scoreThreshold);
      });
      const found = suppressByClass(candidates, thresholds.overlap);
      const objects = found.flatMap(({ classIndex, score, corners }): FoundObject[] => {
        const [left, top, right, bottom] = corners;
        const box = toBox([left / scale, top / scale, right / scale, bottom / scale], color.cols, color.rows);
        return box ? [{ label: labels[classIndex]?.label as string, box, score: rounded(score) }] : [];
      });
      return { objects };
    },
  };
}

/** The scaled image at the top left of a grey square. The caller releases the result. */
function letterbox(cv: OpenCv, color: Mat, scale: number, size: number): Mat {
  const width = Math.max(1, Math.round(color.cols * scale));
  const height = Math.max(1, Math.round(color.rows * scale));
  using scaled = scoped(color.resize(height, width, 0, 0, scale < 1 ? cv.INTER_AREA : cv.INTER_LINEAR));
  const grey = new cv.Vec3(GREY, GREY, GREY);
  return scaled.copyMakeBorder(0, size - height, 0, size - width, cv.BORDER_CONSTANT, grey);
}
