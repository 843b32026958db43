/** `sightline models`: downloads, lists and checks the model files. */
import { copyFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { Argument, Command, Option } from "commander";
import { config } from "../lib/config.ts";
import { createFolder, SHARED_MODE } from "../lib/folders/create-folder.ts";
import { DownloadError, download } from "../lib/vision/models/download.ts";
import { faultOf } from "../lib/vision/models/files.ts";
import {
  filesOf,
  loadManifests,
  type ManifestEntry,
  type ModelFile,
  ownManifest,
  tasks,
} from "../lib/vision/models/manifest.ts";
import { interrupted } from "./command.ts";
import { suggesting } from "./completion/suggestions.ts";
import { exitCodes, UsageError } from "./failure.ts";
import { loadCommand, unloadCommand } from "./model-changes.ts";
import { downloadProgress, MiB } from "./progress.ts";
import { StatusLine } from "./terminal.ts";

/** Model files in this folder next to the checkout are copied instead of downloaded. */
const NEARBY = join(import.meta.dirname, "../../shared/models");

const manifests = () => loadManifests([ownManifest, ...(config.modelsManifest ? [config.modelsManifest] : [])]);

/** @throws UsageError if no manifest has a name. */
function chosen(names: readonly string[]): ManifestEntry[] {
  const all = manifests();
  const unknown = names.filter((name) => !all.some((entry) => entry.name === name));
  if (unknown.length > 0)
    throw new UsageError(`There is no model ${unknown.join(", ")}; \`sightline models list\` shows all.`);
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name) || isNeeded(name, names, all));
}

function isNeeded(name: string, names: readonly string[], all: readonly ManifestEntry[]): boolean {
  return all.some((entry) => names.includes(entry.name) && entry.kind === "face-encoder" && entry.detector === name);
}

/** The files of the models, without duplicates. */
function files(models: readonly ManifestEntry[]): ModelFile[] {
  return [...new Map(models.flatMap(filesOf).map((file) => [file.name, file])).values()];
}

async function copyNearby({ name }: ModelFile, folder: string): Promise<void> {
  createFolder(folder, SHARED_MODE);
  const part = join(folder, `${name}.copy`);
  await copyFile(join(NEARBY, name), part);
  await rename(part, join(folder, name));
}

/** @returns whether all files are present. */
async function pull(names: readonly string[], folder: string): Promise<boolean> {
  const status = new StatusLine();
  let isComplete = true;
  for (const file of files(chosen(names))) {
    if (!(await faultOf(file, folder))) {
      console.log(`${file.name}: there already`);
      continue;
    }
    try {
      const isNearby = !(await faultOf(file, NEARBY));
      if (isNearby) await copyNearby(file, folder);
      else await download(file, folder, { onProgress: downloadProgress(file, status), signal: interrupted });
      status.clear();
      console.log(`${file.name}: ${isNearby ? `copied from ${NEARBY}` : "downloaded and checked"}`);
    } catch (error) {
      status.clear();
      // One failed download must not stop the others.
      if (!(error instanceof DownloadError)) throw error;
      console.error(`${file.name}: ${error.message}`);
      isComplete = false;
    }
  }
  console.log(`Folder: ${folder}. A service reads it when it starts, if its DATA_DIR or MODELS_DIR is the same.`);
  return isComplete;
}

/** @returns true, because missing files are no failure of a list. */
async function list(folder: string): Promise<boolean> {
  for (const entry of manifests()) {
    const faults = await Promise.all(filesOf(entry).map((file) => faultOf(file, folder)));
    const fault = faults.filter((found) => found !== undefined).join(", ");
    const bytes = filesOf(entry).reduce((sum, file) => sum + file.bytes, 0);
    const size = `${(bytes / MiB).toFixed(1)} MiB`;
    console.log(
      `${entry.name.padEnd(16)} ${tasks[entry.kind].padEnd(21)} ${size.padStart(9)}  ${fault || "files present"}`,
    );
    console.log(`${"".padEnd(16)} ${entry.version}; ${entry.licence}${entry.notes ? `. ${entry.notes}` : ""}`);
  }
  console.log(`Folder: ${folder}. The model faces-haar needs no file of its own.`);
  return true;
}

/** @returns whether all files match the manifest. */
async function verify(names: readonly string[], folder: string): Promise<boolean> {
  const faults = await Promise.all(
    files(chosen(names)).map((file) => faultOf(file, folder).then((fault) => [file, fault] as const)),
  );
  for (const [{ name }, fault] of faults) console.log(fault ? `FAULT ${fault}` : `ok    ${name}`);
  return faults.every(([, fault]) => !fault);
}

/** Sets the exit code if files are missing or damaged. */
function command<A extends unknown[]>(work: (...args: A) => Promise<boolean>) {
  return async (...args: A) => {
    if (!(await work(...args))) process.exitCode = exitCodes.imagesFailed;
  };
}

const dir = () => new Option("--dir <folder>", "folder of the model files").default(config.modelsDir, "MODELS_DIR");
const names = () =>
  suggesting(new Argument("[names...]", "models; all if none are named"), async () =>
    manifests().map(({ name }) => [name]),
  );
type Options = { dir: string };

export const models = new Command("models").description(
  "Download, list and check the model files; load and unload models.",
);
models
  .command("pull")
  .description("Download missing or damaged files.")
  .addArgument(names())
  .addOption(dir())
  .action(command((names: string[], options: Options) => pull(names, options.dir)));
models
  .command("list")
  .description("Show the models, their licences, and whether their files are there.")
  .addOption(dir())
  .action(command((options: Options) => list(options.dir)));
models
  .command("verify")
  .description(
    "Check the files against their sha256. Whether a network fits its entry, such as its layout, a service checks when it loads it.",
  )
  .addArgument(names())
  .addOption(dir())
  .action(command((names: string[], options: Options) => verify(names, options.dir)));
models.addCommand(loadCommand()).addCommand(unloadCommand());
