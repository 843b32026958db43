/** Contents of the bundle, and their places in it. */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compiledFolder, compileLimit, nativeLimits } from "../../bench/many-cores/native-limits.ts";
import { pinnedNode } from "../setup.mjs";
import { buildAbsentLibrary, isAbsent } from "./absent-libraries.ts";
import { withImports } from "./imports.ts";
import { librariesOf, packagesOf, requiredGlibc } from "./libraries.ts";
import { productionPackages } from "./packages.ts";

const root = join(import.meta.dirname, "../..");

const ADDONS = [".tools/opencv4nodejs.node", ".tools/cascade.node"];
/** Folders whose files are included, if git tracks them or would track them. */
const SOURCES = ["lib", "services", "workers", "web", "cli", "client", "test-data/samples"];
const SINGLE_FILES = ["package.json", "moleculer.config.ts", "docs/openapi.json", "scripts/health.mjs"];
const PROGRAMS = ["scripts/supervise.mjs", "bench/many-cores.ts"];
const LAUNCHERS = { sightline: "cli/sightline.ts", "many-cores": "bench/many-cores.ts" };
/** The oldest C library that the bundle promises to run with, which is that of Debian 12. */
const OLDEST_GLIBC = "2.36";
const COMMON_LICENSES = "/usr/share/common-licenses";

const isNewer = (a: string, b: string) => Number(a.split(".")[1]) > Number(b.split(".")[1]);

/**
 * Fills a folder.
 * @param folder The new folder of the bundle.
 * @param work A folder for intermediate files.
 * @returns the version of the C library that the bundle needs.
 */
export function fill(folder: string, work: string): { glibc: string } {
  const put = (from: string, to: string) => {
    const target = join(folder, to);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(from, target);
    chmodSync(target, 0o644);
    return target;
  };
  const putBinary = (from: string, to: string, mode = 0o644) => {
    const target = put(from, to);
    execFileSync("strip", ["--strip-unneeded", target]);
    chmodSync(target, mode);
    return target;
  };
  const write = (to: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(join(folder, to)), { recursive: true });
    writeFileSync(join(folder, to), text);
    chmodSync(join(folder, to), mode);
  };

  const node = pinnedNode();
  const binaries = [putBinary(join(node, "bin/node"), "node/bin/node", 0o755)];
  put(join(node, "LICENSE"), "licenses/node/LICENSE");

  for (const file of [...ownFiles(), ...SINGLE_FILES, ...PROGRAMS.flatMap((program) => withImports(root, program))])
    put(join(root, file), join("app", file));
  for (const file of ["LICENSE", "NOTICE"]) put(join(root, file), file);
  put(join(import.meta.dirname, "README.txt"), "README.txt");
  const launcher = readFileSync(join(import.meta.dirname, "launcher.sh"), "utf8");
  for (const [name, script] of Object.entries(LAUNCHERS))
    write(join("bin", name), launcher.replace("@SCRIPT@", script), 0o755);

  const packages = productionPackages(root);
  for (const { path, name, version, files, licenses } of packages) {
    for (const file of files) put(join(root, path, file), join("app", path, file));
    for (const file of licenses) put(join(root, path, file), join("licenses/npm", `${name}-${version}`, file));
  }

  for (const name of nativeLimits)
    binaries.push(putBinary(compileLimit(name, work), join("app", compiledFolder, name), 0o755));

  const addons = ADDONS.map((file) => join(root, file));
  for (const file of ADDONS) binaries.push(putBinary(join(root, file), join("app", file)));
  const onnxRuntime = packages
    .filter(({ name }) => name === "onnxruntime-node")
    .flatMap(({ path, files }) =>
      files.filter((file) => /\.(node|so[.\d]*)$/.test(file)).map((file) => join(path, file)),
    );
  // The libraries that ONNX Runtime needs of its own are next to it.
  binaries.push(...onnxRuntime.map((file) => join(folder, "app", file)));

  const libraries = librariesOf([...addons, join(node, "bin/node")]);
  for (const { soname, path, users } of libraries) {
    const file = isAbsent(soname) ? buildAbsentLibrary(soname, path, users, work) : path;
    binaries.push(putBinary(file, join("lib", soname)));
  }
  const debian = packagesOf(libraries.filter(({ soname }) => !isAbsent(soname)).map(({ path }) => path));
  for (const name of debian) put(join("/usr/share/doc", name, "copyright"), join("licenses/debian", name, "copyright"));
  // The licence files above refer to these files.
  for (const file of globSync("*", { cwd: COMMON_LICENSES }).sort())
    put(join(COMMON_LICENSES, file), join("licenses/debian/common-licenses", file));

  write(
    "licenses/npm/list.txt",
    packages.map(({ name, version, license }) => `${name} ${version}: ${license}\n`).join(""),
  );
  write("licenses/debian/list.txt", debian.map(versionOf).join(""));
  const glibc = requiredGlibc(binaries);
  if (isNewer(glibc, OLDEST_GLIBC))
    throw new Error(`The bundle would need glibc ${glibc}, which is newer than ${OLDEST_GLIBC}: make it on Debian 12.`);
  return { glibc };
}

function ownFiles(): string[] {
  const args = ["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard", ...SOURCES];
  const files = execFileSync("git", args, { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
  return [...new Set(files)].filter((file) => existsSync(join(root, file)));
}

function versionOf(name: string): string {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are dpkg's
  const format = "${binary:Package} ${Version} (source: ${source:Package} ${source:Version})\n";
  return execFileSync("dpkg-query", ["-W", "-f", format, name], { encoding: "utf8" });
}
