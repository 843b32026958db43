import type { Model } from "./model.ts";

export const FACES_HAAR = "faces-haar";

/** What is known of `faces-haar` without loading it. Its file comes with OpenCV's binding. */
export const facesHaarModel: Omit<Model, "state" | "engine"> = {
  name: FACES_HAAR,
  task: "face-detection",
  // OpenCV's cascade has no version of its own and has not changed since OpenCV 3: the file's hash begins like this.
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
    "Grey, its contrast evened out, at its full size. Faces are upright, frontal, and of `minSize` pixels or more.",
  thresholds: {},
  quality: [
    {
      measure: "LFW: images out of 500 in which the main face is found, and boxes beside it, with minSize 0",
      value: "492 and 17",
      source: "the project's own measurement",
    },
  ],
};
