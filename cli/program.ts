/** Runs the command line with the given commands: `sightline <command>`. */
import { Command, CommanderError } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { interrupted, listenForInterruption } from "./command.ts";
import { candidatesCommand, completionCommand } from "./completion.ts";
import { describeFailure, exitCodes } from "./failure.ts";
import { guardOutput } from "./plain-output.ts";
import { clearStatus } from "./terminal.ts";

const HELP = `
Exit codes: 0 done, 1 some images or a check failed, 2 wrong usage, 3 the service does not answer,
4 the service refused the request, 5 a limit of --fail-if was exceeded, 70 internal error, 130 interrupted.

Examples:
  sightline process me.jpg you.png
  sightline job create --wait *.jpg
  sightline watch
  sightline simulate --ramp --want 500
  sightline dataset lfw.tgz`;

export function programOf(commands: readonly Command[]): Command {
  const program = new Command("sightline")
    .description("Image inference: send images, follow jobs, measure a service.")
    .version(packageJson.version)
    .addHelpText("after", HELP);
  for (const command of [...commands, completionCommand()]) program.addCommand(command);
  program.addCommand(candidatesCommand(), { hidden: true });
  inherit(program);
  return program;
}

/**
 * Runs the command that the arguments name, and sets the exit code.
 * @param load May fail: commands of a checkout read the settings of the service.
 */
export async function runProgram(load: () => readonly Command[] | Promise<readonly Command[]>): Promise<void> {
  guardOutput();
  listenForInterruption(() => process.exit(exitCodes.interrupted));
  // A reader that closes the pipe early, such as `head`, is not an error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(exitCodes.ok);
    console.error(
      `sightline: The output cannot be written: ${error.code === "ENOSPC" ? "the disk is full" : error.code}.`,
    );
    process.exit(exitCodes.usage);
  });
  // Nobody reads the progress any more, but the work continues.
  process.stderr.on("error", () => {});
  await runCommand(load, process.argv.slice(2));
}

/** Runs the command that the arguments name, and sets the exit code. */
export async function runCommand(
  load: () => readonly Command[] | Promise<readonly Command[]>,
  args: readonly string[],
): Promise<void> {
  try {
    await programOf(await load()).parseAsync(args, { from: "user" });
    if (interrupted.aborted) process.exitCode = exitCodes.interrupted;
  } catch (error) {
    clearStatus();
    process.exitCode = exitCodeOf(error);
  }
}

/** Makes commander throw instead of exiting, in subcommands too. */
function inherit(command: Command): void {
  command.exitOverride().showHelpAfterError("(--help shows the usage)");
  command.commands.forEach(inherit);
}

/** The exit code for an error, which is printed unless commander has done so. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (interrupted.aborted) return exitCodes.interrupted;
  const { message, exitCode } = describeFailure(error);
  console.error(`sightline: ${message}`);
  return exitCode;
}
