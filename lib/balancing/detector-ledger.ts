/** This node's view of the detectors: what it sent them and the load that they reported with their last answer. */
import type { ServiceBroker } from "moleculer";
import type { Priority } from "../contracts/priority.ts";
import { isConnected } from "../transport/transit.ts";
import type { Candidate } from "./choose-detector.ts";
import { type DetectorEndpoint, detectorEndpoints, metadataOf, ownDetectors, readyModels } from "./detectors.ts";

/** Load that a detector reports with each answer. */
export interface DetectorLoad {
  /** Images running and waiting, from all nodes. */
  readonly busy: number;
  /** The part of `busy` that belongs to jobs. */
  readonly bulk?: number;
  readonly serviceMs: number;
}

interface Entry {
  /** Images that this node sent and that are unanswered. */
  inFlight: number;
  /** The part of `inFlight` that belongs to jobs. */
  inFlightBulk: number;
  /** Images from other nodes at the last answer, and how many of them belong to jobs. */
  others: number;
  othersBulk: number;
  answeredAt: number;
  serviceMs: number;
}

/** Age at which the load from other nodes is stale. */
const LOAD_STALE_AFTER_MS = 1_000;
/** Heartbeats arrive every 1 s ± 0.5 s, with timestamps in whole seconds. */
const SILENCE_S = 3;
const FIRST_GUESS_MS = 5;
/**
 * Images of requests that may be sent to another process: slow ones with few bytes for their time. They pass through
 * the main process. With 192 threads that process only such images, these bounds keep its load below 10,000 images, or
 * 800 MB, a second.
 */
const MAY_LEAVE = { leastServiceMs: 20, bytesPerMs: 4_096 };
/** Images per thread: one runs, and one waits. */
const AHEAD_PER_THREAD = 2;
const UNKNOWN: Readonly<Entry> = {
  inFlight: 0,
  inFlightBulk: 0,
  others: 0,
  othersBulk: 0,
  answeredAt: 0,
  serviceMs: FIRST_GUESS_MS,
};

export class DetectorLedger {
  readonly #broker: ServiceBroker;
  readonly #staysLocal: boolean;
  readonly #entries = new Map<string, Entry>();

  /** @param staysLocal Interactive images stay in this process while it has a detector, unless they may leave it. */
  constructor(broker: ServiceBroker, staysLocal: boolean) {
    this.#broker = broker;
    this.#staysLocal = staysLocal;
  }

  /**
   * The registry's detectors, except those given, with their room for images of the priority.
   * @param bytes Size of the image, if it may be sent to another process.
   */
  candidates(without: ReadonlySet<string>, priority: Priority, bytes?: number): Candidate[] {
    const open = detectorEndpoints(this.#broker).filter(({ id }) => !without.has(id));
    const staysLocal = this.#staysLocal && priority === "interactive" && !this.#mayLeave(open, bytes);
    return (staysLocal ? ownDetectors(open) : open).map((endpoint) => {
      const { id, local, node } = endpoint;
      const metadata = metadataOf(endpoint);
      const { threads, queueSize } = metadata;
      const entry = this.#entries.get(id) ?? UNKNOWN;
      const { inFlight, inFlightBulk, others, othersBulk, answeredAt, serviceMs } = entry;
      const isFresh = performance.now() - answeredAt < LOAD_STALE_AFTER_MS;
      // Interactive images overtake bulk ones, which therefore take no room from them.
      const overtaken = priority === "interactive" ? inFlightBulk + (isFresh ? othersBulk : 0) : 0;
      return {
        nodeID: id,
        isLocal: local,
        isSilent: !local && process.uptime() - node.lastHeartbeatTime > SILENCE_S,
        threads,
        capacity: threads + queueSize + overtaken,
        busy: inFlight + (isFresh ? others : 0),
        serviceMs,
        models: readyModels(metadata),
      };
    });
  }

  /** Whether the image would wait here for so long that sending it to another process is worth the cost. */
  #mayLeave(open: readonly DetectorEndpoint[], bytes = Number.POSITIVE_INFINITY): boolean {
    const own = open.find(({ local }) => local);
    const entry = own && this.#entries.get(own.id);
    if (!entry || !isConnected(this.#broker)) return false;
    const { inFlight, inFlightBulk, serviceMs } = entry;
    const isSlow = serviceMs >= MAY_LEAVE.leastServiceMs && bytes <= MAY_LEAVE.bytesPerMs * serviceMs;
    return isSlow && inFlight - inFlightBulk >= AHEAD_PER_THREAD * metadataOf(own).threads;
  }

  /** @param images Number of images in the call. */
  sent(nodeID: string, priority: Priority, images: number): void {
    const entry = this.#entries.get(nodeID) ?? { ...UNKNOWN };
    this.#entries.set(nodeID, entry);
    entry.inFlight += images;
    if (priority === "bulk") entry.inFlightBulk += images;
  }

  /** @param load Reported by the detector, if the answer came from it. */
  answered(nodeID: string, priority: Priority, images: number, load: DetectorLoad | undefined): void {
    const entry = this.#entries.get(nodeID);
    if (!entry) return;
    entry.inFlight -= images;
    if (priority === "bulk") entry.inFlightBulk -= images;
    if (load) {
      entry.othersBulk = Math.max(0, (load.bulk ?? 0) - entry.inFlightBulk);
      entry.others = Math.max(0, load.busy - entry.inFlight);
      entry.answeredAt = performance.now();
      entry.serviceMs = load.serviceMs;
    } else if (entry.inFlight === 0) {
      this.#entries.delete(nodeID);
    }
  }
}
