/** The reachable detectors in the registry: this process's own and those of other nodes. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceBroker } from "moleculer";
import { actions } from "../contracts/actions.ts";
import { versionName } from "../contracts/model-name.ts";
import { noDetector } from "../errors.ts";
import { type Listed, mergeModels } from "./merge-models.ts";

/** What a detector publishes in the registry as its service's metadata. */
export interface DetectorMetadata {
  readonly threads: number;
  readonly queueSize: number;
  /** States of its models by name. Other nodes only need to know which are `ready`. */
  readonly models: Readonly<Record<string, string>>;
  /** Versions of its models by name. Detectors of earlier versions of the service do not publish them. */
  readonly versions: Readonly<Record<string, string>>;
  /**
   * Whether it refuses images or was told to load or unload models, so that a starting detector must ask it. Detectors
   * of earlier versions of the service do not publish this and are always asked.
   */
  readonly isToBeAsked: boolean;
}

/** The parts of Moleculer's registry that are used here. */
export interface DetectorEndpoint {
  readonly id: string;
  readonly local: boolean;
  readonly isAvailable: boolean;
  /** `seq` grows with each change of what the node publishes. */
  readonly node: { readonly lastHeartbeatTime: number; readonly seq: number };
  readonly service: { readonly metadata: Partial<DetectorMetadata> };
}

const READY = "ready";
const POLL_MS = 50;
/** Defaults for what a detector does not publish: one of an earlier version of the service, or one in a test. */
const defaultMetadata: DetectorMetadata = { threads: 1, queueSize: 256, models: {}, versions: {}, isToBeAsked: true };

export function detectorEndpoints({ registry }: ServiceBroker): DetectorEndpoint[] {
  const endpoints = (registry.getActionEndpoints(actions.detector.detect.name)?.endpoints ??
    []) as unknown as DetectorEndpoint[];
  return endpoints.filter(({ isAvailable }) => isAvailable);
}

export function metadataOf({ service: { metadata } }: DetectorEndpoint): DetectorMetadata {
  return { ...defaultMetadata, ...metadata };
}

/** Metadata of the connected detectors. */
export function connectedDetectors(broker: ServiceBroker): DetectorMetadata[] {
  return detectorEndpoints(broker).map(metadataOf);
}

/**
 * Detectors for the images of requests. If several processes share the port, it is this process's detector, while there
 * is one: images stay in the process that received them, unless the ledger says that they may leave it.
 */
export function ownDetectors<E extends Pick<DetectorEndpoint, "local">>(endpoints: readonly E[]): readonly E[] {
  const own = endpoints.filter(({ local }) => local);
  return own.length > 0 ? own : endpoints;
}

/** Nodes with a connected detector. */
export function detectorNodes(broker: ServiceBroker): string[] {
  return detectorEndpoints(broker).map(({ id }) => id);
}

/** Other nodes whose detector has something that a detector must know after it has started or was cut off. */
export function nodesToAsk(broker: ServiceBroker): string[] {
  const others = detectorEndpoints(broker).filter(({ id }) => id !== broker.nodeID);
  return others.filter((endpoint) => metadataOf(endpoint).isToBeAsked).map(({ id }) => id);
}

/** The detector's models, as far as they are published. */
export function publishedModels({ models, versions }: DetectorMetadata): Listed[] {
  return Object.entries(models).map(([name, state]) => ({ name, version: versions[name] ?? "", state }));
}

/** Cached by the published object, because each call of a detector asks for the names. */
const namesOfReady = new WeakMap<DetectorMetadata["models"], readonly string[]>();

/** Names of the models that the detector can run: their own, and those of their versions. */
export function readyModels(detector: DetectorMetadata): readonly string[] {
  const known = namesOfReady.get(detector.models);
  if (known) return known;
  const ready = publishedModels(detector).filter(({ state }) => state === READY);
  const names = ready.flatMap((model) => [model.name, versionName(model)]).filter((name) => name !== undefined);
  namesOfReady.set(detector.models, names);
  return names;
}

/** Whether the detector can run all of the models. */
export function hasModels(detector: DetectorMetadata, names: readonly string[]): boolean {
  const ready = readyModels(detector);
  return names.every((name) => ready.includes(name));
}

/**
 * Whether a connected detector can be called for the models. Without other nodes, a model that is not served never will
 * be, and the call says so.
 */
export function isServed(broker: ServiceBroker, names: readonly string[]): boolean {
  // A detector that publishes no models may have any.
  const isFit = (detector: DetectorMetadata) => readyModels(detector).length === 0 || hasModels(detector, names);
  return !broker.transit || connectedDetectors(broker).some(isFit);
}

/** States of all models; `ready` if ready on any detector. */
export function statesTogether(detectors: readonly DetectorMetadata[]): Record<string, string> {
  return Object.fromEntries(mergeModels(detectors.map(publishedModels)).map(({ name, state }) => [name, state]));
}

/** The detectors that this node can call, for probes. @throws NO_DETECTOR */
export function readyDetectors(broker: ServiceBroker) {
  const detectors = connectedDetectors(broker);
  if (detectors.length === 0) throw noDetector();
  const threads = detectors.reduce((sum, detector) => sum + detector.threads, 0);
  return { status: "ready", threads, models: statesTogether(detectors) } as const;
}

/** Resolves once a detector is connected or the signal is aborted. */
export async function whenDetector(broker: ServiceBroker, signal: AbortSignal): Promise<void> {
  while (connectedDetectors(broker).length === 0 && !signal.aborted) await sleep(POLL_MS, undefined, { ref: false });
}
