/** `sightline backup`: copies the data of one machine. */
import { resolve } from "node:path";
import { Command } from "commander";
import { backUp } from "../lib/backends/backup.ts";
import { config } from "../lib/config.ts";

async function backup(target: string): Promise<void> {
  const { dataDir: from } = config;
  await backUp(from, resolve(target));
  console.log(`${from} is copied to ${resolve(target)}.`);
}

export function backupCommand(): Command {
  return new Command("backup")
    .description("copy the data folder DATA_DIR (default: data), also while the service works")
    .argument("<folder>", "the copy, which must not exist")
    .addHelpText(
      "after",
      `
To restore, stop the service and put the copy in place of DATA_DIR.

Example:
  DATA_DIR=/var/lib/sightline sightline backup /backup/sightline-$(date +%F)`,
    )
    .action(backup);
}
