/** Images whose faces are known, which must not suffer from those that are sent with them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import golden from "../../../test-data/lfw-golden.json" with { type: "json" };
import { astronautFaces, sample } from "../../support/images.ts";
import { findShared, goldenImages } from "../../support/shared-data.ts";

export interface GoodImage {
  readonly name: string;
  readonly file: Buffer;
  readonly faces: readonly (readonly number[])[];
}

/** The five LFW images where they are to be had, else the astronaut. */
export function goodImages(): GoodImage[] {
  const areThere = golden.every(({ name }) => findShared(join("test-data/lfw-golden", name)));
  if (!areThere) return [{ name: "astronaut.png", file: sample("astronaut.png"), faces: astronautFaces }];
  return goldenImages().map(({ name, path, faces }) => ({ name, faces, file: readFileSync(path) }));
}
