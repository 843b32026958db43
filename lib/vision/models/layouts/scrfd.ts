/**
 * Layout `scrfd`: two faces per cell at strides 8, 16 and 32, each as the distances of its sides from the cell.
 *
 * Source: Guo, Deng, Lattas and Zafeiriou, Sample and Computation Redistribution for Efficient Face Detection (2021),
 * as exported by InsightFace.
 */
import type { TensorForm } from "../../../contracts/model.ts";
import type { Size } from "../../size.ts";
import type { FoundFace } from "../face.ts";
import type { Point } from "../geometry.ts";
import { type Outputs, outputsMismatch, tableOf } from "./outputs.ts";

const LAYOUT = "scrfd";
const STRIDES = [8, 16, 32] as const;
const PER_CELL = 2;
const SCORE = 1;
const BOX = 4;
const LANDMARKS = 10;

/** Whether a network of this layout gives landmarks. Some do not. */
export function scrfdHasLandmarks(outputs: readonly TensorForm[]): boolean {
  return outputs.length > 2 * STRIDES.length;
}

/**
 * Faces in pixels of the network's input, before suppression. For the cell at (row, column) with stride s, whose point
 * is (column·s, row·s): the outputs are the distances of left, top, right and bottom from the point, and the places of
 * the landmarks relative to it, all in units of s.
 * @param outputs For each stride scores (rows of 1), boxes (rows of 4) and perhaps landmarks (rows of 10). Their names
 *   and their order differ between exports, so they are recognized by their shapes.
 * @throws Error if the outputs have another form.
 */
export function decodeScrfd(outputs: Outputs, { width, height }: Size, threshold: number): FoundFace[] {
  const kinds = outputs.length > 2 * STRIDES.length ? [SCORE, BOX, LANDMARKS] : [SCORE, BOX];
  if (outputs.length !== kinds.length * STRIDES.length) throw outputsMismatch(outputs, LAYOUT, "6 or 9 outputs");
  return STRIDES.flatMap((stride, level) => {
    const columns = width / stride;
    const rows = columns * (height / stride) * PER_CELL;
    const [scores, boxes, landmarks] = kinds.map((size) => {
      const output = outputs.filter(({ shape }) => shape.at(-1) === size).toSorted(mostRowsFirst)[level];
      if (!output) throw outputsMismatch(outputs, LAYOUT, `${STRIDES.length} outputs with rows of ${size}`);
      return tableOf(output, LAYOUT, rows, size);
    }) as [Float32Array, Float32Array, Float32Array?];
    const faces: FoundFace[] = [];
    for (let row = 0; row < rows; row++) {
      const score = scores[row] as number;
      if (!(score >= threshold)) continue;
      const cell = Math.floor(row / PER_CELL);
      const [x, y] = [(cell % columns) * stride, Math.floor(cell / columns) * stride];
      const distance = (side: number) => (boxes[row * BOX + side] as number) * stride;
      const point = (index: number): Point => {
        const at = (offset: number) => (landmarks?.[row * LANDMARKS + offset] as number) * stride;
        return [x + at(index), y + at(index + 1)];
      };
      faces.push({
        corners: [x - distance(0), y - distance(1), x + distance(2), y + distance(3)],
        score,
        ...(landmarks && { landmarks: [0, 2, 4, 6, 8].map(point) }),
      });
    }
    return faces;
  });
}

/** The smallest stride has the most cells. */
function mostRowsFirst(a: Outputs[number], b: Outputs[number]): number {
  return b.values.length - a.values.length;
}
