/** Programs that run packages: several versions of Node, Bun and Deno. Missing ones are installed once, from npm. */
import { arch, platform } from "node:process";
import { npmProgram } from "../../scripts/npm-program.ts";

/** Whether to try all programs, which takes minutes. Otherwise only the oldest and the present ones are tried. */
export const isLong = Boolean(process.env.SIGHTLINE_ALL_RUNTIMES);

/** The oldest version for which the packages are made. */
export const OLDEST_NODE = "20.12.0";

export interface JavaScriptRuntime {
  readonly name: string;
  /** The command that runs a script, whose path follows. */
  command(): readonly string[];
}

function node(version: string): JavaScriptRuntime {
  const name = `node-${platform}-${arch}`;
  return { name: `Node ${version}`, command: () => [npmProgram({ name, version, program: "bin/node" })] };
}

const present: JavaScriptRuntime = { name: `Node ${process.versions.node}`, command: () => [process.execPath] };
export const nodes: readonly JavaScriptRuntime[] = [
  node(OLDEST_NODE),
  ...(isLong ? [node("20.20.2"), node("22.23.3")] : []),
  present,
];

const bun: JavaScriptRuntime = {
  name: "Bun",
  command: () => {
    const name = `@oven/bun-${platform}-${arch === "arm64" ? "aarch64" : arch}`;
    return [npmProgram({ name, version: "1.4.5", program: "bin/bun" })];
  },
};
const deno: JavaScriptRuntime = {
  name: "Deno",
  command: () => {
    const name = `@deno/${platform}-${arch}-glibc`;
    // The script has only these permissions.
    return [npmProgram({ name, version: "2.9.6", program: "deno" }), "run", "--allow-net", "--allow-read"];
  },
};
export const runtimes: readonly JavaScriptRuntime[] = [...nodes, bun, deno];
