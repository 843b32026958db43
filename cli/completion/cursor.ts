/** Finds the position of the cursor on a command line, and what may be entered there. Pure. */
import type { Argument, Command, Option } from "commander";

export interface Cursor {
  readonly command: Command;
  /** The option or argument whose value stands at the cursor. */
  readonly target?: Option | Argument;
  /** Text before that value in its word, such as `--models=` or `faces-haar,`. */
  readonly before: string;
  /** Whether the name of an option is expected at the cursor. */
  readonly isFlag: boolean;
  /** Whether the name of a command may be entered at the cursor. */
  readonly isCommand: boolean;
  /** Values of `--url` and `--key` on the command line. */
  readonly given: Readonly<Record<string, string>>;
}

const ASSIGNED = /^(--[\w-]+=)(.*)$/s;

/** State after the words before the cursor. */
class WordsBefore {
  command: Command;
  readonly given: Record<string, string> = {};
  /** The option that needs the next word as its value. */
  waiting: Option | undefined;
  /** Number of arguments that the command has got so far. */
  position = 0;
  /** Whether options are still allowed: false after `--`. */
  hasOptions = true;

  constructor(program: Command) {
    this.command = program;
  }

  add(word: string): void {
    if (this.waiting) {
      this.given[this.waiting.attributeName()] = word;
      this.waiting = undefined;
    } else if (this.hasOptions && word === "--") this.hasOptions = false;
    else if (this.hasOptions && /^-./.test(word)) this.#addOption(word);
    else this.#addArgument(word);
  }

  #addOption(word: string): void {
    const [, flag, value] = ASSIGNED.exec(word) ?? [];
    const option = optionOf(this.command, flag?.slice(0, -1) ?? word);
    if (option && value !== undefined) this.given[option.attributeName()] = value;
    else if (option && takesValue(option)) this.waiting = option;
  }

  #addArgument(word: string): void {
    const subcommand = this.position === 0 && this.command.commands.find((each) => each.name() === word);
    if (subcommand) this.command = subcommand;
    else this.position++;
  }
}

/** @param words The words after the program's name, up to the cursor. The last one may be empty or incomplete. */
export function cursorOf(program: Command, words: readonly string[]): Cursor {
  const current = words.at(-1) ?? "";
  const said = new WordsBefore(program);
  for (const word of words.slice(0, -1)) said.add(word);
  const { command, given, waiting, position, hasOptions } = said;
  const at = { command, given, isFlag: false, isCommand: false };
  if (waiting) return { ...at, target: waiting, before: listBefore(current) };
  const [, assigned = "", value = ""] = ASSIGNED.exec(current) ?? [];
  const option = hasOptions && assigned ? optionOf(command, assigned.slice(0, -1)) : undefined;
  if (option) return { ...at, target: option, before: assigned + listBefore(value) };
  if (hasOptions && current.startsWith("-")) return { ...at, isFlag: true, before: "" };
  const argument = argumentAt(command, position);
  return { ...at, isCommand: position === 0, ...(argument && { target: argument }), before: listBefore(current) };
}

/** The part of a list value before its last item, such as `classify,` of `classify,obj`. */
function listBefore(value: string): string {
  return value.slice(0, value.lastIndexOf(",") + 1);
}

function optionOf(command: Command, flag: string): Option | undefined {
  return command.options.find(({ short, long }) => flag === short || flag === long);
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function argumentAt({ registeredArguments }: Command, position: number): Argument | undefined {
  const last = registeredArguments.at(-1);
  return registeredArguments[position] ?? (last?.variadic ? last : undefined);
}
