/**
 * Layout `yolov8`: boxes in pixels with a score for each class, as exported by Ultralytics for YOLOv8, YOLO11 and
 * others without an objectness.
 *
 * Source: the documentation of Ultralytics' export to ONNX; its output is 1 × (4 + classes) × boxes.
 */
import type { Size } from "../../size.ts";
import type { DetectedClass } from "../boxes.ts";
import { cornersAround } from "../geometry.ts";
import { bestClass, type Outputs, shapeMismatch, soleOutput } from "./outputs.ts";

const LAYOUT = "yolov8";

/**
 * Objects in pixels of the network's input, before suppression: each box is an object of its best class.
 * @param outputs One output, with columns of x and y of the centre, width, height and the scores of the classes; or
 *   with such rows, since some exports transpose it.
 * @throws Error if the output has another form.
 */
export function decodeYolov8(outputs: Outputs, _size: Size, classes: number, threshold: number): DetectedClass[] {
  const output = soleOutput(outputs, LAYOUT);
  const { shape, values } = output;
  const fields = 4 + classes;
  const [rows = 0, columns = 0] = shape.slice(-2);
  const isTransposed = rows !== fields;
  const boxes = isTransposed ? rows : columns;
  if ((isTransposed && columns !== fields) || shape.length > 3 || values.length !== boxes * fields)
    throw shapeMismatch(output, LAYOUT, `1×${fields}×boxes, or 1×boxes×${fields}`);

  const [boxStep, fieldStep] = isTransposed ? [fields, 1] : [1, boxes];
  const objects: DetectedClass[] = [];
  for (let box = 0; box < boxes; box++) {
    const at = (field: number) => values[box * boxStep + field * fieldStep] as number;
    const [classIndex, score] = bestClass(classes, (index) => at(4 + index));
    if (!(score >= threshold)) continue;
    objects.push({ classIndex, score, corners: cornersAround([at(0), at(1)], { width: at(2), height: at(3) }) });
  }
  return objects;
}
