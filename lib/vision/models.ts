import type { Model } from "../contracts/model.ts";

/** What is known of `faces-haar` without loading it. */
export const facesHaarModel: Pick<Model, "name" | "task" | "version" | "licence"> = {
  name: "faces-haar",
  task: "face-detection",
  // OpenCV's cascade has no version of its own and has not changed since OpenCV 3: the file's hash begins like this.
  version: "frontalface-default-0f7d4527",
  licence: "Intel License Agreement for Open Source Computer Vision Library (BSD-like)",
};
