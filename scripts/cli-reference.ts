/** Writes `docs/cli-options.md` from the command line's own help; with `--check` compares it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkoutCommands } from "../cli/checkout-commands.ts";
import { programOf } from "../cli/program.ts";
import { cliReference } from "../cli/reference.ts";

const file = join(import.meta.dirname, "../docs/cli-options.md");
const text = cliReference(programOf(checkoutCommands()));
if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (readFileSync(file, "utf8") !== text) {
  console.error("docs/cli-options.md is not what the command line says: run `npm run cli-options`.");
  process.exitCode = 1;
}
