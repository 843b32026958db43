/** `sightline webhook-secret`: secrets that sign the webhooks to single receivers. */
import { Command } from "commander";
import { visibleLine } from "../lib/visible-text.ts";
import { type ConnectionOptions, connect, duration, serviceCommand } from "./command.ts";
import { table } from "./terminal.ts";

export function webhookSecretCommand(): Command {
  const secret = new Command("webhook-secret").description("Make, list and remove secrets of receivers of webhooks.");
  secret.addCommand(
    serviceCommand("rotate")
      .description("Make a secret for a receiver and print it; it cannot be shown again.")
      .argument("<origin>", "where webhooks go, such as https://example.com")
      .option("--overlap <time>", "how long the previous secret signs too, such as 2h; a day by default", overlap)
      .action(rotate),
  );
  secret.addCommand(serviceCommand("list").description("List the receivers that have a secret.").action(list));
  secret.addCommand(
    serviceCommand("remove")
      .description("Remove the secret of a receiver.")
      .argument("<origin>", "as `list` shows it")
      .action(remove),
  );
  return secret;
}

/** 0 ends the previous secret at once. */
const overlap = (text: string): number => (text === "0" ? 0 : Math.round(duration(text) / 1000));

async function remove(origin: string, options: ConnectionOptions): Promise<void> {
  await connect(options).webhookSecrets.remove(origin);
  console.error(visibleLine(`The secret of ${URL.parse(origin)?.origin ?? origin} is removed.`));
}

async function rotate(
  origin: string,
  { overlap: overlapSeconds, ...options }: ConnectionOptions & { readonly overlap?: number },
): Promise<void> {
  const whose = { origin, ...(overlapSeconds !== undefined && { overlapSeconds }) };
  const { secret, previousUntil } = await connect(options).webhookSecrets.rotate(whose);
  console.log(secret);
  if (previousUntil) console.error(`The previous secret signs too until ${previousUntil}.`);
}

async function list(options: ConnectionOptions): Promise<void> {
  const rows = (await connect(options).webhookSecrets.list()).map(({ origin, createdAt, previousUntil = "–" }) => [
    origin,
    createdAt,
    previousUntil,
  ]);
  console.log(table(["receiver", "made", "the previous one signs until"], rows));
}
