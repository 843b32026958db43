/**
 * The way of an image to a detector, one of many or the only one: to the least busy, and on to another if that one
 * refuses it, leaves or dies. Whoever calls with `retries: 0` counts attempts itself and is told at once.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { CallingOptions, Context, Middleware, ServiceBroker } from "moleculer";
import { contractOf } from "../contracts/actions.ts";
import { FACES_HAAR } from "../contracts/faces-haar.ts";
import { detectorShuttingDown, type Failure, failure, modelUnavailable, noDetector } from "../errors.ts";
import { asFailure } from "../transport/failures.ts";
import { type Candidate, chooseDetector, retryAfterSeconds } from "./choose-detector.ts";
import { DetectorLedger, type DetectorLoad } from "./detector-ledger.ts";

export interface DetectorCallSettings {
  /** Longest time of an image whose call names none. */
  readonly imageTimeoutMs: number;
}

/** The broker's `call`. The promise tells its context. */
type Call = (action: string, params: object, options?: CallingOptions) => Promise<unknown> & { ctx?: Context };
/** Of `detect`, which may name models, and of `infer`, which names one. */
type Params = {
  readonly timeoutMs?: number;
  readonly models?: readonly string[];
  readonly model?: string;
  readonly suspect?: boolean;
};
type Options = CallingOptions & { retries?: number; tracking?: boolean };

const DEFAULT_MODELS = [FACES_HAAR];
/** An image whose worker fails must not occupy many. */
const MAX_LOSSES = 3;
const LOSS_PAUSE_MS = 20;
/** An image that was under way already waits so long for a detector to come or come back. */
const REPLACEMENT_MS = 10_000;
const POLL_MS = 20;
/** A detector ends an image that is late itself; this is for one that cannot. */
const GRACE_MS = 1_000;

/** What became of an image that has no result. */
type Fate =
  /** The detector did not begin it. */
  | "refused"
  /** It was with a thread that is gone. */
  | "failed"
  /** It was with a node that is gone. */
  | "lost"
  /** This node has no connection to others. */
  | "cut off"
  /** An answer like any other. */
  | "over";

function fateOf(error: unknown, isConnected: boolean): Fate {
  const type = error instanceof Error && "type" in error ? error.type : undefined;
  switch (type) {
    case "OVERLOADED":
    case "SHUTTING_DOWN":
    case "SERVICE_NOT_FOUND":
    case "SERVICE_NOT_AVAILABLE":
      return "refused";
    case "REQUEST_REJECTED":
      return isConnected ? "lost" : "cut off";
    case "WORKER_LOST":
      return "failed";
    case "NODE_LOST":
      return "lost";
    case "BAD_GATEWAY":
      return "cut off";
    default:
      return "over";
  }
}

function toFailure(error: unknown, fate: Fate): Failure {
  if (fate === "cut off") return noDetector();
  const known = asFailure(error);
  // A node that has just left says that the action is not there.
  if (fate === "refused" && known.type === "NO_DETECTOR") return detectorShuttingDown();
  return known;
}

/** A detector that says nothing of its models is asked. */
function isFit(candidate: Candidate, models: readonly string[]): boolean {
  return candidate.models.length === 0 || models.every((name) => candidate.models.includes(name));
}

class DetectorCalls {
  readonly #broker: ServiceBroker;
  readonly #call: Call;
  readonly #settings: DetectorCallSettings;
  readonly #ledger: DetectorLedger;
  #turn = 0;

  constructor(broker: ServiceBroker, call: Call, settings: DetectorCallSettings) {
    this.#broker = broker;
    this.#call = call;
    this.#settings = settings;
    this.#ledger = new DetectorLedger(broker);
  }

