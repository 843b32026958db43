// Runs the pending set-up steps, then a command on Node 24 with the project's binaries first on the PATH:
//   node scripts/run.mjs vitest run
//   node scripts/run.mjs --supervise moleculer-runner …   restarts the command when it exits unexpectedly, and
//                                                                 runs PROCESSES of it
import { delimiter, dirname, join } from "node:path";
import { node, root, setup } from "./setup.mjs";
import { machineOf, processCount, supervise } from "./supervise.mjs";

setup();

const isRestarted = process.argv[2] === "--supervise";
const [command, ...args] = process.argv.slice(isRestarted ? 3 : 2);
const path = [dirname(node), join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter);
const env = { ...process.env, PATH: path };
const processes = isRestarted ? processCount(env, machineOf(node)) : 1;
process.exitCode = await supervise(command, args, { env, isRestarted, processes });
