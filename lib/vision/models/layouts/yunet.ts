/**
 * Layout `yunet`: one face per cell at strides 8, 16 and 32, with five landmarks.
 *
 * Source: Wu, Peng and Yu, YuNet: A Tiny Millisecond-level Face Detector (2023), as in libfacedetection.train.
 */
import type { Size } from "../../size.ts";
import type { FoundFace } from "../face.ts";
import { cornersAround, type Point } from "../geometry.ts";
import { type Outputs, outputsMismatch, tableOf } from "./outputs.ts";

const LAYOUT = "yunet";
const STRIDES = [8, 16, 32] as const;

/**
 * Faces in pixels of the network's input, before suppression. For the cell at (row, column) with stride s and the
 * outputs b and k: centre ((column + b0)·s, (row + b1)·s), size (exp(b2)·s, exp(b3)·s), landmarks ((column + kx)·s,
 * (row + ky)·s), score √(cls·obj), both clamped to [0, 1].
 * @param outputs `cls`, `obj`, `bbox` and `kps`, each with `_8`, `_16`, `_32`.
 * @throws Error if the outputs have another form.
 */
export function decodeYunet(outputs: Outputs, input: Size, threshold: number): FoundFace[] {
  const faces: FoundFace[] = [];
  for (const stride of STRIDES) {
    const columns = input.width / stride;
    const cells = columns * (input.height / stride);
    const head = (name: string, size: number): Float32Array => {
      const output = outputs.find((one) => one.name === `${name}_${stride}`);
      if (!output) throw outputsMismatch(outputs, LAYOUT, `\`${name}_${stride}\``);
      return tableOf(output, LAYOUT, cells, size);
    };
    const [cls, obj, boxes, points] = [head("cls", 1), head("obj", 1), head("bbox", 4), head("kps", 10)];
    for (let cell = 0; cell < cells; cell++) {
      const score = Math.sqrt(clamp(cls[cell] as number) * clamp(obj[cell] as number));
      if (!(score >= threshold)) continue;
      const [row, column] = [Math.floor(cell / columns), cell % columns];
      const at = (values: Float32Array, index: number) => values[index] as number;
      const x = (column + at(boxes, cell * 4)) * stride;
      const y = (row + at(boxes, cell * 4 + 1)) * stride;
      const width = Math.exp(at(boxes, cell * 4 + 2)) * stride;
      const height = Math.exp(at(boxes, cell * 4 + 3)) * stride;
      const landmarks = [0, 2, 4, 6, 8].map((index): Point => {
        const from = cell * 10 + index;
        return [(column + at(points, from)) * stride, (row + at(points, from + 1)) * stride];
      });
      faces.push({ corners: cornersAround([x, y], { width, height }), score, landmarks });
    }
  }
  return faces;
}

function clamp(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}
