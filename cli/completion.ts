/** `sightline completion`: completes commands, options and known values in bash, zsh and fish. */
import { Argument, Command } from "commander";
import { SightlineClient } from "../client/sightline-client.ts";
import { DEFAULT_URL } from "./command.ts";
import { candidatesFor } from "./completion/candidates.ts";
import { type Shell, scripts, shells } from "./completion/scripts.ts";

/** How long a press of Tab waits for an answer of the service. */
const ANSWER_TIMEOUT_MS = 1_000;

export function completionCommand(): Command {
  return new Command("completion")
    .description("Print a script with which a shell completes commands, options, names of models and ids of jobs.")
    .addArgument(new Argument("<shell>", "the shell").choices(shells))
    .addHelpText(
      "after",
      `
Examples:
  sightline completion bash > ~/.local/share/bash-completion/completions/sightline
  sightline completion zsh > "\${fpath[1]}/_sightline"
  sightline completion fish > ~/.config/fish/completions/sightline.fish`,
    )
    .action((shell: Shell) => {
      process.stdout.write(scripts[shell]);
    });
}

/** The command that the completion scripts call, with the words up to the cursor. */
export function candidatesCommand(): Command {
  return new Command("__complete").argument("[words...]").action(async (words: string[], _, { parent }: Command) => {
    if (!parent) return;
    const candidates = await candidatesFor(parent, words.length > 0 ? words : [""], connectTo);
    for (const { value, description } of candidates) console.log(`${value}\t${description}`);
  });
}

function connectTo({ url, key }: { readonly url?: string; readonly key?: string }): SightlineClient {
  const { SIGHTLINE_URL, SIGHTLINE_KEY } = process.env;
  const givenKey = key ?? (SIGHTLINE_KEY || undefined);
  return new SightlineClient({
    url: url ?? (SIGHTLINE_URL || DEFAULT_URL),
    ...(givenKey !== undefined && { key: givenKey }),
    patienceMs: 0,
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  });
}
