/**
 * Runs commands of `sightline`, one after another, in one process. After each, it writes a marker that no command
 * prints to both streams.
 */
import { checkoutCommands } from "../../cli/checkout-commands.ts";
import { guardOutput, writeControl } from "../../cli/plain-output.ts";
import { runCommand } from "../../cli/program.ts";

guardOutput();
process.on("message", async ({ url, args }: { readonly url: string; readonly args: readonly string[] }) => {
  process.env.SIGHTLINE_URL = url;
  process.exitCode = 0;
  await runCommand(checkoutCommands, args);
  writeControl(process.stderr, "\0");
  writeControl(process.stdout, `\0${process.exitCode}\n`);
});
