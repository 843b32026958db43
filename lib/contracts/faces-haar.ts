import type { Model } from "./model.ts";
import { FACES_HAAR } from "./model-name.ts";

/** Static metadata of `faces-haar`. Its file ships with the OpenCV binding. */
export const facesHaarModel: Omit<Model, "state" | "engine"> = {
  name: FACES_HAAR,
  task: "face-detection",
  // The cascade has no version and has not changed since OpenCV 3, so the version is the start of the file's hash.
  version: "frontalface-default-0f7d4527",
  licence: "Intel License Agreement for Open Source Computer Vision Library (BSD-like)",
  files: [
    {
      name: "haarcascade_frontalface_default.xml",
      sha256: "0f7d4527844eb514d4a4948e822da90fbb16a34a0bbbbc6adc6498747a5aafb0",
      bytes: 930127,
    },
  ],
  input:
    "Greyscale, histogram-equalized, full size. Finds upright, frontal faces of `minSize` pixels or more; in an image that is too small for these, smaller ones.",
  thresholds: {},
  quality: [
    {
      measure: "LFW: images out of 500 in which the main face is found, and boxes beside it, with minSize 0",
      value: "492 and 17",
      source: "the project's own measurement",
    },
  ],
};
