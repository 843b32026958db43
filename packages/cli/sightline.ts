#!/usr/bin/env node
/** The command line of the package `sightline-cli`, which does not contain the service. */
import { join } from "node:path";
import { Command } from "commander";
import { UsageError } from "../../cli/failure.ts";
import { runProgram } from "../../cli/program.ts";
import { serviceCommands } from "../../cli/service-commands.ts";
import packageJson from "../../package.json" with { type: "json" };

const { version } = packageJson;

/** Commands that need the service's own files say how to get them. */
const absentCommands = ["serve", "models", "backup", "restore", "providers"].map((name) =>
  new Command(name)
    .description("needs the service itself, which this package does not contain")
    .argument("[arguments...]")
    .allowUnknownOption()
    .action(() => {
      throw new UsageError(
        `"${name}" needs the service, and this package is the command line alone. With Docker, this starts it:\n` +
          `  docker run --name sightline --stop-timeout 45 -p 127.0.0.1:8080:8080 -v sightline:/data ghcr.io/sightline-project/sightline:${version}\n` +
          "Other ways: https://github.com/sightline-project/sightline/blob/main/docs/install.md",
      );
    }),
);

const samples = join(import.meta.dirname, "samples");
await runProgram(() => [...serviceCommands(samples), ...absentCommands]);
