/**
 * Runs commands of `sightline` one after another in a single process, to test what they print and their exit code: a
 * short command spends most of its time on its start. Whether a command's process ends must be tested in a process of
 * its own.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type CommandResult, withoutProgress } from "./command-line.ts";

export interface CommandHost {
  /** @param url The service to connect to. Commands run one after another. */
  run(url: string, ...args: readonly string[]): Promise<CommandResult>;
  stop(): Promise<void>;
}

/** @param environment Additions to the environment of the test. */
export function startCommandHost(environment: NodeJS.ProcessEnv = {}): CommandHost {
  const env = { ...process.env, ...environment };
  const child = fork(join(import.meta.dirname, "command-host.program.ts"), { silent: true, execArgv: [], env });
  const exited = once(child, "exit");
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
      child.emit("printed");
    });

  async function run(url: string, ...args: readonly string[]): Promise<CommandResult> {
    child.send({ url, args });
    while (!(/\0\d+\n$/.test(output.stdout) && output.stderr.endsWith("\0"))) await once(child, "printed");
    const [stdout = "", code] = output.stdout.split("\0");
    const stderr = withoutProgress(output.stderr.slice(0, -1));
    Object.assign(output, { stdout: "", stderr: "" });
    return { code: Number(code), stdout, stderr };
  }
  return {
    run,
    async stop() {
      child.disconnect();
      await exited;
    },
  };
}
