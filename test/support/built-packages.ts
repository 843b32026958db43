/** The packages in the form in which they are published, made once per test file, and installed like a user does. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fillNpmPackage, npmPackages, packNpmPackage } from "../../scripts/packages/npm.ts";

export interface BuiltPackage {
  /** Folder with the packed files. */
  readonly folder: string;
  readonly archive: string;
}

/** @param work A folder for intermediate files. */
export async function buildNpmPackage(name: string, work: string): Promise<BuiltPackage> {
  const source = npmPackages.find((one) => one.name === name);
  if (!source) throw new Error(`There is no package ${name}.`);
  const folder = join(work, name);
  await fillNpmPackage(source, folder);
  return { folder, archive: packNpmPackage(folder, work) };
}

/** An empty project with only the package installed. No registry is asked, so the package must need no other. */
export function installOffline(archive: string, work: string): string {
  const folder = mkdtempSync(join(work, "project-"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const cache = join(folder, "..", "empty-cache");
  mkdirSync(cache, { recursive: true });
  execFileSync("npm", ["install", "--offline", "--cache", cache, archive], { cwd: folder, stdio: "pipe" });
  return folder;
}

export const newWork = (): string => mkdtempSync(join(tmpdir(), "sightline-packages-"));
