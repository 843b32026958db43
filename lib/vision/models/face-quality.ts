/** How well a face can be seen, which shows whether its encoding can be trusted. Pure. */
import type { FaceQuality } from "../../contracts/face-quality.ts";
import type { Box } from "../../contracts/receipt.ts";
import { giveBack } from "../memory.ts";
import { ALIGNED_SIDE } from "./alignment.ts";
import { rounded } from "./boxes.ts";
import type { Point, Region } from "./geometry.ts";
import { headPose } from "./head-pose.ts";
import { sharpness } from "./sharpness.ts";

/** The part of an aligned face from the brows to the chin, without the background beside it. */
const INNER: Region = { x: 16, y: 24, width: 80, height: 80 };

/**
 * @param aligned Blue, green and red of each pixel of the aligned face, row by row.
 * @param landmarks Landmarks of the face in its image.
 * @param box Box of the face in its image.
 */
export function faceQuality(aligned: Uint8Array, landmarks: readonly Point[], box: Box): FaceQuality {
  const values = greyOf(aligned);
  const { yaw, pitch, roll } = headPose(landmarks);
  const quality = {
    sharpness: rounded(sharpness({ values, width: ALIGNED_SIDE }, INNER), 3),
    size: Math.min(box[2], box[3]),
    brightness: rounded(mean(values, INNER), 1),
    pose: { yaw: rounded(yaw, 1), pitch: rounded(pitch, 1), roll: rounded(roll, 1) },
  };
  giveBack(values);
  return quality;
}

/** Luma by ITU-R BT.601, as OpenCV converts to grey. */
function greyOf(pixels: Uint8Array): Float32Array {
  const grey = new Float32Array(pixels.length / 3);
  for (let index = 0, from = 0; index < grey.length; index++, from += 3)
    grey[index] =
      0.114 * (pixels[from] as number) + 0.587 * (pixels[from + 1] as number) + 0.299 * (pixels[from + 2] as number);
  return grey;
}

function mean(values: Float32Array, { x, y, width, height }: Region): number {
  let sum = 0;
  for (let row = y; row < y + height; row++)
    for (let at = row * ALIGNED_SIDE + x, end = at + width; at < end; at++) sum += values[at] as number;
  return sum / (width * height);
}
