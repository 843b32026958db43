/**
 * Checks that a tag may be released: that it is the version of package.json, and that it is made in the repository that
 * package.json names, which registries require for a certificate of origin. Prints the notes of the release, from
 * CHANGELOG.md.
 *
 *   node scripts/release.ts <tag> <owner/repository>
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../package.json" with { type: "json" };

const root = join(import.meta.dirname, "..");

/** The repository as `owner/name` on GitHub. */
export const repository = /github\.com\/([\w.-]+\/[\w-]+)(?:\.git)?$/.exec(packageJson.repository.url)?.[1] ?? "";

/** The registry and the prefix of image names, such as `ghcr.io/owner`. */
export const registry = `ghcr.io/${repository.split("/")[0]}`;

/** @returns why the tag cannot be released; empty if it can. */
export function releaseFaults(tag: string, from: string, changelog: string): string[] {
  const { version } = packageJson;
  const faults: string[] = [];
  if (tag !== `v${version}`) faults.push(`The tag is ${tag}, but package.json has the version ${version}.`);
  if (from !== repository) faults.push(`This is ${from}, but package.json names ${repository}.`);
  if (notesOf(version, changelog) === undefined) faults.push(`CHANGELOG.md has no section for ${version}.`);
  return faults;
}

/** The section of a version, without its heading. */
export function notesOf(version: string, changelog: string): string | undefined {
  const sections = changelog.split(/^## /m).slice(1);
  return sections
    .find((section) => section.startsWith(`[${version}]`))
    ?.replace(/^.*\n/, "")
    .trim();
}

if (process.argv[1] === import.meta.filename) {
  const [tag = "", from = ""] = process.argv.slice(2);
  const changelog = readFileSync(join(root, "CHANGELOG.md"), "utf8");
  const faults = releaseFaults(tag, from, changelog);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
  else console.log(notesOf(packageJson.version, changelog));
}
