/**
 * The attempts of one call at detectors: decides whether and where it is tried again after an attempt without a result.
 * Pure.
 */
import { detectorShuttingDown, type Failure, noDetector } from "../errors.ts";
import { asFailure } from "../transport/failures.ts";

/** Limits how many workers one image can take down. */
const MAX_LOSSES = 3;
const LOSS_PAUSE_MS = 20;
/** How long an image in flight waits for a detector to appear or return. */
const REPLACEMENT_MS = 10_000;

/** Outcome of an attempt without a result. */
type Outcome =
  /** The detector did not start the call. */
  | "refused"
  /** The detector does not have the models, which have changed since it published them. */
  | "unfit"
  /** The worker thread with the call died. */
  | "failed"
  /** The detector's node died. */
  | "lost"
  /** This node or the detector's is disconnected from the others. The detector may return. */
  | "cut off"
  /** A final answer. */
  | "over";

function outcomeOf(error: unknown, isConnected: boolean): Outcome {
  const type = error instanceof Error && "type" in error ? error.type : undefined;
  switch (type) {
    case "OVERLOADED":
    case "SHUTTING_DOWN":
    case "SERVICE_NOT_FOUND":
    case "SERVICE_NOT_AVAILABLE":
      return "refused";
    case "MODEL_NOT_FOUND":
    case "MODEL_UNAVAILABLE":
      return "unfit";
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

function toFailure(error: unknown, outcome: Outcome): Failure {
  if (outcome === "cut off") return noDetector();
  const known = asFailure(error);
  // A node that has just left reports that the action does not exist.
  if (outcome === "refused" && known.type === "NO_DETECTOR") return detectorShuttingDown();
  return known;
}

/** What follows an attempt without a result. */
export type NextStep =
  | { readonly kind: "give up"; readonly error: unknown }
  | { readonly kind: "wait for room"; readonly error: Failure }
  /**
   * If there is no other detector after the pause, the call waits `forMs` for one, and otherwise ends with the error.
   */
  | { readonly kind: "try another"; readonly pauseMs: number; readonly forMs: number; readonly error: Failure };

/** What decides about the next attempt of a call. */
export interface CallTraits {
  /** The caller counts attempts itself, and gets the first error. */
  readonly countsAttempts: boolean;
  /** The caller's request is admitted, so it waits while all detectors are full. */
  readonly waitsForRoom: boolean;
  /** The call has several images. */
  readonly isParcel: boolean;
  /**
   * Makes the error that replaces the one of a detector without the models, if the caller counts attempts: another
   * detector may have them.
   */
  readonly noneFit: () => Failure;
}

export class CallAttempts {
  readonly #call: CallTraits;
  #refusedBy = new Set<string>();
  #losses = 0;
  #isSuspect: boolean;

  /** @param isSuspect Whether the image is known to have been in a process that died. */
  constructor(call: CallTraits, isSuspect: boolean) {
    this.#call = call;
    this.#isSuspect = isSuspect;
  }

  /** The nodes of the detectors that refused the call. */
  get refusedBy(): ReadonlySet<string> {
    return this.#refusedBy;
  }

  /** The image may have killed the process of a node: the next detector tries it in a separate process. */
  get isSuspect(): boolean {
    return this.#isSuspect;
  }

  /** @param isConnected Whether this node is connected to the others. */
  after(error: unknown, nodeID: string, isConnected: boolean): NextStep {
    const outcome = outcomeOf(error, isConnected);
    if (outcome === "over") return { kind: "give up", error };
    const known = toFailure(error, outcome);
    const { countsAttempts, waitsForRoom, isParcel, noneFit } = this.#call;
    if (countsAttempts) return { kind: "give up", error: outcome === "unfit" ? noneFit() : known };
    // The images must be tried alone now, which only their caller can do.
    if (isParcel && outcome === "lost") return { kind: "give up", error: known };
    // Other gateways have filled the detector. Its answer has told the ledger how full it is.
    if (waitsForRoom && known.type === "OVERLOADED") return { kind: "wait for room", error: known };
    if (outcome === "refused" || outcome === "unfit") this.#refusedBy.add(nodeID);
    if (outcome === "lost") this.#isSuspect = true;
    const isLoss = outcome === "lost" || outcome === "failed";
    if (isLoss) this.#losses++;
    if (this.#losses === MAX_LOSSES) return { kind: "give up", error: known };
    const pauseMs = isLoss ? LOSS_PAUSE_MS * this.#losses : 0;
    const forMs = known.type === "OVERLOADED" || outcome === "unfit" ? 0 : REPLACEMENT_MS;
    return { kind: "try another", pauseMs, forMs, error: known };
  }
}
