// Sets up what is missing, then runs a command on Node 24 with the project's binaries first on the PATH:
//   node scripts/run.mjs vitest run
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { node, setup } from "./setup.mjs";

setup();

const [command, ...args] = process.argv.slice(2);
const path = [dirname(node), join(import.meta.dirname, "..", "node_modules", ".bin"), process.env.PATH].join(delimiter);
const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, PATH: path } });

// A terminal's Ctrl-C reaches the child by itself; a signal sent to this process alone must be handed on.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));

child.on("error", (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
child.on("exit", (code, signal) => {
  process.exitCode = code ?? 128 + constants.signals[signal];
});
