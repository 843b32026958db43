/** Runs lines in a real shell, with `sightline` on its PATH. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { works } from "../../scripts/debian-packages.ts";
import { type CommandResult, withoutProgress } from "./command-line.ts";
import { joinedLibraries } from "./joined-libraries.ts";
import { hasPackages } from "./skipped-tests.ts";

const program = join(import.meta.dirname, "../../cli/sightline.ts");
/** Options that ignore the settings of the user who runs the tests. */
const bare = { bash: ["--norc"], zsh: ["-f"], fish: ["--no-config"] };
export type Shell = keyof typeof bare;

export function hasShell(shell: Shell): boolean {
  return works(shell, "-c", "true") || hasPackages(`completion in ${shell}`, shell);
}

/** @param url The service to connect to. */
export async function inShell(url: string, script: string, shell: Shell = "bash"): Promise<CommandResult> {
  const bin = mkdtempSync(join(tmpdir(), "sightline-shell-"));
  try {
    const command = `'${process.execPath}' --import '${joinedLibraries()}' '${program}'`;
    writeFileSync(join(bin, "sightline"), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
    const env = { ...process.env, SIGHTLINE_URL: url, PATH: `${bin}:${process.env.PATH}` };
    const child = spawn(shell, [...bare[shell], "-c", script], { env, stdio: ["ignore", "pipe", "pipe"] });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { code: child.exitCode, stdout, stderr: withoutProgress(stderr) };
  } finally {
    rmSync(bin, { recursive: true });
  }
}
