/** Debian packages that tests and tools need. Those of the service are in `scripts/setup.mjs`. */
import { execFileSync, spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Held during an installation: apt-get fails if another one is running. */
const LOCK = join(tmpdir(), "sightline-apt.lock");
const INSTALL = 'apt-get update && apt-get install -y --no-install-recommends "$@"';

/**
 * Installs missing packages. Concurrent calls of several processes wait for each other.
 * @throws if apt-get fails, for instance without root.
 */
export function ensureDebianPackages(...names: string[]): void {
  const missing = names.filter((name) => {
    const { stdout } = spawnSync("dpkg-query", ["-W", "-f", "$" + "{db:Status-Status}", name], { encoding: "utf8" });
    return stdout !== "installed";
  });
  if (missing.length === 0) return;
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  try {
    execFileSync("flock", [LOCK, "sh", "-c", INSTALL, "sh", ...missing], { env: environment, stdio: "pipe" });
  } catch (cause) {
    throw new Error(`These Debian packages are needed and could not be installed: ${missing.join(" ")}`, { cause });
  }
}

/** Whether the command exists and succeeds. */
export function works(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}
