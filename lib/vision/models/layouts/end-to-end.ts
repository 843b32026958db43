/**
 * Layout `end-to-end`: finished boxes of networks that suppress overlapping ones themselves, such as YOLOv10.
 *
 * Source: the documentation of Ultralytics' export to ONNX; the output is 1 × boxes × 6.
 */
import type { Size } from "../../size.ts";
import type { DetectedClass } from "../boxes.ts";
import { type Outputs, shapeMismatch, soleOutput } from "./outputs.ts";

const LAYOUT = "end-to-end";
const FIELDS = 6;

/**
 * Objects in pixels of the network's input.
 * @param outputs One output, with rows of left, top, right, bottom, score and class. Rows without an object have the
 *   score 0.
 * @throws Error if the output has another form, or a class has no label.
 */
export function decodeEndToEnd(outputs: Outputs, _size: Size, classes: number, threshold: number): DetectedClass[] {
  const output = soleOutput(outputs, LAYOUT);
  const { shape, values } = output;
  if (shape.at(-1) !== FIELDS || values.length !== (shape.at(-2) ?? 0) * FIELDS)
    throw shapeMismatch(output, LAYOUT, `1×boxes×${FIELDS}`);

  const objects: DetectedClass[] = [];
  for (let from = 0; from < values.length; from += FIELDS) {
    const at = (field: number) => values[from + field] as number;
    const [score, classIndex] = [at(4), at(5)];
    if (!(score >= threshold)) continue;
    if (!Number.isInteger(classIndex) || classIndex < 0 || classIndex >= classes)
      throw new Error(
        `The output \`${output.name}\` has an object of class ${classIndex}; there are ${classes} labels.`,
      );
    objects.push({ classIndex, score, corners: [at(0), at(1), at(2), at(3)] });
  }
  return objects;
}
