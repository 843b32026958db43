/** Candidates for the word at the cursor of a command line. */
import type { Command } from "commander";
import type { SightlineClient } from "../../client/sightline-client.ts";
import { type Cursor, cursorOf } from "./cursor.ts";
import { suggestionsOf } from "./suggestions.ts";

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/**
 * The candidates that begin with the last word; none means that the shell completes names of files.
 * @param connectTo Called only if the values come from the service. Without an answer there are no candidates.
 */
export async function candidatesFor(
  program: Command,
  words: readonly string[],
  connectTo: (given: Cursor["given"]) => SightlineClient,
): Promise<Candidate[]> {
  const cursor = cursorOf(program, words);
  const all = cursor.isFlag ? flags(cursor.command) : [...subcommands(cursor), ...(await values(cursor, connectTo))];
  return all.filter(({ value }) => value.startsWith(words.at(-1) ?? ""));
}

function flags(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map(({ long, short, description }) => ({ value: long ?? short ?? "", description }));
}

function subcommands({ command, isCommand }: Cursor): Candidate[] {
  if (!isCommand) return [];
  return command
    .createHelp()
    .visibleCommands(command)
    .map((each) => ({ value: each.name(), description: each.description() }));
}

async function values({ target, before, given }: Cursor, connectTo: (given: Cursor["given"]) => SightlineClient) {
  const suggestions = target && suggestionsOf(target);
  if (!suggestions) return [];
  const known = await suggestions(connectTo(given)).catch(() => []);
  return known.map(([value, description = ""]) => ({ value: before + value, description }));
}
