/** Completion, in real shells, of what a real service has. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkoutCommands } from "../../cli/checkout-commands.ts";
import { candidatesFor } from "../../cli/completion/candidates.ts";
import { cursorOf } from "../../cli/completion/cursor.ts";
import { programOf } from "../../cli/program.ts";
import { cliReference } from "../../cli/reference.ts";
import { serviceCommands } from "../../cli/service-commands.ts";
import { SightlineClient } from "../../client/sightline-client.ts";
import { JobClient } from "../support/job-client.ts";
import { type RunningService, startService } from "../support/service.ts";
import { hasShell, inShell, type Shell } from "../support/shell.ts";

let service: RunningService;
let jobId: string;
beforeAll(async () => {
  service = await startService();
  ({ id: jobId } = await new JobClient(service.url).create([], "?execute=false"));
});
afterAll(() => service.stop());

/** What each shell offers for lines: a line of words for each. */
const completing: Record<Shell, (lines: readonly string[]) => string> = {
  bash: (lines) =>
    [
      "source <(sightline completion bash)",
      `offer() { COMP_LINE="$1" COMP_POINT=\${#1}; _sightline; echo "\${COMPREPLY[*]}"; }`,
      ...lines.map((line) => `offer '${line}'`),
    ].join("\n"),
  fish: (lines) =>
    [
      "sightline completion fish | source",
      // Words, without their descriptions.
      ...lines.map((line) => `echo (complete -C '${line}' | string split -f1 \\t)`),
    ].join("\n"),
  // Outside of its line editor zsh cannot complete: its functions that take the candidates are replaced.
  zsh: (lines) =>
    [
      "compdef() {}; source <(sightline completion zsh)",
      `_describe() { print -- "\${(@)\${(@P)2}%%:*}" }`,
      "_files() { print -- $words[CURRENT]* }",
      ...lines.map((line) => `words=("\${(@s: :)\${:-${line}}}"); CURRENT=$#words; _sightline`),
    ].join("\n"),
};

describe.each<Shell>(["bash", "zsh", "fish"])("in %s", (shell) => {
  const name = "completes commands, values that the service knows, and names of files";
  it.skipIf(!hasShell(shell))(name, { timeout: 120_000 }, async () => {
    const lines = [
      "sightline job re",
      "sightline process --json --models=faces-haar,faces-h",
      `sightline job wait ${jobId.slice(0, 6)}`,
      "sightline process astro",
    ];
    const there = `cd '${join(import.meta.dirname, "../../test-data/samples")}'\n`;
    let said = "";
    const offered = async () => {
      const { stdout, stderr } = await inShell(service.url, there + completing[shell](lines), shell);
      said += stderr;
      const [commands, ...others] = stdout.trimEnd().split("\n");
      return [commands?.split(" ").sort(), ...others];
    };
    // Bash takes the words apart at the equals sign and wants what follows, and adds the files itself.
    const others =
      shell === "bash" ? ["faces-haar,faces-haar", jobId] : ["--models=faces-haar,faces-haar", jobId, "astronaut.png"];
    // Whoever presses Tab gets nothing where the service takes longer than a second, as it may on a busy machine.
    await expect.poll(offered, { timeout: 110_000 }).toEqual([["results", "retry"], ...others]);
    expect(said).toBe("");
  });
});

it.each([
  ["process --to", ["--top-k"]],
  ["process --models faces-h", ["faces-haar"]],
  ["job list --state part", ["partially_failed"]],
  ["job list --state failed,can", ["failed,cancelled"]],
  ["job create --callback-mode ", ["structured", "binary"]],
  ["key create --scope process,me", ["process,metrics"]],
  ["models verify obj", ["objects"]],
  ["completion ", ["bash", "zsh", "fish"]],
  ["process me", []],
  ["unknown ", []],
])("of %j", async (line, values) => {
  const program = programOf(checkoutCommands());
  const found = await candidatesFor(program, line.split(" "), () => new SightlineClient({ url: service.url }));
  expect(found.map(({ value }) => value)).toEqual(values);
});

it("offers nothing, and says nothing, without the service", async () => {
  const { code, stdout, stderr } = await inShell("http://127.0.0.1:1", "sightline __complete -- process --models ''");
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
});

describe("the cursor", () => {
  const program = new Command("p").exitOverride();
  program.command("make").argument("<kind>").argument("[more...]").option("-s, --size <n>").option("--all");
  const at = (...words: string[]) => {
    const { command, target, before, isFlag } = cursorOf(program, words);
    return [command.name(), target?.name(), before, isFlag];
  };

  it.each([
    [[""], ["p", undefined, "", false]],
    [
      ["make", ""],
      ["make", "kind", "", false],
    ],
    [
      ["make", "a", "b", "c"],
      ["make", "more", "", false],
    ],
    [
      ["make", "-"],
      ["make", undefined, "", true],
    ],
    [
      ["make", "--size", ""],
      ["make", "size", "", false],
    ],
    [
      ["make", "-s", "1", "x,y"],
      ["make", "kind", "x,", false],
    ],
    [
      ["make", "--all", ""],
      ["make", "kind", "", false],
    ],
    [
      ["make", "--size=1"],
      ["make", "size", "--size=", false],
    ],
    [
      ["make", "--size=1,2"],
      ["make", "size", "--size=1,", false],
    ],
    [
      ["make", "--", "--size", "--all"],
      ["make", "more", "", false],
    ],
    // A name of an unknown command is an argument.
    [
      ["other", ""],
      ["p", undefined, "", false],
    ],
  ])("of %j", (words, where) => {
    expect(at(...words)).toEqual(where);
  });

  it("knows which service is meant", () => {
    const line = ["watch", "--url", "http://a.example", "--key=k", "--job", ""];
    expect(cursorOf(programOf(checkoutCommands()), line).given).toEqual({ url: "http://a.example", key: "k" });
  });
});

it("docs/cli-options.md has what the commands say", () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/cli-options.md"), "utf8");
  expect(page === cliReference(programOf(checkoutCommands())), "run `npm run cli-options`").toBe(true);
});

it.each(["docs/cli.md", "packages/cli/README.md"])("%s has all commands that use a service", (path) => {
  const rows = readFileSync(join(import.meta.dirname, "../..", path), "utf8").split("\n");
  const namesIn = (row = "") => row.split("| ")[1]?.match(/[a-z-]+/g) ?? [];
  for (const command of serviceCommands("")) {
    const names = [command, ...command.commands].map((each) => each.name());
    expect(namesIn(rows.find((row) => row.startsWith(`| \`${command.name()}`)))).toEqual(expect.arrayContaining(names));
  }
});
