/** The npm packages `sightline-client` and `sightline-cli`, made from `client/` and `cli/`. */
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import packageJson from "../../package.json" with { type: "json" };
import { productionPackages } from "../bundle/packages.ts";

const root = join(import.meta.dirname, "../..");

export interface NpmPackageSource {
  readonly name: string;
  /** Folder with its README and its `package.json`, which lacks the fields that all packages have in common. */
  readonly folder: string;
  /** Path of the entry point from the project's folder. */
  readonly entry: string;
  readonly output: string;
  readonly platform: "neutral" | "node";
  /** Folders that are copied: paths from the project's folder, by their names in the package. */
  readonly copies: Readonly<Record<string, string>>;
}

export const npmPackages: readonly NpmPackageSource[] = [
  {
    name: "sightline-client",
    folder: "packages/client",
    entry: "client/index.ts",
    output: "index.js",
    platform: "neutral",
    copies: {},
  },
  {
    name: "sightline-cli",
    folder: "packages/cli",
    entry: "packages/cli/sightline.ts",
    output: "sightline.js",
    platform: "node",
    copies: { samples: "test-data/samples" },
  },
];

/** Matches an import of a file in the same folder. */
const RELATIVE = /( from ")(\.\/[\w-]+)\.ts(")/g;
/** Language level that Node 20 and browsers of 2023 understand. */
const TARGET = "es2022";

/** Fills a folder with the contents of the package, for `npm publish`. */
export async function fillNpmPackage(source: NpmPackageSource, folder: string): Promise<void> {
  const { version, license, homepage, repository, bugs } = packageJson;
  const own = JSON.parse(readFileSync(join(root, source.folder, "package.json"), "utf8"));
  const where = { ...repository, directory: source.folder };
  const manifest = { ...own, version, license, homepage, repository: where, bugs };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  copyFileSync(join(root, source.folder, "README.md"), join(folder, "README.md"));
  // NOTICE is left out, because it is about the service.
  copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  for (const [name, from] of Object.entries(source.copies))
    cpSync(join(root, from), join(folder, name), { recursive: true });
  const inlined = await bundle(source, join(folder, source.output));
  writeFileSync(join(folder, "THIRD-PARTY-LICENSES.txt"), licensesOf(inlined));
  if (own.types) writeTypes(source.folder, join(folder, "types"));
}

/**
 * Writes one file with everything that the entry point imports, except Node's own modules.
 * @returns the files of npm packages in it.
 */
async function bundle({ entry, platform }: NpmPackageSource, file: string): Promise<string[]> {
  const build = await rolldown({
    input: join(root, entry),
    platform,
    transform: { target: TARGET },
    onLog(level, log) {
      // An import that is not found would stay in the file as it is.
      if (level === "warn") throw new Error(log.message);
    },
  });
  try {
    const { output } = await build.write({ file, format: "esm", codeSplitting: false });
    return output.flatMap((chunk) => ("moduleIds" in chunk ? chunk.moduleIds : []));
  } finally {
    await build.close();
  }
}

/** The licences of the packages that the files belong to. @throws Error if one has no licence file. */
function licensesOf(files: readonly string[]): string {
  const inlined = productionPackages(root).filter(({ path }) =>
    files.some((file) => file.startsWith(`${join(root, path)}/`)),
  );
  const texts = inlined.map(({ name, version, license, path, licenses }) => {
    if (licenses.length === 0) throw new Error(`${name} has no licence file.`);
    const text = licenses.map((file) => readFileSync(join(root, path, file), "utf8").trim()).join("\n\n");
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return ["This package contains code of these npm packages.\n", ...texts].join(`\n${"-".repeat(80)}\n\n`);
}

/** Writes type declarations for everything that the entry point leads to, with the project's compiler. */
function writeTypes(project: string, folder: string): void {
  const compiler = join(root, "node_modules/.bin/tsc");
  // There is so little to check that several threads would only repeat each other's work.
  const options = ["--project", join(root, project), "--outDir", folder, "--singleThreaded"];
  execFileSync(compiler, options, { stdio: "inherit" });
  const reached = new Set<string>();
  (function reach(file: string): void {
    if (reached.has(file)) return;
    reached.add(file);
    const path = join(folder, file);
    const text = readFileSync(path, "utf8");
    // Compilers before 5.0 do not accept `.ts` here.
    writeFileSync(path, text.replace(RELATIVE, "$1$2.js$3"));
    for (const [, , module] of text.matchAll(RELATIVE)) reach(`${module}.d.ts`.slice(2));
  })("index.d.ts");
  for (const file of readdirSync(folder)) if (!reached.has(file)) rmSync(join(folder, file));
}

/** @returns the path of the archive. */
export function packNpmPackage(folder: string, destination: string): string {
  const output = execFileSync("npm", ["pack", "--json", "--pack-destination", destination], {
    cwd: folder,
    encoding: "utf8",
  });
  const [{ filename }] = JSON.parse(output) as [{ filename: string }];
  return join(destination, filename);
}
