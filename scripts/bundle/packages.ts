/** The npm packages that the service loads, with the files that it needs of them. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface LockEntry {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export interface NpmPackage {
  /** Path from the project's folder, such as `node_modules/a/node_modules/b`. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** Name of its licence. */
  readonly license: string;
  /** Paths of its files from its own folder, sorted. */
  readonly files: readonly string[];
  /** The licence files among these. */
  readonly licenses: readonly string[];
}

/** Packages of which we use single files, without the dependencies of the rest. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  "@u4/opencv4nodejs": ["src/lib/haarcascades/haarcascade_frontalface_default.xml"],
  redoc: ["bundles/redoc.standalone.js", "bundles/redoc.standalone.js.LICENSE.txt"],
};
/** Packages that are left out: the REPL for development, and packages with types only. */
const LEFT_OUT = /^(moleculer-repl|@types\/.+|undici-types)$/;
const NOT_LOADED = /\.([cm]?ts|map|tsbuildinfo)$|^(test|tests|__tests__|\.github)\//;
const LICENSE = /^(licen[cs]e|copying|notice|thirdpartynotices)[^/]*$/i;

function filesOf(folder: string, name: string): string[] {
  const all = globSync("**/*", { cwd: folder, withFileTypes: true, exclude: (entry) => entry.name === "node_modules" })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  const parts = PARTS[name];
  if (parts) return all.filter((file) => file === "package.json" || LICENSE.test(file) || parts.includes(file));
  // onnxruntime-node contains native code for all systems.
  const isForeign = (file: string) => file.startsWith("bin/napi") && !file.includes("/linux/x64/");
  return all.filter((file) => !NOT_LOADED.test(file) && !isForeign(file));
}

/** The licence in its package.json, in the present form or the earlier one. */
function licenseOf(folder: string): string {
  const { license, licenses } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const named = [license, licenses].flat().filter(Boolean);
  return named.map((one) => one.type ?? one).join(" or ") || "see its licence file";
}

/** All packages that `dependencies` in package.json lead to, sorted by path. @param root The project's folder. */
export function productionPackages(root: string): NpmPackage[] {
  const lock: Record<string, LockEntry> = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;

  /** Finds a package as Node does: in the folder of the package, then in those above. */
  function find(from: string, name: string): string | undefined {
    const path = join(from, "node_modules", name);
    if (lock[path]) return path;
    return from === "" ? undefined : find(from.slice(0, Math.max(0, from.lastIndexOf("node_modules/") - 1)), name);
  }

  const found = new Map<string, string>();
  function visit(from: string, name: string): void {
    const path = find(from, name);
    // Optional packages of other systems are only in the lock file.
    if (!path || found.has(path) || LEFT_OUT.test(name) || !existsSync(join(root, path))) return;
    found.set(path, name);
    if (PARTS[name]) return;
    const { dependencies, optionalDependencies, peerDependencies } = lock[path] as LockEntry;
    for (const next of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }))
      visit(path, next);
  }
  for (const name of Object.keys(lock[""]?.dependencies ?? {})) visit("", name);

  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, name]) => {
      const files = filesOf(join(root, path), name);
      const { version = "" } = lock[path] as LockEntry;
      const licenses = files.filter((file) => LICENSE.test(file));
      return { path, name, version, license: licenseOf(join(root, path)), files, licenses };
    });
}