  /** @throws OVERLOADED, NO_DETECTOR; what `VisionPool.run` throws. */
  async balance(action: string, params: Params, options: Options): Promise<unknown> {
    const models = params.model ? [params.model] : (params.models ?? DEFAULT_MODELS);
    const deadline = performance.now() + (params.timeoutMs ?? this.#settings.imageTimeoutMs);
    const refused = new Set<string>();
    let losses = 0;
    let isSuspect = params.suspect === true;
    for (;;) {
      const nodeID = this.#choose(refused, models);
      try {
        const sent = isSuspect ? { ...params, suspect: true } : params;
        return await this.#send(nodeID, action, sent, options, deadline);
      } catch (error) {
        const fate = fateOf(error, this.#isConnected);
        if (fate === "over") throw error;
        const known = toFailure(error, fate);
        if (options.retries === 0) throw known;
        if (fate === "refused") refused.add(nodeID);
        // The image may have ended the node's process: the next one tries it in another.
        if (fate === "lost") isSuspect = true;
        if (fate === "lost" || fate === "failed") {
          losses++;
          if (losses === MAX_LOSSES) throw known;
          await sleep(LOSS_PAUSE_MS * losses);
        }
        const patience = known.type === "OVERLOADED" ? 0 : REPLACEMENT_MS;
        if (!(await this.#another(refused, models, Math.min(deadline, performance.now() + patience)))) throw known;
      }
    }
  }

  get #isConnected(): boolean {
    return (this.#broker.transit as { tx?: { connected?: boolean } } | undefined)?.tx?.connected ?? true;
  }

  #choose(refused: ReadonlySet<string>, models: readonly string[]): string {
    const reachable = this.#ledger.candidates(refused);
    if (reachable.length === 0) throw noDetector();
    const candidates = reachable.filter((candidate) => isFit(candidate, models));
    if (candidates.length === 0) throw this.#noneFit(models);
    const chosen = chooseDetector(candidates, this.#turn++);
    if (chosen) return chosen.nodeID;
    const detail = `All detectors are full: ${candidates.map(({ capacity }) => capacity).join(" + ")} images.`;
    throw failure("OVERLOADED", detail, { retryAfterSeconds: retryAfterSeconds(candidates) });
  }

  /** In a cluster a detector that has them may come, or come back. */
  #noneFit(models: readonly string[]): Failure {
    return this.#broker.transit ? noDetector(models) : modelUnavailable(models.join(", "), "it is not served here");
  }

  async #send(nodeID: string, action: string, params: Params, options: Options, deadline: number): Promise<unknown> {
    const isLocal = nodeID === this.#broker.nodeID;
    // The clocks of two machines differ: what is sent is the time that is left.
    const timeoutMs = Math.max(1, Math.round(deadline - performance.now()));
    // Whoever asks for the image waits for it when the node stops. Counted here too, images of jobs that come
    // without end would keep the node from stopping.
    const remote = isLocal ? {} : { timeout: timeoutMs + GRACE_MS, tracking: false };
    this.#ledger.sent(nodeID);
    // What an earlier detector said of itself comes down from the caller; it is not this one's.
    const meta = { ...options.meta, detectorLoad: undefined };
    const call = this.#call(action, { ...params, timeoutMs }, { ...options, ...remote, meta, nodeID, retries: 0 });
    try {
      return await call;
    } finally {
      const { detectorLoad } = (call.ctx?.meta ?? {}) as { detectorLoad?: DetectorLoad };
      this.#ledger.answered(nodeID, detectorLoad);
    }
  }

  /** Whether there is another detector to ask by then. One node on its own has none to wait for. */
  async #another(refused: ReadonlySet<string>, models: readonly string[], until: number): Promise<boolean> {
    const isThere = () => this.#ledger.candidates(refused).some((candidate) => isFit(candidate, models));
    for (;;) {
      if (this.#isConnected && isThere()) return true;
      if (!this.#broker.transit || performance.now() >= until) return false;
      await sleep(POLL_MS);
    }
  }
}

/** Sends every call of an action that runs on the `least busy detector` the way above. */
export function balanceDetectors(settings: DetectorCallSettings) {
  return (broker: ServiceBroker): Middleware => {
    const middleware = {
      name: "BalanceDetectors",
      call(next: Call) {
        const calls = new DetectorCalls(broker, next, settings);
        return (action: string, params: object = {}, options: Options = {}) =>
          !options.nodeID && contractOf(action)?.runsOn === "least busy detector"
            ? calls.balance(action, params, options)
            : next(action, params, options);
      },
    };
    return middleware as unknown as Middleware;
  };
}
