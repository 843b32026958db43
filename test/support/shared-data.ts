/**
 * Test data that may not be committed: the LFW images and the model files. It is searched for in `../shared` next to
 * the checkout, in the folder that SIGHTLINE_SHARED names, and among the downloads.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import golden from "../../test-data/lfw-golden.json" with { type: "json" };

const root = join(import.meta.dirname, "../..");

/** Target of `scripts/fetch-test-data.ts`. */
export const downloadedFolder = join(root, ".tools/shared");
const folders = [join(root, "../shared"), process.env.SIGHTLINE_SHARED, downloadedFolder];

export function findShared(path: string): string | undefined {
  return folders
    .filter((folder) => folder !== undefined)
    .map((folder) => join(folder, path))
    .find((candidate) => existsSync(candidate));
}

/** @throws if no folder has the path. */
export function sharedPath(path: string): string {
  const found = findShared(path);
  if (!found) throw new Error(`${path} is in none of the folders with shared data; set SIGHTLINE_SHARED.`);
  return found;
}

export interface GoldenImage {
  readonly name: string;
  readonly path: string;
  readonly faces: readonly (readonly number[])[];
}

/** The five LFW images with their exact boxes, checked against their committed hashes. */
export function goldenImages(): GoldenImage[] {
  return golden.map(({ name, sha256, faces }) => {
    const path = sharedPath(join("test-data/lfw-golden", name));
    const actual = createHash("sha256").update(readFileSync(path)).digest("hex");
    if (actual !== sha256) throw new Error(`${name} is not the expected file: its sha256 is ${actual}.`);
    return { name, path, faces };
  });
}
