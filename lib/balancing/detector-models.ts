/** The models of all connected detectors, which may differ. */
import type { ServiceBroker } from "moleculer";
import { config } from "../config.ts";
import { type Caller, call } from "../contracts/action.ts";
import { actions } from "../contracts/actions.ts";
import type { Model } from "../contracts/model.ts";
import { FACES_HAAR, isCalled, plainName, versionName } from "../contracts/model-name.ts";
import { checkOptionsByTask, type ModelOptions, optionsOfTasks } from "../contracts/options.ts";
import { failure, modelNotFound, modelUnavailable, noDetector } from "../errors.ts";
import { abridged } from "../visible-text.ts";
import { requireReady } from "../vision/models/catalog.ts";
import { loadManifests, type ManifestEntry, ownManifest } from "../vision/models/manifest.ts";
import {
  connectedDetectors,
  type DetectorEndpoint,
  detectorEndpoints,
  hasModels,
  publishedModels,
} from "./detectors.ts";
import { mergeModels } from "./merge-models.ts";

/** Detectors that do not answer in time are left out. */
const ANSWER_WITHIN_MS = 1_000;

/** A context, or a broker that asks on its own behalf. */
type Asking = Caller & (ServiceBroker | { readonly broker: ServiceBroker });

const brokerOf = (asking: Asking) => ("broker" in asking ? asking.broker : asking);

/** Cached per node, by what it has published last: a detector that loads or unloads a model publishes that. */
const known = new WeakMap<ServiceBroker, Map<string, Promise<Model[]>>>();

let manifests: readonly ManifestEntry[] | undefined;

/**
 * Whether a detector may have the model, by this node's settings. In a cluster, other nodes may have another `MODELS`
 * setting; the processes of one service have the same.
 */
function isInSettings(name: string): boolean {
  const { modelsManifest, models, natsUrl } = config;
  manifests ??= loadManifests([ownManifest, ...(modelsManifest ? [modelsManifest] : [])]);
  const called = name === FACES_HAAR ? FACES_HAAR : manifests.find((manifest) => isCalled(manifest, name))?.name;
  return called !== undefined && (natsUrl !== "" || models === "" || models.split(",").includes(called));
}

/** Whether a detector that is not connected, or does not answer, may have a model that no other has. */
function mayBeElsewhere(broker: ServiceBroker, name: string): boolean {
  if (!broker.transit) return false;
  const published = connectedDetectors(broker).flatMap(publishedModels);
  return isInSettings(name) || published.some((model) => isCalled(model, name));
}

/** The models of each detector. @throws NO_DETECTOR; the call's error if no detector answers. */
async function ofEach(caller: Asking): Promise<Model[][]> {
  const broker = brokerOf(caller);
  const nodes = detectorEndpoints(broker);
  if (nodes.length === 0) throw noDetector();
  const before = known.get(broker);
  const now = new Map<string, Promise<Model[]>>();
  known.set(broker, now);
  const ask = ({ id: nodeID, node: { seq } }: DetectorEndpoint) => {
    const options = { nodeID, timeout: ANSWER_WITHIN_MS };
    const published = `${nodeID} ${seq}`;
    // Concurrent requests share a call. The broker makes it, so that it does not end with one of them.
    const models = before?.get(published) ?? call(broker, actions.detector.models, {}, options);
    now.set(published, models);
    models.catch(() => known.get(broker)?.delete(published));
    return models;
  };
  const answers = await Promise.allSettled(nodes.map(ask));
  const lists = answers.filter((answer) => answer.status === "fulfilled").map(({ value }) => value);
  if (lists.length === 0) throw (answers[0] as PromiseRejectedResult).reason;
  return lists;
}

/** All versions of all models, merged over the detectors by `mergeModels`. @throws as `ofEach` does. */
export async function allModels(caller: Asking): Promise<Model[]> {
  return mergeModels(await ofEach(caller));
}

/**
 * The model with the name, or one version of it.
 * @throws MODEL_NOT_FOUND; NO_DETECTOR if a detector may have it that does not answer; and as `ofEach` does.
 */
export async function modelNamed(caller: Asking, name: string): Promise<Model> {
  return modelAmong(await allModels(caller), caller, name);
}

/**
 * As `modelNamed`, but searches what `allModels` returned. Takes the given version, if there is one.
 * @throws MODEL_NOT_FOUND, NO_DETECTOR
 */
export function modelAmong(models: readonly Model[], caller: Asking, name: string, version?: string): Model {
  const isNamed = (model: Model) => isCalled(model, name) || plainName(model.name) === name;
  const wanted = models.find((model) =>
    version === undefined ? isCalled(model, name) : isNamed(model) && model.version === version,
  );
  if (wanted) return wanted;
  const called = version === undefined ? name : versionName({ name, version });
  if (called !== undefined && mayBeElsewhere(brokerOf(caller), called)) throw noDetector([called]);
  const known = models.filter((model) => plainName(model.name) === name);
  if (known.length === 0) throw modelNotFound(name);
  const versions = known.map((model) => model.version).join(", ");
  const asked = version === undefined ? "by default" : abridged(version);
  throw failure("MODEL_NOT_FOUND", `The model ${name} has no version ${asked}, but ${versions}.`, { model: name });
}

/**
 * Requires one detector that has all of the models, which process an image in one pass. If the registry shows one, and
 * no options depend on what the models do, no detector is called.
 * @throws MODEL_NOT_FOUND, MODEL_UNAVAILABLE, and as `ofEach` does; INVALID_OPTION for an option that none of the
 *   models takes, if all of them are known.
 */
export async function requireModels(
  caller: Asking,
  names: readonly string[],
  options: ModelOptions = {},
): Promise<void> {
  await requireServed(caller, names);
  if (optionsOfTasks(options).length === 0) return;
  // The options are ignored, and not a reason to refuse the request, if no detector answers in time.
  const models = await allModels(caller).catch(() => []);
  const named = names.map((name) => models.find((model) => isCalled(model, name)));
  if (named.every((model) => model !== undefined)) checkOptionsByTask(named, options);
}

async function requireServed(caller: Asking, names: readonly string[]): Promise<void> {
  if (connectedDetectors(brokerOf(caller)).some((detector) => hasModels(detector, names))) return;
  const lists = await ofEach(caller);
  const models = mergeModels(lists);
  const absent = names.filter((name) => !models.some((model) => isCalled(model, name)));
  if (absent.length > 0 && absent.every((name) => mayBeElsewhere(brokerOf(caller), name))) throw noDetector(absent);
  requireReady(models, names);
  const haveAll = (models: readonly Model[]) =>
    names.every((name) => models.some((model) => isCalled(model, name) && model.state === "ready"));
  if (!lists.some(haveAll)) throw modelUnavailable(names.join(", "), "no detector has all of them");
}
