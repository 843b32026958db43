/** Runs `sightline` as a user does, in a separate process. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { joinedLibraries } from "./joined-libraries.ts";

const program = join(import.meta.dirname, "../../cli/sightline.ts");

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly process: ChildProcess;
  /** Output so far. */
  readonly output: { stdout: string; stderr: string };
  readonly ended: Promise<CommandResult>;
}

interface CommandOptions {
  readonly cwd?: string;
  /** Beside that of the test. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** @param url The service to connect to. */
export function startCommand(url: string, args: readonly string[], options: CommandOptions = {}): RunningCommand {
  const { cwd = process.cwd(), environment } = options;
  const env = { ...process.env, SIGHTLINE_URL: url, ...environment };
  const command = ["--import", joinedLibraries(), program, ...args];
  const child = spawn(process.execPath, command, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  const ended = once(child, "close").then(() => ({ code: child.exitCode, ...output }));
  return { process: child, output, ended };
}

export function sightline(url: string, ...args: string[]): Promise<CommandResult> {
  return startCommand(url, args).ended;
}
