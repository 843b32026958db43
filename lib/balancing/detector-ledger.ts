/** What this node knows of the detectors: what it sent them, and what they said of themselves with their last answer. */
import type { ServiceBroker } from "moleculer";
import type { Candidate } from "./choose-detector.ts";

/** What a detector publishes of itself in the registry, as its service's metadata. */
export interface DetectorMetadata {
  readonly threads: number;
  readonly queueSize: number;
  /** The states of its models, by name: the others need to know which are `ready`. */
  readonly models: Readonly<Record<string, string>>;
}

/** What a detector says of itself with each answer. */
export interface DetectorLoad {
  /** Images in work and waiting, whoever sent them. */
  readonly busy: number;
  readonly serviceMs: number;
}

interface Entry {
  /** Images this node sent and has no answer for. */
  inFlight: number;
  /** Images other nodes had there at the last answer. */
  others: number;
  answeredAt: number;
  serviceMs: number;
}

/** The parts of Moleculer's registry that are read. */
interface Endpoint {
  readonly id: string;
  readonly local: boolean;
  readonly isAvailable: boolean;
  readonly node: { readonly lastHeartbeatTime: number };
  readonly service: { readonly metadata: Partial<DetectorMetadata> };
}

const DETECT = "detector.detect";
const READY = "ready";
/** What others had at a detector is old news after this time. */
const NEWS_MS = 1_000;
/** Heartbeats come every second, half a second more or less, and are counted in whole seconds. */
const SILENCE_S = 3;
const FIRST_GUESS_MS = 5;
/** A stand-in of a test need not describe itself. */
const unknownDetector: DetectorMetadata = { threads: 1, queueSize: 256, models: {} };

function endpointsOf({ registry }: ServiceBroker): Endpoint[] {
  const endpoints = (registry.getActionEndpoints(DETECT)?.endpoints ?? []) as unknown as Endpoint[];
  return endpoints.filter(({ isAvailable }) => isAvailable);
}

/** The detectors that can be reached, this process's own included. */
export function connectedDetectors(broker: ServiceBroker): DetectorMetadata[] {
  return endpointsOf(broker).map(({ service: { metadata } }) => ({ ...unknownDetector, ...metadata }));
}

/** The nodes that have them. */
export function detectorNodes(broker: ServiceBroker): string[] {
  return endpointsOf(broker).map(({ id }) => id);
}

/** Whether it can run all of the models. */
export function hasModels({ models }: DetectorMetadata, names: readonly string[]): boolean {
  return names.every((name) => models[name] === READY);
}

/** The states of all models: `ready` where any detector has it so. */
export function statesTogether(detectors: readonly DetectorMetadata[]): Record<string, string> {
  const states: Record<string, string> = {};
  for (const { models } of detectors)
    for (const [name, state] of Object.entries(models)) if (states[name] !== READY) states[name] = state;
  return states;
}

export class DetectorLedger {
  readonly #broker: ServiceBroker;
  readonly #entries = new Map<string, Entry>();

  constructor(broker: ServiceBroker) {
    this.#broker = broker;
  }

  /** The detectors of the registry, without those named. */
  candidates(without: ReadonlySet<string>): Candidate[] {
    return endpointsOf(this.#broker)
      .filter(({ id }) => !without.has(id))
      .map(({ id, local, node, service: { metadata } }) => {
        const { threads, queueSize, models } = { ...unknownDetector, ...metadata };
        const { inFlight = 0, others = 0, answeredAt = 0, serviceMs = FIRST_GUESS_MS } = this.#entries.get(id) ?? {};
        const isNews = performance.now() - answeredAt < NEWS_MS;
        return {
          nodeID: id,
          isLocal: local,
          isSilent: !local && process.uptime() - node.lastHeartbeatTime > SILENCE_S,
          threads,
          capacity: threads + queueSize,
          busy: inFlight + (isNews ? others : 0),
          serviceMs,
          models: Object.keys(models).filter((name) => models[name] === READY),
        };
      });
  }

  sent(nodeID: string): void {
    const entry = this.#entries.get(nodeID);
    if (entry) entry.inFlight++;
    else this.#entries.set(nodeID, { inFlight: 1, others: 0, answeredAt: 0, serviceMs: FIRST_GUESS_MS });
  }

  /** @param load of the detector, if it was it that answered */
  answered(nodeID: string, load: DetectorLoad | undefined): void {
    const entry = this.#entries.get(nodeID);
    if (!entry) return;
    entry.inFlight--;
    if (load) {
      entry.others = Math.max(0, load.busy - entry.inFlight);
      entry.answeredAt = performance.now();
      entry.serviceMs = load.serviceMs;
    } else if (entry.inFlight === 0) {
      this.#entries.delete(nodeID);
    }
  }
}
