/** `sightline backup` and `sightline restore`: copy the data of one machine, or the database of a cluster. */
import { resolve } from "node:path";
import { Command } from "commander";
import { backUp } from "../lib/backends/backup.ts";
import { config } from "../lib/config.ts";
import { interrupted } from "./command.ts";
import { UsageError } from "./failure.ts";

async function backup(target: string): Promise<void> {
  const { dataDir: from, mongoUrl, clusterName } = config;
  const to = resolve(target);
  if (!mongoUrl) {
    await unlessInterrupted(backUp(from, to, interrupted));
    console.log(`${from} is copied to ${to}.`);
    return;
  }
  const { dumpMongo } = await import("../lib/backends/mongo/dump.ts");
  const count = await unlessInterrupted(dumpMongo(mongoUrl, clusterName, to, interrupted));
  console.log(`${count} documents of the database are copied to ${to}.`);
}

async function unlessInterrupted<T>(copying: Promise<T>): Promise<T> {
  try {
    return await copying;
  } catch (error) {
    if (interrupted.aborted) console.error("sightline: Interrupted; nothing was left.");
    throw error;
  }
}

async function restore(folder: string): Promise<void> {
  const { mongoUrl, clusterName } = config;
  if (!mongoUrl)
    throw new UsageError("There is no MONGO_URL. A data folder is restored by putting its copy in place of DATA_DIR.");
  const { restoreMongo } = await import("../lib/backends/mongo/dump.ts");
  const count = await restoreMongo(mongoUrl, clusterName, resolve(folder));
  console.log(`${count} documents are restored. Start the nodes.`);
}

export function backupCommand(): Command {
  return new Command("backup")
    .description(
      "Copy the data folder DATA_DIR (default: data), also while the service works; or the database MONGO_URL.",
    )
    .argument("<folder>", "the copy, which must not exist")
    .addHelpText(
      "after",
      `
To restore a data folder, stop the service and put the copy in place of DATA_DIR.
Before you copy the database of a cluster, stop its nodes with \`jobs\`: the copy is not of one moment.

Examples:
  DATA_DIR=/var/lib/sightline sightline backup /backup/sightline-$(date +%F)
  sightline backup /backup/sightline-$(date +%F)      # with the settings of a node, NATS_URL and MONGO_URL`,
    )
    .action(backup);
}

export function restoreCommand(): Command {
  return new Command("restore")
    .description("Put what `backup` copied of a cluster's database into the empty database MONGO_URL.")
    .argument("<folder>", "the copy")
    .addHelpText(
      "after",
      `
Example:
  sightline restore /backup/sightline-2026-11-27      # with the settings of a node, NATS_URL and MONGO_URL`,
    )
    .action(restore);
}
