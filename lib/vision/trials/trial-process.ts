/** The process that suspects are tried in, as the detector sees it. What it runs is `workers/trial-process.ts`. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ErrorCode, ErrorData } from "../../errors.ts";
import type { PoolAnalysis, PoolDetection, PoolInference, PoolSettings } from "../pool-types.ts";
import type { TensorTask, VisionTask } from "../task.ts";

export type TrialTask = VisionTask | TensorTask;
export type TrialAnswer = PoolDetection | PoolAnalysis | PoolInference;

/** What the process needs to know to do as the pool does. */
export type TrialPoolSettings = Omit<PoolSettings, "onHung" | "suspects" | "onRefused">;

/** To the process. */
export type TrialRequest =
  | { readonly settings: TrialPoolSettings; readonly warmUp: VisionTask }
  | { readonly id: number; readonly task: TrialTask };

export interface TrialFailure {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly data: ErrorData;
}
export type TrialOutcome = { readonly answer: TrialAnswer } | { readonly failure: TrialFailure };

/** From the process. It says that it begins an image before native code gets it. */
export type TrialReply =
  | { readonly isReady: true }
  | { readonly id: number; readonly hasBegun: true }
  | ({ readonly id: number } & TrialOutcome);

export interface TrialEnd {
  /** The detector ended it, or somebody else did in an orderly way: no image is at fault. */
  readonly isOrderly: boolean;
  readonly wasReady: boolean;
  /** For people: the signal, or the exit code. */
  readonly reason: string;
}

export interface TrialListener {
  readonly onReady: () => void;
  readonly onBegun: (id: number) => void;
  readonly onOutcome: (id: number, outcome: TrialOutcome) => void;
  readonly onEnd: (end: TrialEnd) => void;
}

const PROCESS_FILE = fileURLToPath(new URL("../../../workers/trial-process.ts", import.meta.url));
const START_WITHIN_MS = 60_000;
const ORDERLY_SIGNALS: readonly (NodeJS.Signals | null)[] = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"];

export class TrialProcess {
  readonly #child: ChildProcess;
  #isReady = false;
  #isEnded = false;

  constructor(settings: TrialPoolSettings, warmUp: VisionTask, listener: TrialListener) {
    const child = fork(PROCESS_FILE, { serialization: "advanced", stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.#child = child;
    const starting = setTimeout(() => child.kill("SIGKILL"), START_WITHIN_MS).unref();
    child.on("message", (reply: TrialReply) => {
      if ("isReady" in reply) {
        clearTimeout(starting);
        this.#isReady = true;
        listener.onReady();
      } else if ("hasBegun" in reply) listener.onBegun(reply.id);
      else listener.onOutcome(reply.id, reply);
    });
    // Without a process there is no exit.
    let hasEnded = false;
    const end = (reason: string, signal: NodeJS.Signals | null) => {
      if (hasEnded) return;
      hasEnded = true;
      clearTimeout(starting);
      const isOrderly = this.#isEnded || ORDERLY_SIGNALS.includes(signal);
      listener.onEnd({ isOrderly, wasReady: this.#isReady, reason });
    };
    child.on("error", (error) => child.pid === undefined && end(error.message, null));
    child.on("exit", (code, signal) => end(signal ?? `exit code ${code}`, signal));
    this.send({ settings, warmUp });
  }

  /** Whether it takes images. */
  get isReady(): boolean {
    return this.#isReady && !this.#isEnded && this.#child.connected;
  }

  /** Where the process is gone, its end says so. */
  send(request: TrialRequest): void {
    this.#child.send(request, () => {});
  }

  /** Ends it, whatever it does. */
  end(): void {
    this.#isEnded = true;
    this.#child.kill("SIGKILL");
  }
}
