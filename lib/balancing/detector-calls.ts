/**
 * Routes each image, or parcel of images, to the least busy detector and fails over to another if that one refuses it,
 * leaves or dies. A caller that sets `retries: 0` counts attempts itself and gets the first error.
 *
 * While all detectors are full, an image of an admitted request waits here for its client's turn; any other is refused.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { CallingOptions, Context, Middleware, ServiceBroker } from "moleculer";
import type { CallMeta } from "../contracts/action.ts";
import { contractOf } from "../contracts/actions.ts";
import { FACES_HAAR } from "../contracts/model-name.ts";
import type { Priority } from "../contracts/priority.ts";
import { type Failure, failure, modelUnavailable, noDetector } from "../errors.ts";
import { isConnected } from "../transport/transit.ts";
import { CallAttempts, type NextStep } from "./call-attempts.ts";
import { type Candidate, chooseDetector, retryAfterSeconds } from "./choose-detector.ts";
import { DetectorLedger, type DetectorLoad } from "./detector-ledger.ts";
import { type Need, WaitingCalls } from "./waiting-calls.ts";

export interface DetectorCallSettings {
  /** Timeout of images whose call sets none. */
  readonly imageTimeoutMs: number;
  /** Processes that share the port. With several, most images of requests stay in the process that received them. */
  readonly processes: number;
}

/** The method `call` of Moleculer's broker. Its promise carries the context. */
type Call = (action: string, params: object, options?: CallingOptions) => Promise<unknown> & { ctx?: Context };
/** Params of `detect` and `detectMany`, which may name models, and of `infer`, which names one. */
type Params = {
  /** Images of `detectMany` only. */
  readonly images?: readonly unknown[];
  /** Image of `detect` only: bytes, or a reference. */
  readonly image?: unknown;
  readonly annotate?: unknown;
  readonly timeoutMs?: number;
  readonly models?: readonly string[];
  readonly model?: string;
  readonly suspect?: boolean;
  readonly priority?: Priority;
};
type Options = CallingOptions & { retries?: number; tracking?: boolean; parentCtx?: Context };

/** A call on its way to a detector. */
interface Sent {
  readonly action: string;
  readonly params: Params;
  readonly options: Options;
  /** Of `performance.now()`. */
  readonly deadline: number;
}

const DEFAULT_MODELS = [FACES_HAAR];
const POLL_MS = 20;
/** A detector times out late images itself. This grace period covers one that cannot. */
const GRACE_MS = 1_000;

function priorityOf({ images, priority = images ? "bulk" : "interactive" }: Params): Priority {
  return priority;
}

/** Size of an image that is given as bytes and is not returned with its boxes drawn in; otherwise undefined. */
function bytesOf({ image, annotate }: Params): number | undefined {
  return image instanceof Uint8Array && !annotate ? image.byteLength : undefined;
}

/** A detector that publishes no models counts as fit. */
function isFit(candidate: Candidate, models: readonly string[]): boolean {
  return candidate.models.length === 0 || models.every((name) => candidate.models.includes(name));
}

/** The client of an admitted request: for such a call, a full detector is a reason to wait. */
function waitingClient({ meta, parentCtx, retries }: Options, priority: Priority): string | undefined {
  if (retries === 0 || priority !== "interactive") return undefined;
  return (meta as CallMeta | undefined)?.client ?? (parentCtx?.meta as CallMeta | undefined)?.client;
}

class DetectorCalls {
  readonly #broker: ServiceBroker;
  readonly #call: Call;
  readonly #settings: DetectorCallSettings;
  readonly #ledger: DetectorLedger;
  readonly #waiting: WaitingCalls;
  #turn = 0;

  constructor(broker: ServiceBroker, call: Call, settings: DetectorCallSettings) {
    this.#broker = broker;
    this.#call = call;
    this.#settings = settings;
    this.#ledger = new DetectorLedger(broker, settings.processes > 1);
    this.#waiting = new WaitingCalls((need) => this.#take(need, "interactive"));
  }

