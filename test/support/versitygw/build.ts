/** Builds VersityGW, a server of S3 over a folder, from its Go module. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { goCommand } from "../../../scripts/go.ts";

const sources = import.meta.dirname;
const tools = join(sources, "../../../.tools");
const PROGRAM = "github.com/versity/versitygw/cmd/versitygw";

/**
 * The server's path; built unless up to date with `go.mod` and `go.sum`, which fetches Go if there is none.
 * @throws if it cannot be built
 */
export function buildVersitygw(): string {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(sources, file)));
  const binary = join(tools, `versitygw-${hash.digest("hex").slice(0, 12)}`);
  if (existsSync(binary)) return binary;
  const go = goCommand();
  process.stderr.write("Building VersityGW, a server of S3 for tests: once, takes a minute or more …\n");
  // Under a unique name until complete: another process may build it at the same time.
  const partial = `${binary}.${process.pid}`;
  const options = { cwd: sources, encoding: "utf8", maxBuffer: 2 ** 26 } as const;
  execFileSync(go, ["build", "-trimpath", "-ldflags=-s -w", "-o", partial, PROGRAM], options);
  renameSync(partial, binary);
  return binary;
}
