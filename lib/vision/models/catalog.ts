/**
 * The models that a process serves: those in the manifests, filtered by `MODELS`, each either loadable or unavailable
 * with a reason. A model with missing files never affects the others.
 */
import { facesHaarModel } from "../../contracts/faces-haar.ts";
import type { Model, NetworkForm } from "../../contracts/model.ts";
import { FACES_HAAR, isCalled } from "../../contracts/model-name.ts";
import { modelNotFound, modelUnavailable } from "../../errors.ts";
import { StartFailure } from "../../start-failure.ts";
import type { WorkerDescription } from "../task.ts";
import { givesLandmarks } from "./face-detector.ts";
import { checkFiles } from "./files.ts";
import { filesOf, loadManifests, type ManifestEntry, ownManifest, tasks } from "./manifest.ts";
import type { LoadableModel } from "./runtime.ts";

export interface CatalogSettings {
  /** Folder of the model files. */
  readonly modelsDir: string;
  /** Path of an additional manifest; empty for none. */
  readonly modelsManifest: string;
  /** Names of models, separated by commas; empty for all. */
  readonly models: string;
}

export interface Catalog {
  /** Names of all models to be served, including unavailable ones. */
  readonly names: readonly string[];
  readonly facesHaar: boolean;
  readonly loadable: readonly LoadableModel[];
  readonly unavailable: readonly { readonly manifest: ManifestEntry; readonly reason: string }[];
  /** Unavailable models of which no file is present. */
  readonly notPulled: ReadonlySet<string>;
}

function manifestsOf({ modelsManifest }: CatalogSettings): ManifestEntry[] {
  return loadManifests([ownManifest, ...(modelsManifest ? [modelsManifest] : [])]);
}

/** All models in the manifests, as if none were served. @throws StartFailure for an invalid manifest. */
export function knownModels(settings: CatalogSettings): Model[] {
  return manifestsOf(settings).map((manifest) => describeModel(manifest, "it is not served"));
}

/**
 * @param wanted Names of the models, which replace the setting `models`.
 * @throws StartFailure for an invalid manifest, or a name that no manifest has.
 */
export async function openCatalog(settings: CatalogSettings, wanted?: readonly string[]): Promise<Catalog> {
  const { modelsDir, models } = settings;
  const manifests = manifestsOf(settings);
  const names = wanted ?? (models ? models.split(",") : [FACES_HAAR, ...manifests.map(({ name }) => name)]);
  const unknown = names.filter((name) => name !== FACES_HAAR && !manifests.some((known) => known.name === name));
  if (unknown.length > 0) {
    const known = [FACES_HAAR, ...manifests.map(({ name }) => name)].join(", ");
    throw new StartFailure(`MODELS names what no manifest has: ${unknown.join(", ")}. There are ${known}.`);
  }

  const loadable: LoadableModel[] = [];
  const unavailable: { manifest: ManifestEntry; reason: string; isMissing: boolean }[] = [];
  for (const manifest of manifests.filter(({ name }) => names.includes(name))) {
    const checked = await checkFiles(manifest, modelsDir);
    if ("model" in checked) loadable.push(checked.model);
    else unavailable.push({ manifest, ...checked });
  }
  // An encoder needs the detector's network even if the process does not serve the detector.
  const needed = loadable.flatMap(({ manifest }) => (manifest.kind === "face-encoder" ? [manifest.detector] : []));
  for (const detector of manifests.filter(({ name }) => needed.includes(name) && !names.includes(name))) {
    const checked = await checkFiles(detector, modelsDir);
    if ("model" in checked) loadable.push({ ...checked.model, isHidden: true });
  }
  const notPulled = new Set(unavailable.filter(({ isMissing }) => isMissing).map(({ manifest }) => manifest.name));
  return { names, facesHaar: names.includes(FACES_HAAR), loadable, unavailable, notPulled };
}

/** The models as shown to clients, once a worker has reported which it could load. */
export function describeModels({ facesHaar, loadable, unavailable }: Catalog, worker: WorkerDescription): Model[] {
  const { haarEngine: engine } = worker;
  const haar: Model[] = facesHaar ? [{ ...facesHaarModel, ...(engine && { engine }), state: "ready" }] : [];
  const loaded = loadable
    .filter(({ isHidden }) => !isHidden)
    .map(({ manifest }) => {
      return describeModel(manifest, worker.unavailable[manifest.name], worker.networks[manifest.name]);
    });
  return [...haar, ...loaded, ...unavailable.map(({ manifest, reason }) => describeModel(manifest, reason))];
}

function describeModel(manifest: ManifestEntry, reason: string | undefined, network?: NetworkForm): Model {
  const { name, version, licence, notes, quality, kind } = manifest;
  return {
    name,
    task: tasks[kind],
    version,
    licence,
    ...(notes && { notes }),
    state: reason === undefined ? "ready" : "unavailable",
    ...(reason !== undefined && { reason }),
    files: filesOf(manifest).map(({ name: file, sha256, bytes }) => ({ name: file, sha256, bytes })),
    ...(network && { network }),
    ...(network && manifest.kind === "face-detector" && { hasLandmarks: givesLandmarks(manifest.layout, network) }),
    input: describeInput(manifest),
    thresholds: "thresholds" in manifest ? { ...manifest.thresholds } : {},
    quality,
  };
}

function describeInput(manifest: ManifestEntry): string {
  if (manifest.kind === "face-encoder")
    return `Each face that ${manifest.detector} finds, turned upright and scaled to 112 × 112.`;
  const { input } = manifest;
  switch (input.fit) {
    case "stretch":
      return `Colour, stretched to ${input.width} × ${input.height}.`;
    case "crop":
      return `Colour, the middle${input.width === input.height ? " square" : ""}, scaled to ${input.width} × ${input.height}.`;
    case "letterbox":
      return `Colour, scaled ${input.enlarge ? "" : "down "}to fit ${input.width} × ${input.height}.`;
    case "scale-down":
      return `Colour, scaled down where its longest side has more than ${input.maxSide} pixels.`;
  }
}

/** States of the models, by name. */
export function statesOf(models: readonly Model[]): Record<string, Model["state"]> {
  return Object.fromEntries(models.map(({ name, state }) => [name, state]));
}

/** Versions of the models, by name. */
export function versionsOf(models: readonly Model[]): Record<string, string> {
  return Object.fromEntries(models.map(({ name, version }) => [name, version]));
}

/**
 * The models that the names denote.
 * @throws MODEL_NOT_FOUND, MODEL_UNAVAILABLE for the first name that cannot be served.
 */
export function requireReady(models: readonly Model[], names: readonly string[]): Model[] {
  return names.map((name) => {
    const called = models.filter((model) => isCalled(model, name));
    const model = called.find(({ state }) => state === "ready");
    if (model) return model;
    const [unavailable] = called;
    if (!unavailable) throw modelNotFound(name);
    throw modelUnavailable(name, unavailable.reason ?? "");
  });
}
