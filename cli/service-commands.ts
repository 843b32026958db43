/** The commands that use only the HTTP API of a service. */
import type { Command } from "commander";
import { auditCommand } from "./audit.ts";
import { datasetCommand } from "./dataset.ts";
import { jobCommand } from "./job.ts";
import { keyCommand } from "./key.ts";
import { processCommand } from "./process.ts";
import { simulateCommand } from "./simulate.ts";
import { watchCommand } from "./watch.ts";
import { webhookCommand } from "./webhook.ts";
import { webhookSecretCommand } from "./webhook-secret.ts";

/** @param samples A folder of images that are sent if the user names none. */
export function serviceCommands(samples: string): Command[] {
  return [
    processCommand(),
    jobCommand(),
    keyCommand(),
    auditCommand(),
    webhookCommand(),
    webhookSecretCommand(),
    watchCommand(),
    simulateCommand(samples),
    datasetCommand(),
  ];
}
