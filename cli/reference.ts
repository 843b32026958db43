/** The commands with their arguments and options as a page of Markdown, made from what `--help` shows. Pure. */
import type { Argument, Command, Option } from "commander";

const LEAD = `# Options of the command line

All commands of \`sightline\` with their options; [cli.md](cli.md) says how they work. \`npm run cli-options\` makes
this page from what \`--help\` shows. Every command that uses a service takes \`--url\` and \`--key\` too
([cli.md](cli.md)).`;

const SHARED = ["--url", "--key", "--help"];

export function cliReference(program: Command): string {
  return `${[LEAD, ...commandsOf(program).map(section)].join("\n\n")}\n`;
}

/** All commands that do something, including those in groups. */
function commandsOf(command: Command): Command[] {
  const own = command
    .createHelp()
    .visibleCommands(command)
    .filter((each) => each.name() !== "help");
  return own.length === 0 ? [command] : own.flatMap(commandsOf);
}

function section(command: Command): string {
  const names = namesOf(command);
  const usage = ["sightline", ...names, command.usage()].join(" ");
  const options = command
    .createHelp()
    .visibleOptions(command)
    .filter(({ long }) => !SHARED.includes(long ?? ""));
  return [
    `## ${names.join(" ")}`,
    `\`${usage}\``,
    command.description(),
    ...table("argument", command.registeredArguments, (argument) => `\`${argument.name()}\``),
    ...table("option", options, ({ flags }) => `\`${flags}\``),
  ].join("\n\n");
}

/** The names of a command and its groups, without the program's name. */
function namesOf(command: Command): string[] {
  return command.parent ? [...namesOf(command.parent), command.name()] : [];
}

type Described = Pick<Option & Argument, "description" | "defaultValue" | "defaultValueDescription" | "argChoices">;

function table<T extends Described>(heading: string, items: readonly T[], nameOf: (item: T) => string): string[] {
  if (items.length === 0) return [];
  const rows = items.map((item) => `| ${nameOf(item)} | ${meaningOf(item)} |`);
  return [[`| ${heading} | meaning |`, "| --- | --- |", ...rows].join("\n")];
}

function meaningOf({ description, defaultValue, defaultValueDescription, argChoices }: Described): string {
  const fallback = defaultValue === undefined ? undefined : (defaultValueDescription ?? String(defaultValue));
  const notes = [
    argChoices && `one of: ${argChoices.join(", ")}`,
    // `true` is the default of options such as `--no-images`.
    fallback !== undefined && defaultValue !== true && `default: ${fallback}`,
  ].filter(Boolean);
  const text = notes.length > 0 ? `${description} (${notes.join("; ")})` : description;
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
