/** The shared libraries that our addons need, as files of this Debian system with their packages. */
import { execFileSync, spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { basename } from "node:path";
import { isAbsent } from "./absent-libraries.ts";

/**
 * The C library belongs to the machine: it must fit the kernel, the name service and the locale there. So the bundle
 * has none.
 */
const GLIBC = /^(ld-linux-x86-64|lib(c|m|mvec|pthread|dl|rt|resolv|util|anl|nsl|nss_\w+))\.so\./;

export interface Library {
  /** The name by which its users load it, such as `libtiff.so.6`. */
  readonly soname: string;
  readonly path: string;
  /** Files that load it. */
  readonly users: readonly string[];
}

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 28 });

/** The names of the libraries that a file loads. */
function needed(file: string): string[] {
  return Array.from(run("readelf", "-d", file).matchAll(/\(NEEDED\).*\[(.+)\]/g), ([, name = ""]) => name);
}

/** Paths of the libraries that the files need, by name, as the loader of this machine finds them. */
function resolved(files: readonly string[]): Map<string, string> {
  const lines = files.flatMap((file) => run("ldd", file).split("\n"));
  const pairs = lines.map((line) => /^\s*(\S+) => (\/.*) \(0x/.exec(line)).filter((match) => match !== null);
  return new Map(pairs.map(([, name = "", path = ""]) => [name, realpathSync(path)]));
}

/**
 * All libraries that the files need, directly or not, without the C library. Libraries that only an absent library
 * needs are left out. Absent libraries themselves are in the list.
 */
export function librariesOf(files: readonly string[]): Library[] {
  const paths = resolved(files);
  const users = new Map<string, string[]>();
  const waiting = [...files];
  for (let file = waiting.pop(); file; file = waiting.pop()) {
    for (const soname of needed(file)) {
      if (GLIBC.test(soname)) continue;
      const path = paths.get(soname);
      if (!path) throw new Error(`${soname}, which ${basename(file)} needs, is not on this machine`);
      if (!users.has(soname) && !isAbsent(soname)) waiting.push(path);
      users.set(soname, [...(users.get(soname) ?? []), file]);
    }
  }
  return Array.from(users, ([soname, users]) => ({ soname, path: paths.get(soname) as string, users })).sort((a, b) =>
    a.soname < b.soname ? -1 : 1,
  );
}

/** The Debian packages that contain the files, sorted. @throws if a file is in none. */
export function packagesOf(paths: readonly string[]): string[] {
  // dpkg lists files under /lib or under /usr/lib, which are the same folder. It exits with 1 if it does not find one
  // of the two.
  const short = (path: string) => path.replace(/^\/usr/, "");
  const query = spawnSync("dpkg-query", ["-S", ...paths.flatMap((path) => [path, short(path)])], { encoding: "utf8" });
  const lines = query.stdout.split("\n").map((line) => /^([^:, ]+).*: (\/.*)$/.exec(line));
  const owners = new Map(
    lines.filter((match) => match !== null).map(([, name = "", path = ""]) => [short(path), name]),
  );
  const missing = paths.filter((path) => !owners.has(short(path)));
  if (missing.length > 0) throw new Error(`No Debian package has ${missing.join(", ")}`);
  return [...new Set(paths.map((path) => owners.get(short(path)) as string))].sort();
}

/** The newest version of the C library that one of the files requires, such as `2.36`. */
export function requiredGlibc(files: readonly string[]): string {
  const versions = run("readelf", "-V", ...files).matchAll(/Name: GLIBC_(\d+)\.(\d+)/g);
  const newest = Array.from(versions, ([, major, minor]) => [Number(major), Number(minor)] as const).reduce(
    (most, version) => ((version[0] - most[0] || version[1] - most[1]) > 0 ? version : most),
    [0, 0] as const,
  );
  return newest.join(".");
}
