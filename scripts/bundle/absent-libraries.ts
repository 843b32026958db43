/**
 * Libraries that the bundle replaces by empty ones.
 *
 * Debian's OpenCV is linked to GDAL and GDCM (maps and medical images), and its libheif to an HEVC encoder. They would
 * bring almost 100 libraries, 50 MB packed, some of them under the GPL. The service never uses them: it reads the
 * header of each image itself, and gives OpenCV only the formats in docs/images.md. The linker still looks for these
 * libraries, so each is replaced by one of the same name, whose functions throw.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const ABSENT = [/^libgdal\.so/, /^libgdcm\w+\.so/, /^libx265\.so/];

/** OpenCV calls this function when it is loaded, to register the formats of GDAL. */
const CALLED_AT_START = "GDALAllRegister";

export const isAbsent = (soname: string): boolean => ABSENT.some((pattern) => pattern.test(soname));

function symbols(file: string, which: "--defined-only" | "--undefined-only"): Map<string, string> {
  const lines = execFileSync("nm", ["-D", "-P", which, file], { encoding: "utf8", maxBuffer: 2 ** 28 })
    .trim()
    .split("\n");
  return new Map(
    lines.map((line) => line.split(" ")).map(([name = "", type = ""]) => [name.replace(/@.*/, ""), type] as const),
  );
}

/**
 * Builds a library with the functions of `original` that `users` call.
 * @returns its file, in `folder`.
 * @throws if a user needs data of the library, or if g++ fails.
 */
export function buildAbsentLibrary(soname: string, original: string, users: readonly string[], folder: string): string {
  const needed = new Set(users.flatMap((user) => [...symbols(user, "--undefined-only").keys()]));
  const used = [...symbols(original, "--defined-only")].filter(([name]) => needed.has(name)).sort();
  for (const [name, type] of used)
    if (type !== "T") throw new Error(`${soname}: ${name} is no function, so it cannot be left out`);
  const source = join(folder, `${soname}.cpp`);
  const output = join(folder, soname);
  const body = (name: string) =>
    name === CALLED_AT_START ? "" : `throw std::runtime_error("${soname} is not part of the bundle");`;
  writeFileSync(
    source,
    `#include <stdexcept>\n${used.map(([name]) => `extern "C" void ${name}() { ${body(name)} }\n`).join("")}`,
  );
  const flags = ["-shared", "-fPIC", "-O2", "-s", "-Wl,--build-id=none", `-Wl,-soname,${soname}`];
  execFileSync("g++", [...flags, "-o", output, source]);
  return output;
}
