/**
 * Test data that may not be committed: the LFW pictures. They are looked for in `../shared` beside the checkout, then
 * in the folder that SIGHTLINE_SHARED names. (A download by address and hash would be a third place, in here.)
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

const folders = [join(import.meta.dirname, "../../../shared"), process.env.SIGHTLINE_SHARED];

/** @throws when no folder has it. */
export function sharedPath(path: string): string {
  const found = folders.filter((folder) => folder !== undefined).find((folder) => existsSync(join(folder, path)));
  if (!found) throw new Error(`${path} is in none of the folders with shared data; set SIGHTLINE_SHARED.`);
  return join(found, path);
}
