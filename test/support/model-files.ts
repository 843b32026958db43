/** The model files, where they are to be had. Tests that need them are skipped without, and say so loudly. */
import { copyFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { filesOf, loadManifests, ownManifest } from "../../lib/vision/models/manifest.ts";
import { findShared } from "./shared-data.ts";

const files = loadManifests([ownManifest]).flatMap(filesOf);
const found = files.map(({ name }) => findShared(join("models", name)));
const [first] = found;

/** A folder with all model files, read only; undefined where they are not to be had. */
export const modelsDir = first && found.every((path) => path !== undefined) ? dirname(first) : undefined;

/** The LFW sample, 1,465 images; undefined where it is not to be had. */
export const lfwSample = findShared("test-data/lfw-sample.tgz");

if (!modelsDir)
  console.warn("\n!!! NO MODEL FILES in ../shared/models or SIGHTLINE_SHARED: THEIR TESTS ARE SKIPPED !!!\n");
if (!lfwSample) console.warn("\n!!! NO lfw-sample.tgz in the shared data: THE TESTS THAT NEED IT ARE SKIPPED !!!\n");

/** A folder of one's own with copies of the files. */
export function copyOfModels(): string {
  const folder = mkdtempSync(join(tmpdir(), "sightline-models-"));
  for (const { name } of files) copyFileSync(join(modelsDir as string, name), join(folder, name));
  return folder;
}
