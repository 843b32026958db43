#!/usr/bin/env node
/** The entry point: `sightline <command>`. Each command has a file in this folder. */
import { Command, CommanderError } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { auditCommand } from "./audit.ts";
import { interrupted, listenForInterruption } from "./command.ts";
import { datasetCommand } from "./dataset.ts";
import { describeFailure, exitCodes } from "./failure.ts";
import { jobCommand } from "./job.ts";
import { keyCommand } from "./key.ts";
import { models } from "./models.ts";
import { guardOutput } from "./plain-output.ts";
import { processCommand } from "./process.ts";
import { serveCommand } from "./serve.ts";
import { simulateCommand } from "./simulate.ts";
import { watchCommand } from "./watch.ts";
import { webhookSecretCommand } from "./webhook-secret.ts";

guardOutput();

const program = new Command("sightline")
  .description("Image inference: send images, follow jobs, measure a service.")
  .version(packageJson.version)
  .addHelpText(
    "after",
    `
Exit codes: 0 done, 1 some images failed, 2 wrong usage, 3 the service does not answer,
4 the service refused the request, 70 internal error, 130 interrupted.

Examples:
  sightline serve
  sightline process me.jpg you.png
  sightline job create --wait *.jpg
  sightline watch
  sightline simulate --ramp --want 500
  sightline dataset lfw.tgz`,
  );

const commands = [
  serveCommand,
  processCommand,
  jobCommand,
  keyCommand,
  auditCommand,
  webhookSecretCommand,
  watchCommand,
  simulateCommand,
  datasetCommand,
];
for (const command of commands) program.addCommand(command());
program.addCommand(models);

/** Makes commander throw instead of exiting, in subcommands too. */
function inherit(command: Command): void {
  command.exitOverride().showHelpAfterError("(--help shows the usage)");
  command.commands.forEach(inherit);
}
inherit(program);

listenForInterruption(() => process.exit(exitCodes.interrupted));
// A reader that closes the pipe early, such as `head`, is not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.ok);
  throw error;
});
try {
  await program.parseAsync();
  if (interrupted.aborted) process.exitCode = exitCodes.interrupted;
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  } else if (interrupted.aborted) {
    process.exitCode = exitCodes.interrupted;
  } else {
    const { message, exitCode } = describeFailure(error);
    console.error(`sightline: ${message}`);
    process.exitCode = exitCode;
  }
}
