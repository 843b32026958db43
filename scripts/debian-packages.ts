/** Debian packages that tests and tools need. Those of the service are in `scripts/setup.mjs`. */
import { execFileSync, spawnSync } from "node:child_process";

/** Installs missing packages. @throws if apt-get fails, for instance without root. */
export function ensureDebianPackages(...names: string[]): void {
  const missing = names.filter((name) => {
    const { stdout } = spawnSync("dpkg-query", ["-W", "-f", "$" + "{db:Status-Status}", name], { encoding: "utf8" });
    return stdout !== "installed";
  });
  if (missing.length === 0) return;
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = (...args: string[]) => execFileSync("apt-get", args, { env: environment, stdio: "pipe" });
  try {
    install("update");
    install("install", "-y", "--no-install-recommends", ...missing);
  } catch (cause) {
    throw new Error(`These Debian packages are needed and could not be installed: ${missing.join(" ")}`, { cause });
  }
}

/** Whether the command exists and succeeds. */
export function works(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}
