/** Runs `sightline` as a user does, in a separate process. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { joinedLibraries } from "./joined-libraries.ts";

const program = join(import.meta.dirname, "../../cli/sightline.ts");

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  /** Standard error without lines of progress. */
  readonly stderr: string;
}

const progressLines = [
  /(?:download|upload|processing) {2}.*/,
  /writing the report/,
  /(?:\[#*-*\] +\d+% {2})?\d+\/\d+ {2}.*/,
  /\d+ of \d+ images/,
  /[\d.]+ s, .* images\/s, p50 .*/,
];
const PROGRESS = new RegExp(`^(?:${progressLines.map(({ source }) => source).join("|")})\\n`, "gm");

/** Standard error without lines of progress, of which there is one for each five seconds that a command takes. */
export function withoutProgress(stderr: string): string {
  return stderr.replace(PROGRESS, "");
}

export interface RunningCommand {
  readonly process: ChildProcess;
  /** Output so far. */
  readonly output: { stdout: string; stderr: string };
  readonly ended: Promise<CommandResult>;
}

interface CommandOptions {
  readonly cwd?: string;
  /** Additions to the environment of the test. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** For the environment of a command that takes standard error for a terminal. */
export const STDERR_IS_TERMINAL = {
  NODE_OPTIONS: "--import=data:text/javascript,Object.assign(process.stderr,{isTTY:true,columns:80})",
};

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
  const ended = once(child, "close").then(() => {
    const { stdout, stderr } = output;
    return { code: child.exitCode, stdout, stderr: withoutProgress(stderr) };
  });
  return { process: child, output, ended };
}

export function sightline(url: string, ...args: string[]): Promise<CommandResult> {
  return startCommand(url, args).ended;
}
