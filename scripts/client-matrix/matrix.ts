/** Generates, compiles and runs a client with each generator, against a running service. */
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Command, Generator } from "./generator.ts";

const programs = join(import.meta.dirname, "programs");
const MOST_OUTPUT = 64 * 2 ** 20;
const MOST_REASON = 2_000;
const run = promisify(execFile);

export interface Outcome {
  readonly generator: Generator;
  /** Output of the program. */
  readonly report?: unknown;
  /** The step that failed, and the reason. */
  readonly failure?: { readonly step: string; readonly reason: string };
}

export interface Setting {
  /** Folder for the clients. The folder of each generator is made anew. */
  readonly folder: string;
  /** Path of the API document. */
  readonly document: string;
  readonly url: string;
  readonly images: readonly string[];
}

export async function tryGenerator(
  generator: Generator,
  { folder: all, document, url, images }: Setting,
): Promise<Outcome> {
  const folder = join(all, generator.name.replaceAll(/[^a-z-]+/g, "-"));
  const commands = async (some: readonly Command[]) => {
    for (const [program, ...args] of some) await run(program, args, { cwd: folder, maxBuffer: MOST_OUTPUT });
  };
  let step = "install";
  try {
    rmSync(folder, { recursive: true, force: true });
    for (const [from, to] of Object.entries(generator.programs)) copyInto(folder, from, to);
    for (const [name, content] of Object.entries(generator.files ?? {})) writeFileSync(join(folder, name), content);
    await commands(await generator.install(folder));
    step = "generate";
    await commands(await generator.generate(document));
    step = "compile";
    await commands(generator.compile);
    step = "run";
    const [program, ...args] = generator.run;
    const { stdout } = await run(program, [...args, url, ...images], { cwd: folder });
    return { generator, report: JSON.parse(stdout) };
  } catch (error) {
    const { stdout, stderr, message } = error as Error & { stdout?: string; stderr?: string };
    return {
      generator,
      failure: { step, reason: [message, stdout, stderr].filter(Boolean).join("\n").slice(0, MOST_REASON) },
    };
  }
}

function copyInto(folder: string, from: string, to: string): void {
  const path = join(folder, to);
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(join(programs, from), path);
}
