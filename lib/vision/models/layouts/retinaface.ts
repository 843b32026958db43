/**
 * Layout `retinaface`: faces relative to prior boxes, two per cell at strides 8, 16 and 32, with five landmarks.
 *
 * Source: Deng, Guo, Ververas, Kotsia and Zafeiriou, RetinaFace: Single-shot Multi-level Face Localisation in the Wild
 * (2020), with the priors and the outputs of its common implementation in PyTorch.
 */
import type { Size } from "../../size.ts";
import type { FoundFace } from "../face.ts";
import { cornersAround, type Point } from "../geometry.ts";
import { type Outputs, outputsMismatch, tableOf } from "./outputs.ts";

const LAYOUT = "retinaface";
/** The sides of the square priors, in pixels, in the order of a cell's rows. */
const LEVELS = [
  { stride: 8, priors: [16, 32] },
  { stride: 16, priors: [64, 128] },
  { stride: 32, priors: [256, 512] },
] as const;
const CENTRE_VARIANCE = 0.1;
const SIZE_VARIANCE = 0.2;

/**
 * Faces in pixels of the network's input, before suppression. For a prior of side p with its centre in the middle of
 * its cell: centre + 0.1·p·b, size p·exp(0.2·b), landmarks centre + 0.1·p·k.
 * @param outputs Rows of 4 (box), of 2 (probabilities of background and face) and of 10 (landmarks), in any order.
 * @throws Error if the outputs have another form.
 */
export function decodeRetinaface(outputs: Outputs, { width, height }: Size, threshold: number): FoundFace[] {
  const rows = LEVELS.reduce(
    (sum, { stride, priors }) => sum + (width / stride) * (height / stride) * priors.length,
    0,
  );
  const table = (size: number): Float32Array => {
    const output = outputs.find(({ shape }) => shape.at(-1) === size);
    if (!output || outputs.length !== 3) throw outputsMismatch(outputs, LAYOUT, "three, with rows of 4, 2 and 10");
    return tableOf(output, LAYOUT, rows, size);
  };
  const [boxes, probabilities, points] = [table(4), table(2), table(10)];
  const faces: FoundFace[] = [];
  let row = 0;
  for (const { stride, priors } of LEVELS) {
    const columns = width / stride;
    const cells = columns * (height / stride);
    for (let cell = 0; cell < cells; cell++) {
      for (const prior of priors) {
        const at = row++;
        const score = probabilities[at * 2 + 1] as number;
        if (!(score >= threshold)) continue;
        const centreX = ((cell % columns) + 0.5) * stride;
        const centreY = (Math.floor(cell / columns) + 0.5) * stride;
        const moved = (values: Float32Array, index: number): Point => [
          centreX + CENTRE_VARIANCE * prior * (values[index] as number),
          centreY + CENTRE_VARIANCE * prior * (values[index + 1] as number),
        ];
        const side = (index: number) => prior * Math.exp(SIZE_VARIANCE * (boxes[index] as number));
        const size = { width: side(at * 4 + 2), height: side(at * 4 + 3) };
        faces.push({
          corners: cornersAround(moved(boxes, at * 4), size),
          score,
          landmarks: [0, 2, 4, 6, 8].map((index) => moved(points, at * 10 + index)),
        });
      }
    }
  }
  return faces;
}
