/**
 * Libraries that consist of hundreds of files, each joined into one: a start of the service, of which tests make
 * hundreds, takes an eighth less processor time, and one of the command line a third. The code is the libraries' own.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeOnce } from "../../scripts/make-once.ts";

const root = join(import.meta.dirname, "../..");
const program = join(import.meta.dirname, "joined-libraries.program.ts");

/**
 * The path of a module that makes a process load the joined files, when preloaded with `--import`. Joins the libraries
 * unless that was done since they changed.
 */
export function joinedLibraries(): string {
  const hash = createHash("sha256");
  for (const file of [join(root, "package-lock.json"), program]) hash.update(readFileSync(file));
  const folder = join(root, `.tools/joined-${hash.digest("hex").slice(0, 12)}`);
  makeOnce(folder, (partial) => {
    execFileSync(process.execPath, [program, partial, folder], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  });
  return join(folder, "loader.mjs");
}
