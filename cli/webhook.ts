/** `sightline webhook`: lists webhooks that were given up, and sends them again. */
import { Command } from "commander";
import { ServiceProblem } from "../client/errors.ts";
import type { SightlineClient } from "../client/sightline-client.ts";
import type { Delivery } from "../client/webhook-deliveries.ts";
import { visibleLine } from "../lib/visible-text.ts";
import { type ConnectionOptions, connect, serviceCommand } from "./command.ts";
import { table } from "./terminal.ts";

interface ListOptions extends ConnectionOptions {
  readonly json?: true;
}

interface RetryOptions extends ConnectionOptions {
  readonly all?: true;
}

export function webhookCommand(): Command {
  const webhook = new Command("webhook").description("List webhooks that were given up, and send them again.");
  webhook.addCommand(
    serviceCommand("list")
      .description("List webhooks that were given up.")
      .option("--json", "print them as JSON lines")
      .action(list),
  );
  webhook.addCommand(
    serviceCommand("retry")
      .description("Send again webhooks that were given up.")
      .argument("[ids...]", "ids of their events, as `list` shows them")
      .option("--all", "all webhooks that `list` shows")
      .action(retry),
  );
  return webhook;
}

async function list({ json, ...connection }: ListOptions): Promise<void> {
  const deliveries = await givenUp(connect(connection));
  if (json) for (const delivery of deliveries) console.log(JSON.stringify(delivery));
  else
    console.log(
      table(
        ["id", "given up", "attempts", "reason", "to"],
        deliveries.map(({ id, givenUpAt = "–", attempts, reason = "–", callbackUrl }) =>
          [id, givenUpAt, String(attempts), reason, callbackUrl].map(visibleLine),
        ),
      ),
    );
}

async function retry(ids: readonly string[], { all, ...connection }: RetryOptions, command: Command): Promise<void> {
  if (ids.length > 0 === (all === true)) command.error("error: name webhooks by their ids, or give --all");
  const client = connect(connection);
  if (all) return retryAll(client);
  for (const id of ids) console.log(visibleLine((await client.webhookDeliveries.retry(id)).id));
}

async function retryAll(client: SightlineClient): Promise<void> {
  for (const { id } of await givenUp(client))
    try {
      console.log(visibleLine((await client.webhookDeliveries.retry(id)).id));
    } catch (error) {
      // Somebody else has sent it again since it was listed, or has deleted its job.
      if (!(error instanceof ServiceProblem && error.code === "DELIVERY_NOT_FOUND")) throw error;
      console.error(visibleLine(`${id} is not there any more.`));
    }
}

/** Lists all of them before the first is sent again, so that one that fails again is not met twice. */
async function givenUp(client: SightlineClient): Promise<Delivery[]> {
  const deliveries: Delivery[] = [];
  for await (const delivery of client.webhookDeliveries.givenUp()) deliveries.push(delivery);
  return deliveries;
}
