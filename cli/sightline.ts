#!/usr/bin/env node
/** The command line of a checkout or a bundle. The package `sightline-cli` has an entry point of its own. */
import { enableCompileCache } from "node:module";
import { join } from "node:path";

// Without the cache, compiling takes half of the time of a command. Everything else is imported afterwards, so that the
// cache covers it. That is why the path of the folder, the one of scripts/supervise.mjs, is repeated here.
enableCompileCache(join(import.meta.dirname, "..", ".tools", "compile-cache"));
const { runProgram } = await import("./program.ts");

await runProgram(async () => (await import("./checkout-commands.ts")).checkoutCommands());