  /** @throws OVERLOADED, NO_DETECTOR, IMAGE_TIMEOUT; what `VisionPool.run` throws. */
  async balance(action: string, params: Params, options: Options): Promise<unknown> {
    const models = params.model ? [params.model] : (params.models ?? DEFAULT_MODELS);
    const deadline = performance.now() + (params.timeoutMs ?? this.#settings.imageTimeoutMs);
    const priority = priorityOf(params);
    const client = waitingClient(options, priority);
    const traits = {
      countsAttempts: options.retries === 0,
      waitsForRoom: client !== undefined,
      isParcel: params.images !== undefined,
      noneFit: () => this.#noneFit(models),
    };
    const attempts = new CallAttempts(traits, params.suspect === true);
    const need = { models, without: attempts.refusedBy, images: params.images?.length ?? 1, bytes: bytesOf(params) };
    for (;;) {
      const nodeID = await this.#room(client, need, priority, deadline);
      try {
        const sent = attempts.isSuspect ? { ...params, suspect: true } : params;
        return await this.#send(nodeID, { action, params: sent, options, deadline });
      } catch (error) {
        await this.#prepare(attempts.after(error, nodeID, isConnected(this.#broker)), need, deadline);
      }
    }
  }

  /** @throws the error with which the call ends, if there is no next attempt. */
  async #prepare(step: NextStep, need: Need, deadline: number): Promise<void> {
    switch (step.kind) {
      case "give up":
        throw step.error;
      case "wait for room":
        if (performance.now() >= deadline) throw step.error;
        return sleep(POLL_MS);
      case "try another":
        if (step.pauseMs > 0) await sleep(step.pauseMs);
        if (!(await this.#another(need, Math.min(deadline, performance.now() + step.forMs)))) throw step.error;
    }
  }

  /** Takes room at a detector, which `#send` returns. @throws OVERLOADED, NO_DETECTOR, IMAGE_TIMEOUT */
  async #room(client: string | undefined, need: Need, priority: Priority, deadline: number): Promise<string> {
    const mustWait = client !== undefined && this.#waiting.has(need);
    const nodeID = mustWait ? undefined : this.#take(need, priority);
    if (nodeID !== undefined) return nodeID;
    const candidates = this.#requireFit(need, priority);
    if (client !== undefined) return this.#waiting.room(client, need, deadline);
    const detail = `All detectors are full: ${candidates.map(({ capacity }) => capacity).join(" + ")} images.`;
    throw failure("OVERLOADED", detail, { retryAfterSeconds: retryAfterSeconds(candidates) });
  }

  /** @returns the detector that has been chosen for one more call; undefined if none has room. */
  #take({ models, without, images, bytes }: Need, priority: Priority): string | undefined {
    const fit = this.#ledger.candidates(without, priority, bytes).filter((candidate) => isFit(candidate, models));
    const chosen = chooseDetector(fit, this.#turn++)?.nodeID;
    if (chosen !== undefined) this.#ledger.sent(chosen, priority, images);
    return chosen;
  }

  /** @throws NO_DETECTOR, MODEL_UNAVAILABLE */
  #requireFit({ models, without }: Need, priority: Priority): Candidate[] {
    const reachable = this.#ledger.candidates(without, priority);
    if (reachable.length === 0) throw noDetector();
    const candidates = reachable.filter((candidate) => isFit(candidate, models));
    if (candidates.length === 0) throw this.#noneFit(models);
    return candidates;
  }

  /** In a cluster, a detector with the models may still appear or return. */
  #noneFit(models: readonly string[]): Failure {
    return this.#broker.transit ? noDetector(models) : modelUnavailable(models.join(", "), "it is not served here");
  }

  async #send(nodeID: string, { action, params, options, deadline }: Sent): Promise<unknown> {
    const isLocal = nodeID === this.#broker.nodeID;
    // Clocks of two machines differ, so send the time left.
    const timeoutMs = Math.max(1, Math.ceil(deadline - performance.now()));
    // The images of a parcel may take the timeout once more after they are begun.
    const limitMs = (params.images ? 2 : 1) * timeoutMs + GRACE_MS;
    // The caller of the image waits for it on shutdown. If these calls were tracked too, an endless stream of job
    // images would keep the node from stopping.
    const remote = isLocal ? {} : { timeout: limitMs, tracking: false };
    // A `detectorLoad` that was inherited from the caller belongs to an earlier detector.
    const meta = { ...options.meta, detectorLoad: undefined };
    const call = this.#call(action, { ...params, timeoutMs }, { ...options, ...remote, meta, nodeID, retries: 0 });
    try {
      return await call;
    } finally {
      const { detectorLoad } = (call.ctx?.meta ?? {}) as { detectorLoad?: DetectorLoad };
      this.#ledger.answered(nodeID, priorityOf(params), params.images?.length ?? 1, detectorLoad);
      this.#waiting.serve();
    }
  }

  /** Resolves to whether another detector becomes available before `until`. A single node has none to wait for. */
  async #another({ models, without }: Need, until: number): Promise<boolean> {
    const isThere = () => this.#ledger.candidates(without, "interactive").some((candidate) => isFit(candidate, models));
    for (;;) {
      if (isConnected(this.#broker) && isThere()) return true;
      if (!this.#broker.transit || performance.now() >= until) return false;
      await sleep(POLL_MS);
    }
  }
}

/** Balances every call of an action that runs on the `least busy detector`. */
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
