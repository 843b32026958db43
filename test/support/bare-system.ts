/** A system with the C library, a shell and nothing else, and processes in it. Needs root, and the right to mount. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";

const SHELL = "/bin/sh";
/** Libraries besides those that the shell itself needs. */
const C_LIBRARY = ["libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libresolv.so.2"];
/** No user has this id, so nothing belongs to it. */
export const STRANGER = 65_533;

/** Processes see the machine's own /proc and /dev, which are mounted only for them. */
const ENTER = `set -e
mount --make-rprivate /
mount --rbind /proc "$1/proc"
mount --rbind /dev "$1/dev"
exec chroot --userspec=${STRANGER}:${STRANGER} "$@"`;

function copyInto(root: string, path: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  copyFileSync(path, join(root, path));
}

/** @param root A new folder. `/home` in it belongs to the stranger, and `/tmp` is open to all. */
export function makeBareSystem(root: string): void {
  if (process.getuid?.() !== 0) throw new Error("Only root can make a bare system: run this test as root.");
  const loaded = execFileSync("ldd", [SHELL], { encoding: "utf8" });
  const paths = Array.from(loaded.matchAll(/(\/\S+) \(0x/g), ([, path = ""]) => path);
  const libraries = dirname(paths.find((path) => path.endsWith("libc.so.6")) as string);
  for (const path of [SHELL, ...paths, ...C_LIBRARY.map((name) => join(libraries, name))]) copyInto(root, path);
  for (const folder of ["proc", "dev", "home", "tmp"]) mkdirSync(join(root, folder));
  chmodSync(join(root, "tmp"), 0o1777);
  execFileSync("chown", [`${STRANGER}:${STRANGER}`, join(root, "home")]);
}

/** Runs a shell command in the system, in `/home`, as a stranger. A signal to the process reaches the command. */
export function runInside(root: string, command: string, environment: NodeJS.ProcessEnv = {}): ChildProcess {
  const inside = [root, SHELL, "-c", `cd /home && exec ${command}`];
  return spawn("unshare", ["--mount", SHELL, "-c", ENTER, "enter", ...inside], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}
