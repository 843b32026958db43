/** The Python package `sightline-client`, made from `packages/python`. */
import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pythonPackage } from "../python-package.ts";

const root = join(import.meta.dirname, "../..");
export const pythonFolder = join(root, "packages/python");
/** The build backend that `pyproject.toml` names. */
const hatchling = { name: "hatchling", version: "1.33.0" };

/**
 * Builds the wheel and the source distribution.
 * @param work A folder for intermediate files.
 * @returns the paths of both, the wheel first.
 */
export function buildPythonPackage(work: string, destination: string): [wheel: string, sdist: string] {
  const folder = join(work, "python");
  cpSync(pythonFolder, folder, { recursive: true });
  cpSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  mkdirSync(destination, { recursive: true });
  const env = { ...process.env, PYTHONPATH: pythonPackage(hatchling) };
  execFileSync("python3", ["-m", "hatchling", "build", "--directory", destination], {
    cwd: folder,
    env,
    stdio: "pipe",
  });
  const [wheel] = globSync("sightline_client-*.whl", { cwd: destination });
  const [sdist] = globSync("sightline_client-*.tar.gz", { cwd: destination });
  if (!wheel || !sdist) throw new Error("hatchling has not built what it should.");
  return [join(destination, wheel), join(destination, sdist)];
}
