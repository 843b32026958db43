#!/usr/bin/env node
/** The command line of a checkout or a bundle. The package `sightline-cli` has an entry point of its own. */
import { runProgram } from "./program.ts";

await runProgram(async () => (await import("./checkout-commands.ts")).checkoutCommands());
