/**
 * Model descriptions that are available without loading the models. Kinds and layouts are code, models are data: a new
 * model is a new entry, here or in the user's own manifest (`MODELS_MANIFEST`).
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Type } from "typebox";
import { matches } from "../../contracts/matching.ts";
import { FACES_HAAR, versionName } from "../../contracts/model-name.ts";
import { StartFailure } from "../../start-failure.ts";
import type { ManifestEntry, ModelFile, ModelManifest } from "./entry.ts";
import { readEntry } from "./read-entry.ts";

export { type ManifestEntry, type ModelFile, tasks } from "./entry.ts";

const ManifestFile = Type.Object(
  { models: Type.Array(Type.Object({ kind: Type.String() })) },
  { additionalProperties: false },
);

/** Manifest of the project's own models. */
export const ownManifest = join(import.meta.dirname, "manifest.json");

/**
 * The entries of all manifests, in order.
 * @throws StartFailure with all faults of an invalid manifest.
 */
export function loadManifests(paths: readonly string[]): ManifestEntry[] {
  const entries = namedByVersion(paths.flatMap(readManifest));
  const files = new Map<string, string>();
  for (const { name, sha256 } of entries.flatMap(filesOf)) {
    if ((files.get(name) ?? sha256) !== sha256) throw new StartFailure(`Two different files are called ${name}.`);
    files.set(name, sha256);
  }
  for (const entry of entries)
    if (
      entry.kind === "face-encoder" &&
      !entries.some(({ name, kind }) => name === entry.detector && kind === "face-detector")
    )
      throw new StartFailure(`${entry.name}: its detector, ${entry.detector}, ${whyNoDetector(entry.detector)}.`);
  return entries;
}

function whyNoDetector(name: string): string {
  if (name === FACES_HAAR) return "gives no landmarks; name a face-detector of a manifest";
  return "is no model of kind face-detector";
}

/**
 * Names the entries by version. The last version of a model in the manifests is its default and keeps the plain name.
 * @throws StartFailure for two entries of the same version, a version that cannot be part of a name, or the name of the
 *   cascade.
 */
function namedByVersion(entries: readonly ManifestEntry[]): ManifestEntry[] {
  const names = new Set<string>();
  return entries.map((entry, index) => {
    const { name, version } = entry;
    if (name === FACES_HAAR)
      throw new StartFailure(`${FACES_HAAR} is no network: a model of a manifest needs another name.`);
    const own = entries.findLastIndex((other) => other.name === name) === index ? name : versionName(entry);
    if (own === undefined) throw new StartFailure(`${name}: of several versions, ${version} cannot be part of a name.`);
    if (names.has(`${name} ${version}`))
      throw new StartFailure(`Two models are called ${name} and have the same version.`);
    names.add(`${name} ${version}`);
    return { ...entry, name: own };
  });
}

function readManifest(path: string): ManifestEntry[] {
  const fault = (reason: string) => new StartFailure(`The manifest ${path} cannot be used: ${reason}`);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw fault((error as Error).message);
  }
  if (!matches(ManifestFile, content)) throw fault('it must have the form {"models": [{"kind": …}, …]}.');
  return content.models.map((model, index) => {
    const read = readEntry(model);
    if ("faults" in read) throw fault(read.faults.map((text) => `models.${index}${text}`).join("; "));
    const { entry } = read;
    return entry.reference ? { ...entry, referencePath: join(dirname(path), entry.reference) } : entry;
  });
}

/** Files of a model. */
export function filesOf({ files }: ModelManifest): ModelFile[] {
  return Object.values(files);
}
