/**
 * Layout `yolox`: one box per cell at strides 8, 16 and 32, with an objectness and a score for each class.
 *
 * Source: Ge, Liu, Wang, Li and Sun, YOLOX: Exceeding YOLO Series in 2021 (2021), and the demo of its ONNX export.
 */
import type { Size } from "../../size.ts";
import type { DetectedClass } from "../boxes.ts";
import { cornersAround } from "../geometry.ts";
import { type Outputs, soleOutput, tableOf } from "./outputs.ts";

const LAYOUT = "yolox";
const STRIDES = [8, 16, 32] as const;

/**
 * Objects in pixels of the network's input, before suppression. For the cell (gx, gy) with stride s: centre ((x +
 * gx)·s, (y + gy)·s), size (exp(w)·s, exp(h)·s), score objectness · class. A box with high scores of several classes
 * is an object of each.
 * @param outputs Rows of x, y, w, h, objectness and the classes, for all cells of stride 8, then 16, then 32.
 * @throws Error if the outputs have another form.
 */
export function decodeYolox(
  outputs: Outputs,
  { width, height }: Size,
  classes: number,
  threshold: number,
): DetectedClass[] {
  const cells = STRIDES.map((stride) => (width / stride) * (height / stride));
  const rows = cells.reduce((sum, count) => sum + count, 0);
  const output = tableOf(soleOutput(outputs, LAYOUT), LAYOUT, rows, 5 + classes);
  const objects: DetectedClass[] = [];
  const at = (index: number) => output[index] as number;
  let row = 0;
  for (const [level, stride] of STRIDES.entries()) {
    const columns = width / stride;
    for (let cell = 0; cell < (cells[level] as number); cell++, row += 5 + classes) {
      const objectness = at(row + 4);
      if (!(objectness >= threshold)) continue;
      const x = (at(row) + (cell % columns)) * stride;
      const y = (at(row + 1) + Math.floor(cell / columns)) * stride;
      const size = { width: Math.exp(at(row + 2)) * stride, height: Math.exp(at(row + 3)) * stride };
      for (let classIndex = 0; classIndex < classes; classIndex++) {
        const score = objectness * at(row + 5 + classIndex);
        if (!(score >= threshold)) continue;
        objects.push({ classIndex, score, corners: cornersAround([x, y], size) });
      }
    }
  }
  return objects;
}
