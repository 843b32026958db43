/** Packages of npm that bring programs for tests, installed into `.tools/npm`. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const tools = join(import.meta.dirname, "../.tools/npm");

export interface NpmProgram {
  readonly name: string;
  readonly version: string;
  /** From the package's folder. */
  readonly program: string;
}

/** The path of the program, installed if missing. npm's own settings say from where. @throws if that fails. */
export function npmProgram({ name, version, program }: NpmProgram): string {
  const folder = join(tools, `${name.replaceAll("/", "-")}-${version}`);
  const path = join(folder, "node_modules", name, program);
  if (existsSync(path)) return path;
  process.stderr.write(`Installing ${name} ${version} from npm, once …\n`);
  // Renamed once complete: another process may install it at the same time.
  const partial = `${folder}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  writeFileSync(join(partial, "package.json"), "{}");
  try {
    const args = ["install", "--no-save", "--no-package-lock", "--ignore-scripts", `${name}@${version}`];
    execFileSync("npm", args, { cwd: partial, stdio: "pipe" });
    renameSync(partial, folder);
  } catch (cause) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(path)) throw new Error(`${name} ${version} could not be installed from npm.`, { cause });
  }
  return path;
}
