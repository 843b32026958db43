#!/usr/bin/env node
/** The command line of a checkout or a bundle. The package `sightline-cli` has an entry point of its own. */
import { checkoutCommands } from "./checkout-commands.ts";
import { runProgram } from "./program.ts";

await runProgram(checkoutCommands());
