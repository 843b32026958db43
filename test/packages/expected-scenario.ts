import { expect } from "vitest";
import { ADMIN_KEY } from "../support/key-client.ts";
import { modelsDir } from "../support/model-files.ts";
import type { GoldenImage } from "../support/shared-data.ts";

/** The service of the scenario. */
export const scenarioService = { AUTH: "keys", ADMIN_KEY, ...(modelsDir && { MODELS_DIR: modelsDir }) };

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
    // Without its files the model cannot be used.
    encodings: modelsDir
      ? { isSummarised: true, found: [1, 2], label: "encoding", left: 1, areSame: [true, false], collections: [] }
      : null,
    left: [],
    models: expect.arrayContaining(["faces-haar"]),
    hasOwner: true,
    refusal: [404, "JOB_NOT_FOUND", expect.any(String)],
  };
}
