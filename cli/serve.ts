/** `sightline serve`: the service under its supervisor, with its data in the current folder. */
import { join, resolve } from "node:path";
import { Command } from "commander";
import { createFolder } from "../lib/folders/create-folder.ts";

const root = join(import.meta.dirname, "..");
const RUNNER = "node_modules/moleculer/bin/moleculer-runner.mjs";

/** The environment for the service, which runs in the project's folder. So relative paths are made absolute here. */
function environment(): NodeJS.ProcessEnv {
  const { DATA_DIR, MODELS_DIR, MODELS_MANIFEST } = process.env;
  const dataDir = resolve(DATA_DIR || "data");
  const compileCache = join(dataDir, "compile-cache");
  return {
    // The supervisor's default folder is next to the program, which may be read-only.
    ...(canCreate(compileCache) && { NODE_COMPILE_CACHE: compileCache }),
    ...process.env,
    DATA_DIR: dataDir,
    ...(MODELS_DIR && { MODELS_DIR: resolve(MODELS_DIR) }),
    ...(MODELS_MANIFEST && { MODELS_MANIFEST: resolve(MODELS_MANIFEST) }),
  };
}

/** Node hangs if it cannot create the folder of its cache, for example below `/proc`. */
function canCreate(folder: string): boolean {
  try {
    createFolder(folder);
    return true;
  } catch {
    return false;
  }
}

/** Replaces this process by the supervisor, so that the supervisor gets the signals. Does not return. */
function serve(): never {
  const variables = environment();
  process.chdir(root);
  const service = [RUNNER, "--config", "moleculer.config.ts", "services/**/*.service.ts"];
  const args = [process.execPath, "scripts/supervise.mjs", process.execPath, ...service];
  process.execve?.(process.execPath, args, variables);
  throw new Error("This system cannot run another program in place of this one.");
}

export function serveCommand(): Command {
  return new Command("serve")
    .description("Start the service, and start it again if it ends unexpectedly.")
    .addHelpText(
      "after",
      `
Settings are environment variables, such as PORT, HOST, DATA_DIR (default: data) and THREADS.
SIGTERM or Ctrl-C stops the service.

Example:
  PORT=9000 DATA_DIR=/var/lib/sightline sightline serve`,
    )
    .action(serve);
}
