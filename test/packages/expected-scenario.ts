import { expect } from "vitest";
import type { GoldenImage } from "../support/shared-data.ts";

/** What comes of the scenario with these images. */
export function expectedScenario(images: readonly GoldenImage[]) {
  return {
    faces: images.map(({ faces }) => faces),
    drawing: "PNG",
    state: "succeeded",
    results: images.map(({ name, faces }) => ({ fileName: name, faces })),
    isListed: true,
    types: expect.arrayContaining(["dev.sightline.job.created", "dev.sightline.job.succeeded"]),
    isResumed: true,
    encoded: [],
    models: expect.arrayContaining(["faces-haar"]),
    hasOwner: true,
    refusal: [404, "JOB_NOT_FOUND", expect.any(String)],
  };
}
