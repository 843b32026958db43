/** `sightline key`: manages client keys, for those who have an admin key. */
import { Command, InvalidArgumentError, Option } from "commander";
import type { Key, KeyScope } from "../client/keys.ts";
import type { SightlineClient } from "../client/sightline-client.ts";
import { scopes } from "../lib/sessions/scopes.ts";
import { visibleLine } from "../lib/visible-text.ts";
import { type ConnectionOptions, connect, durationOf, serviceCommand, wholeNumber } from "./command.ts";
import { ofWords, suggesting } from "./completion/suggestions.ts";
import { eraseCommand } from "./erase.ts";
import { UsageError } from "./failure.ts";
import { table } from "./terminal.ts";

interface CreateOptions extends ConnectionOptions {
  readonly scope: KeyScope[];
  readonly expires?: string;
  readonly replaces?: string;
  readonly requestsPerMinute?: number;
  readonly imagesPerMinute?: number;
  readonly storedBytes?: number;
  readonly json?: true;
}

export function keyCommand(): Command {
  const key = new Command("key").description(
    "Create, list, revoke and erase keys, with an admin key; show whose key is used.",
  );
  key.addHelpText(
    "after",
    `
Examples:
  export SIGHTLINE_KEY=…                                      # the admin key
  sightline key create --scope process,read-only "camera at the door"
  sightline key create --scope jobs --expires 30d --replaces 21f19c8a-… "nightly import"
  sightline key create --scope process --requests-per-minute 600 --images-per-minute 1000 "trial"
  sightline key list
  sightline key revoke 21f19c8a-…
  sightline key erase --yes 21f19c8a-…                        # and all that was made with it`,
  );
  key.addCommand(
    serviceCommand("create")
      .description("Create a key and print it; it cannot be shown again.")
      .argument("<name>", "shown in lists, to tell keys apart")
      .addOption(
        suggesting(
          new Option("--scope <scopes>", `what it allows, comma-separated: ${scopes.join(", ")}`)
            .argParser(scopesOf)
            .makeOptionMandatory(),
          ofWords(scopes),
        ),
      )
      .option("--expires <time>", "a time of RFC 3339, or from now: 12h, 30d", expiry)
      .option("--replaces <id>", "the key whose owner it gets; that key stays valid until it is revoked")
      .option("--requests-per-minute <number>", "most requests with the key in a minute", wholeNumber(1))
      .option("--images-per-minute <number>", "most images sent with the key in a minute", wholeNumber(1))
      .option("--stored-bytes <number>", "most bytes of images kept for the jobs of its owner", wholeNumber(1))
      .option("--json", "print the key with its id, owner and scopes as JSON")
      .action(create),
  );
  key.addCommand(
    serviceCommand("list")
      .description("List all keys, also those that were revoked or have expired.")
      .option("--json", "print JSON lines")
      .action(list),
  );
  key.addCommand(
    serviceCommand("revoke")
      .description("Make a key, and the sessions opened with it, invalid.")
      .argument("<id>", "the key's id, not the key")
      .option("--yes", "confirm that the last admin key is revoked")
      .action(revoke),
  );
  key.addCommand(eraseCommand());
  key.addCommand(
    serviceCommand("whoami")
      .description("Show whose key this command uses, and what the key allows.")
      .action(async (options: ConnectionOptions) =>
        console.log(JSON.stringify(await connect(options).whoAmI(), null, 2)),
      ),
  );
  return key;
}

async function create(
  name: string,
  { scope, expires, replaces, requestsPerMinute, imagesPerMinute, storedBytes, json, ...options }: CreateOptions,
): Promise<void> {
  const limits = {
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
    ...(imagesPerMinute !== undefined && { imagesPerMinute }),
    ...(storedBytes !== undefined && { storedBytes }),
  };
  const created = await connect(options).keys.create({
    name,
    scopes: scope,
    ...(expires !== undefined && { expiresAt: expires }),
    ...(replaces !== undefined && { sharesWith: replaces }),
    ...(Object.keys(limits).length > 0 && { limits }),
  });
  console.log(json ? JSON.stringify(created) : created.key);
  if (!json) console.error(`Its id is ${created.id}. The key is not shown again.`);
}

async function revoke(id: string, { yes, ...options }: ConnectionOptions & { readonly yes?: true }): Promise<void> {
  const client = connect(options);
  if (!yes && (await isLastAdmin(client, id)))
    throw new UsageError(
      "Nothing was revoked. This is the last admin key: without another one, keys can be made again only after a start " +
        "with ADMIN_KEY. Create another first, or add --yes.",
    );
  await client.keys.revoke(id);
  // The revoked key may be the one that was used here. Then the next command is refused.
  console.error(visibleLine(`The key ${id} is revoked: within a second, requests with it are refused.`));
}

/**
 * Whether nobody could make keys any more without the key. Only the admin key that this command uses may be the last.
 */
async function isLastAdmin(client: SightlineClient, id: string): Promise<boolean> {
  const { key } = await client.whoAmI();
  if (key?.id !== id || !key.scopes.includes("admin")) return false;
  for await (const other of client.keys.list())
    if (other.id !== id && other.scopes.includes("admin") && isValid(other)) return false;
  return true;
}

async function list({ json, ...options }: ConnectionOptions & { readonly json?: true }): Promise<void> {
  const keys: Key[] = [];
  for await (const key of connect(options).keys.list()) keys.push(key);
  if (json) for (const key of keys) console.log(JSON.stringify(key));
  else {
    const rows = keys.map((key) => [key.id, key.hint, key.name, key.scopes.join(","), stateOf(key), limitsOf(key)]);
    console.log(table(["id", "begins", "name", "scopes", "state", "limits"], rows));
  }
}

function stateOf(key: Key): string {
  const { revokedAt, expiresAt } = key;
  if (revokedAt !== undefined) return `revoked ${revokedAt}`;
  if (expiresAt === undefined) return "valid";
  return isValid(key) ? `valid until ${expiresAt}` : `expired ${expiresAt}`;
}

function isValid({ revokedAt, expiresAt }: Key): boolean {
  return revokedAt === undefined && (expiresAt === undefined || Date.parse(expiresAt) > Date.now());
}

function limitsOf({ limits: { requestsPerMinute, imagesPerMinute, storedBytes } = {} }: Key): string {
  return [
    requestsPerMinute !== undefined && `${requestsPerMinute} requests/min`,
    imagesPerMinute !== undefined && `${imagesPerMinute} images/min`,
    storedBytes !== undefined && `${storedBytes} bytes stored`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** Scopes are not checked here, because the service knows which there are. */
function scopesOf(text: string, earlier: readonly KeyScope[] = []): KeyScope[] {
  const given = text.split(",").map((scope) => scope.trim()) as KeyScope[];
  return [...earlier, ...given];
}

function expiry(text: string): string {
  const fromNow = durationOf(text);
  const at = fromNow ? new Date(Date.now() + fromNow) : new Date(text);
  // A `Date` cannot hold a time that is too far away.
  if (Number.isNaN(at.getTime())) throw new InvalidArgumentError("It must be a time of RFC 3339, or such as 30d.");
  return fromNow ? at.toISOString() : text;
}
