#!/usr/bin/env node
/** The command line of a checkout or a bundle. The package `sightline-cli` has an entry point of its own. */
import { join } from "node:path";
import { backupCommand, restoreCommand } from "./backup.ts";
import { models } from "./models.ts";
import { runProgram } from "./program.ts";
import { providersCommand } from "./providers.ts";
import { serveCommand } from "./serve.ts";
import { serviceCommands } from "./service-commands.ts";

const samples = join(import.meta.dirname, "../test-data/samples");
await runProgram([
  serveCommand(),
  backupCommand(),
  restoreCommand(),
  ...serviceCommands(samples),
  models,
  providersCommand(),
]);
