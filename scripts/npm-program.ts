/** npm packages with programs for tests, installed into `.tools/npm`. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeOnce } from "./make-once.ts";

const tools = join(import.meta.dirname, "../.tools/npm");

export interface NpmProgram {
  readonly name: string;
  readonly version: string;
  /** Path of the program from the package's folder. */
  readonly program: string;
}

/**
 * The path of the program, which is installed if missing, from the registry in npm's own settings. @throws if that
 * fails.
 */
export function npmProgram({ name, version, program }: NpmProgram): string {
  const folder = join(tools, `${name.replaceAll("/", "-")}-${version}`);
  makeOnce(folder, (partial) => {
    process.stderr.write(`Installing ${name} ${version} from npm, once …\n`);
    mkdirSync(partial);
    writeFileSync(join(partial, "package.json"), "{}");
    const args = ["install", "--no-save", "--no-package-lock", "--ignore-scripts", `${name}@${version}`];
    try {
      execFileSync("npm", args, { cwd: partial, stdio: "pipe" });
    } catch (cause) {
      throw new Error(`${name} ${version} could not be installed from npm.`, { cause });
    }
  });
  return join(folder, "node_modules", name, program);
}
