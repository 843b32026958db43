import { execFileSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a file or a folder unless it exists. If several processes need it, one makes it and the others wait.
 * @param make Makes it at the given path. If it throws, whatever is there is removed.
 * @returns its path.
 * @throws what `make` throws.
 */
export function makeOnce(path: string, make: (partial: string) => void): string {
  if (existsSync(path)) return path;
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.partial`;
  const lock = openSync(`${path}.lock`, "w");
  try {
    // The lock belongs to the open file that flock inherits, so it lasts until the file is closed or this process ends.
    execFileSync("flock", ["3"], { stdio: ["ignore", "ignore", "pipe", lock] });
    if (existsSync(path)) return path;
    // Removes what a killed process has left.
    rmSync(partial, { recursive: true, force: true });
    make(partial);
    renameSync(partial, path);
    return path;
  } finally {
    rmSync(partial, { recursive: true, force: true });
    closeSync(lock);
  }
}
