/** The model files, if available. Without them, tests that need them are skipped with a loud warning. */
import { copyFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { filesOf, loadManifests, ownManifest } from "../../lib/vision/models/manifest.ts";
import { findShared } from "./shared-data.ts";

const files = loadManifests([ownManifest]).flatMap(filesOf);
const found = files.map(({ name }) => findShared(join("models", name)));
const [first] = found;

/** A read-only folder with all model files; undefined if they are not available. */
export const modelsDir = first && found.every((path) => path !== undefined) ? dirname(first) : undefined;

/** The LFW sample of 1,465 images; undefined if not available. */
export const lfwSample = findShared("test-data/lfw-sample.tgz");

if (!modelsDir && process.env.CI) throw new Error("There are no model files: `npm run models -- pull` gets them.");
if (!modelsDir)
  console.warn("\n!!! NO MODEL FILES in ../shared/models or SIGHTLINE_SHARED: THEIR TESTS ARE SKIPPED !!!\n");
if (!lfwSample) console.warn("\n!!! NO lfw-sample.tgz in the shared data: THE TESTS THAT NEED IT ARE SKIPPED !!!\n");

/** A new folder with copies of the files. */
export function copyOfModels(): string {
  const folder = mkdtempSync(join(tmpdir(), "sightline-models-"));
  for (const { name } of files) copyFileSync(join(modelsDir as string, name), join(folder, name));
  return folder;
}
