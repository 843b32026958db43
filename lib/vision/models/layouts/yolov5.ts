/**
 * Layout `yolov5`: boxes in pixels with an objectness and a score for each class, as exported for YOLOv5 and YOLOv7.
 *
 * Source: the documentation of YOLOv5's export to ONNX; its output is 1 × boxes × (5 + classes).
 */
import type { Size } from "../../size.ts";
import type { DetectedClass } from "../boxes.ts";
import { cornersAround } from "../geometry.ts";
import { bestClass, type Outputs, shapeMismatch, soleOutput } from "./outputs.ts";

const LAYOUT = "yolov5";

/**
 * Objects in pixels of the network's input, before suppression: each box is an object of its best class, with the score
 * objectness · class.
 * @param outputs One output, with rows of x and y of the centre, width, height, objectness and the scores of the
 *   classes.
 * @throws Error if the output has another form.
 */
export function decodeYolov5(outputs: Outputs, _size: Size, classes: number, threshold: number): DetectedClass[] {
  const output = soleOutput(outputs, LAYOUT);
  const { shape, values } = output;
  const fields = 5 + classes;
  const boxes = shape.at(-2) ?? 0;
  if (shape.at(-1) !== fields || values.length !== boxes * fields)
    throw shapeMismatch(output, LAYOUT, `1×boxes×${fields}`);

  const objects: DetectedClass[] = [];
  for (let from = 0; from < values.length; from += fields) {
    const at = (field: number) => values[from + field] as number;
    const objectness = at(4);
    if (!(objectness >= threshold)) continue;
    const [classIndex, best] = bestClass(classes, (index) => at(5 + index));
    const score = objectness * best;
    if (!(score >= threshold)) continue;
    objects.push({ classIndex, score, corners: cornersAround([at(0), at(1)], { width: at(2), height: at(3) }) });
  }
  return objects;
}
