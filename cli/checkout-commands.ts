/** All commands of a checkout or a bundle, which contain the service itself. */
import { join } from "node:path";
import type { Command } from "commander";
import { backupCommand, restoreCommand } from "./backup.ts";
import { models } from "./models.ts";
import { providersCommand } from "./providers.ts";
import { serveCommand } from "./serve.ts";
import { serviceCommands } from "./service-commands.ts";

const samples = join(import.meta.dirname, "../test-data/samples");

export function checkoutCommands(): Command[] {
  return [serveCommand(), backupCommand(), restoreCommand(), ...serviceCommands(samples), models, providersCommand()];
}
