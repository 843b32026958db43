/**
 * Spaces of their own, of the kernel, for the networks, mounts and processes of a run: whatever ends the run, all of
 * them end with it, and no run sees another's.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";

const IS_INSIDE = "SIGHTLINE_OWN_SPACE";

/** Whether this process is in spaces of its own, because `runInOwnSpace` started it. */
export const isInOwnSpace = process.env[IS_INSIDE] !== undefined;

/** Runs this program once more, with its arguments, in spaces of its own. @returns its exit code. */
export async function runInOwnSpace(): Promise<number> {
  mkdirSync("/run/netns", { recursive: true });
  const spaces = ["--net", "--mount", "--pid", "--mount-proc", "--fork", "--kill-child"];
  const child = spawn("unshare", [...spaces, process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    stdio: "inherit",
    env: { ...process.env, [IS_INSIDE]: "true" },
  });
  // The first process of a space takes no notice of these signals by itself.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill("SIGKILL"));
  const [code] = await once(child, "exit");
  return code ?? 1;
}

/** Makes the spaces ready; at the beginning of the program inside. */
export function prepareOwnSpace(): void {
  execFileSync("ip", ["link", "set", "lo", "up"]);
  execFileSync("mount", ["-t", "tmpfs", "tmpfs", "/run/netns"]);
}
