#!/usr/bin/env node
/** The command line: `sightline <command>`, one file each in this folder. */
import { Command } from "commander";
import { models } from "./models.ts";

const program = new Command("sightline")
  .description("Image inference: send pictures, follow jobs, measure a service.")
  .showHelpAfterError()
  .addCommand(models);

await program.parseAsync();
