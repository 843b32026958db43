/** `sightline providers`: lists what networks can run on here, and the libraries that are missing for it. */
import { mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Argument, Command } from "commander";
import { download } from "../lib/vision/models/download.ts";
import { faultOf } from "../lib/vision/models/files.ts";
import { libraryFiles, ONNXRUNTIME_VERSION, systemLibraries, wheel } from "../lib/vision/providers/cuda.ts";
import { installLibraries, onnxruntimeHere } from "../lib/vision/providers/install.ts";
import { hasNvidiaGpu, missingLibraries } from "../lib/vision/providers/system.ts";
import { interrupted } from "./command.ts";
import { ofWords, suggesting } from "./completion/suggestions.ts";
import { exitCodes, UsageError } from "./failure.ts";
import { downloadProgress } from "./progress.ts";
import { StatusLine } from "./terminal.ts";

const CUDA = "cuda";

/** A sentence for each thing that is missing for `cuda`. */
async function faultsOfCuda(folder: string): Promise<string[]> {
  const files = await Promise.all(libraryFiles.map((file) => faultOf(file, folder)));
  return [
    ...(hasNvidiaGpu() ? [] : ["There is no graphics card of NVIDIA here, or it has no driver."]),
    ...files.flatMap((fault) => (fault ? [`${fault}: \`sightline providers install cuda\`.`] : [])),
    ...missingLibraries(systemLibraries).map(({ name, from }) => `${name} is missing: it comes with ${from}.`),
  ];
}

function requireLinux(): void {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new UsageError(`Libraries for ${CUDA} are published for Linux on x86-64, not for this machine.`);
  const { version } = onnxruntimeHere();
  if (version !== ONNXRUNTIME_VERSION)
    throw new UsageError(`onnxruntime-node has version ${version}; the libraries are of ${ONNXRUNTIME_VERSION}.`);
}

async function list(): Promise<void> {
  console.log("cpu   ready");
  const faults = await faultsOfCuda(onnxruntimeHere().folder);
  console.log(`${CUDA}  ${faults.length === 0 ? "ready" : "cannot be used here:"}`);
  for (const fault of faults) console.log(`      ${fault}`);
}

interface InstallOptions {
  readonly wheel?: string;
  readonly force?: true;
}

async function install(provider: string, options: InstallOptions): Promise<void> {
  if (provider !== CUDA) throw new UsageError(`There is nothing to install for ${provider}, only for ${CUDA}.`);
  requireLinux();
  if (!options.force && !hasNvidiaGpu()) {
    console.error(
      "There is no graphics card of NVIDIA here, or it has no driver. --force installs the libraries anyway.",
    );
    process.exitCode = exitCodes.imagesFailed;
    return;
  }
  const { folder } = onnxruntimeHere();
  const faults = await Promise.all(libraryFiles.map((file) => faultOf(file, folder)));
  if (faults.some((fault) => fault !== undefined)) await installFrom(options.wheel, folder);
  console.log(`The libraries are in ${folder}.`);
  const missing = await faultsOfCuda(folder);
  for (const fault of missing) console.log(fault);
  if (missing.length === 0) console.log("PROVIDERS=cuda runs the networks on the graphics card.");
}

/** @param given Path of the wheel, if it need not be downloaded. The files in it are checked. */
async function installFrom(given: string | undefined, folder: string): Promise<void> {
  if (given !== undefined) return installLibraries(libraryFiles, given, folder);
  // The temporary folder is next to the target, where there is room for the installed files, which are larger.
  const temporary = await mkdtemp(join(dirname(folder), "wheel-"));
  const status = new StatusLine();
  try {
    await download(wheel, temporary, { onProgress: downloadProgress(wheel, status), signal: interrupted });
    await installLibraries(libraryFiles, join(temporary, wheel.name), folder);
  } finally {
    status.clear();
    await rm(temporary, { recursive: true, force: true });
  }
}

export function providersCommand(): Command {
  const providers = new Command("providers").description(
    "Show what networks can run on here, and install what is missing.",
  );
  providers.command("list").description("Show what each provider lacks on this machine.").action(list);
  providers
    .command("install")
    .description("Put the libraries of a provider beside those of onnxruntime-node.")
    .addArgument(suggesting(new Argument("<provider>", CUDA), ofWords([CUDA])))
    .option("--wheel <file>", `${wheel.name}, if it is here already`)
    .option("--force", "also without a graphics card, for example while an image is built")
    .action(install);
  return providers;
}
