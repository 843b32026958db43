/** This node's view of the detectors: what it sent them and the load that they reported with their last answer. */
import type { ServiceBroker } from "moleculer";
import type { Candidate } from "./choose-detector.ts";
import { detectorEndpoints, metadataOf, readyModels } from "./detectors.ts";

/** Load that a detector reports with each answer. */
export interface DetectorLoad {
  /** Images running and waiting, from all nodes. */
  readonly busy: number;
  readonly serviceMs: number;
}

interface Entry {
  /** Images that this node sent and that are unanswered. */
  inFlight: number;
  /** Images from other nodes at the last answer. */
  others: number;
  answeredAt: number;
  serviceMs: number;
}

/** Age at which the load from other nodes is stale. */
const NEWS_MS = 1_000;
/** Heartbeats arrive every 1 s ± 0.5 s, with timestamps in whole seconds. */
const SILENCE_S = 3;
const FIRST_GUESS_MS = 5;
export class DetectorLedger {
  readonly #broker: ServiceBroker;
  readonly #entries = new Map<string, Entry>();

  constructor(broker: ServiceBroker) {
    this.#broker = broker;
  }

  /** The registry's detectors, except those given. */
  candidates(without: ReadonlySet<string>): Candidate[] {
    return detectorEndpoints(this.#broker)
      .filter(({ id }) => !without.has(id))
      .map((endpoint) => {
        const { id, local, node } = endpoint;
        const metadata = metadataOf(endpoint);
        const { threads, queueSize } = metadata;
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
          models: readyModels(metadata),
        };
      });
  }

  sent(nodeID: string): void {
    const entry = this.#entries.get(nodeID);
    if (entry) entry.inFlight++;
    else this.#entries.set(nodeID, { inFlight: 1, others: 0, answeredAt: 0, serviceMs: FIRST_GUESS_MS });
  }

  /** @param load Reported by the detector, if the answer came from it. */
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
