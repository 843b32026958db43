/** Kind `object-detector`: objects with their boxes. */
import type { FoundObject } from "../../contracts/results.ts";
import type { Size } from "../size.ts";
import { type DetectedClass, rounded, toBox } from "./boxes.ts";
import type { ManifestOf } from "./entry.ts";
import { checkInput, shapeOf, shapeOfAll } from "./input-shape.ts";
import { readLabels } from "./labels.ts";
import { decodeEndToEnd } from "./layouts/end-to-end.ts";
import type { Outputs } from "./layouts/outputs.ts";
import { decodeYolov5 } from "./layouts/yolov5.ts";
import { decodeYolov8 } from "./layouts/yolov8.ts";
import { decodeYolox } from "./layouts/yolox.ts";
import { cornersInImage, placementOf, tensorOf } from "./preprocessing.ts";
import type { LoadableModel, Runner, Runtime } from "./runtime.ts";
import { suppressByClass } from "./suppression.ts";

/** Decodes the objects that reach the threshold, in pixels of the input, before suppression. */
type Decode = (outputs: Outputs, size: Size, classes: number, threshold: number) => DetectedClass[];

const layouts: Readonly<Record<ManifestOf<"object-detector">["layout"], Decode>> = {
  yolox: decodeYolox,
  yolov8: decodeYolov8,
  yolov5: decodeYolov5,
  "end-to-end": decodeEndToEnd,
};

/** @throws Error if the network cannot be used. */
export async function loadObjectDetector(runtime: Runtime, model: LoadableModel): Promise<Runner> {
  const { input, thresholds, layout } = model.manifest as ManifestOf<"object-detector">;
  const labels = readLabels(model.paths.labels as string);
  const network = await runtime.openNetwork(model.paths.model as string, model.manifest.providers);
  checkInput(network.form.input, shapeOfAll(input));
  return {
    network,
    async run({ color }, { scoreThreshold = thresholds.score }, checkTime) {
      const placement = placementOf(color.cols, color.rows, input);
      const values = tensorOf(runtime.cv, color, input, placement);
      const candidates = await network.run(values, shapeOf(input, placement), (outputs) =>
        layouts[layout](outputs, placement, labels.length, scoreThreshold),
      );
      const found = suppressByClass(candidates, thresholds.overlap, checkTime);
      const objects = found.flatMap(({ classIndex, score, corners }): FoundObject[] => {
        const box = toBox(cornersInImage(corners, placement), color.cols, color.rows);
        return box ? [{ label: labels[classIndex]?.label as string, box, score: rounded(score) }] : [];
      });
      return { objects };
    },
  };
}
