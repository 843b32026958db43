#!/usr/bin/env node
/** The command line of a checkout or a bundle. The package `sightline-cli` has an entry point of its own. */
import { enableCompileCache } from "node:module";
import { join } from "node:path";

// Half of the time of a command. Imported afterwards, so that the cache has all modules.
enableCompileCache(join(import.meta.dirname, "..", ".tools", "compile-cache"));
const { runProgram } = await import("./program.ts");

await runProgram(async () => (await import("./checkout-commands.ts")).checkoutCommands());
