/** The versions of Python that are on this machine, from 3.10 on. */
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ensureDebianPackages, works } from "../../scripts/debian-packages.ts";
import { isLong } from "./runtimes.ts";

const MINORS = [10, 11, 12, 13, 14];

export interface Python {
  readonly name: string;
  readonly command: string;
}

function found(minor: number): Python[] {
  const commands = [`python3.${minor}`, ...globSync(join(homedir(), `.pyenv/versions/3.${minor}.*/bin/python`))];
  const command = commands.find((one) => spawnSync(one, ["-c", "import venv, ensurepip"]).status === 0);
  return command === undefined ? [] : [{ name: `Python 3.${minor}`, command }];
}

const all = MINORS.flatMap(found);
if (all.length === 0 && works("python3", "--version")) {
  ensureDebianPackages("python3-venv");
  all.push({ name: "Python 3", command: "python3" });
}

/** Only the oldest version, unless all are requested. */
export const pythons: readonly Python[] = isLong ? all : all.slice(0, 1);
