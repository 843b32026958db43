/**
 * `faces-haar`: frontal faces by OpenCV's boosted cascade of Haar-like features.
 *
 * Source: Viola and Jones, Rapid Object Detection using a Boosted Cascade of Simple Features (2001), in the
 * implementation and with the trained cascade of OpenCV.
 */
import type { DetectionOptions } from "../contracts/options.ts";
import type { Box } from "../contracts/receipt.ts";
import type { Mat, OpenCv } from "./opencv.ts";

export interface FacesHaar {
  /** Evens out the contrast of a grey picture, as the cascade was trained. The caller releases the result. */
  prepare(grey: Mat): Mat;
  /** The faces of a prepared picture. */
  detect(prepared: Mat, options: DetectionOptions): Box[];
}

/** @param cascadePath Path of `haarcascade_frontalface_default.xml`. */
export function loadFacesHaar(cv: OpenCv, cascadePath: string): FacesHaar {
  const cascade = new cv.CascadeClassifier(cascadePath);
  const FLAGS = 0; // Means nothing to cascades of the current format.
  return {
    prepare: (grey) => grey.equalizeHist(),
    detect: (prepared, { scaleFactor, minNeighbors, minSize }) => {
      const smallest = new cv.Size(minSize, minSize);
      const { objects } = cascade.detectMultiScale(prepared, scaleFactor, minNeighbors, FLAGS, smallest);
      return objects.map(({ x, y, width, height }): Box => [x, y, width, height]);
    },
  };
}
