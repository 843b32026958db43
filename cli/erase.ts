/** `sightline key erase`: erases everything of an owner and prints the receipt. */
import type { Command } from "commander";
import { type ConnectionOptions, connect, serviceCommand } from "./command.ts";
import { UsageError } from "./failure.ts";

interface EraseOptions extends ConnectionOptions {
  readonly owner?: string;
  readonly own?: true;
  readonly yes?: true;
}

export function eraseCommand(): Command {
  return serviceCommand("erase")
    .description("Erase all that belongs to the owner of a key, with its keys and sessions, and print the receipt.")
    .argument("[id]", "the key's id, not the key")
    .option("--owner <id>", "an owner instead, such as that of a session without a key")
    .option("--own", "erase the owner of the key that this command uses instead")
    .option("--yes", "confirm the erasure, which cannot be undone")
    .action(erase);
}

async function erase(id: string | undefined, { owner, own, yes, ...options }: EraseOptions): Promise<void> {
  if ([id, owner, own].filter((given) => given !== undefined).length !== 1)
    throw new UsageError("Name a key, --owner or --own.");
  if (!yes)
    throw new UsageError("Nothing was erased. This erases all data of the owner for good; to confirm it, add --yes.");
  const whose = { ...(id !== undefined && { key: id }), ...(owner !== undefined && { owner }) };
  console.log(JSON.stringify(await connect(options).erase(whose), null, 2));
}
