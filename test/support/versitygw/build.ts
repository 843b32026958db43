/** Builds VersityGW, an S3 server over a folder, from its Go module. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FAST_BUILD, runGo } from "../../../scripts/go.ts";
import { makeOnce } from "../../../scripts/make-once.ts";

const sources = import.meta.dirname;
const tools = join(sources, "../../../.tools");
const PROGRAM = "github.com/versity/versitygw/cmd/versitygw";

/**
 * The server's path. It is built unless it is up to date with `go.mod` and `go.sum`. Fetches Go if there is none.
 * @throws if it cannot be built
 */
export function buildVersitygw(): string {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(sources, file)));
  return makeOnce(join(tools, `versitygw-${hash.digest("hex").slice(0, 12)}`), (binary) => {
    process.stderr.write("Building VersityGW, a server of S3 for tests: once, takes a minute or more …\n");
    runGo(["build", ...FAST_BUILD, "-o", binary, PROGRAM], { cwd: sources });
  });
}
