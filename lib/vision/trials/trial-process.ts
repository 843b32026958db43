/** The detector's handle of the process that tries suspects. The process runs `workers/trial-process.ts`. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ErrorCode, ErrorData } from "../../errors.ts";
import type { PoolAnalysis, PoolDetection, PoolInference, PoolSettings } from "../pool-types.ts";
import type { PoolTask, VisionTask } from "../task.ts";
import { START_WITHIN_MS } from "../threads.ts";

export type TrialAnswer = PoolDetection | PoolAnalysis | PoolInference;

/** Settings that make the process behave like the pool. */
export type TrialPoolSettings = Omit<PoolSettings, "onHung" | "suspects" | "onRefused">;

/** Messages to the process. */
export type TrialRequest =
  | { readonly settings: TrialPoolSettings; readonly warmUp: VisionTask }
  | { readonly id: number; readonly task: PoolTask };

export interface TrialFailure {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly data: ErrorData;
}
export type TrialOutcome = { readonly answer: TrialAnswer } | { readonly failure: TrialFailure };

/** Messages from the process. It announces an image before native code gets it. */
export type TrialReply =
  | { readonly isReady: true }
  | { readonly id: number; readonly hasBegun: true }
  | ({ readonly id: number } & TrialOutcome);

export interface TrialEnd {
  /** Whether the process was ended by the detector or by an orderly signal. No image is at fault then. */
  readonly isOrderly: boolean;
  readonly wasReady: boolean;
  /** Human-readable reason: the signal or the exit code. */
  readonly reason: string;
}

export interface TrialListener {
  readonly onReady: () => void;
  readonly onBegun: (id: number) => void;
  readonly onOutcome: (id: number, outcome: TrialOutcome) => void;
  readonly onEnd: (end: TrialEnd) => void;
}

const PROCESS_FILE = fileURLToPath(new URL("../../../workers/trial-process.ts", import.meta.url));
const ORDERLY_SIGNALS: readonly (NodeJS.Signals | null)[] = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"];

export class TrialProcess {
  readonly #child: ChildProcess | undefined;
  #isReady = false;
  #isEnded = false;

  constructor(settings: TrialPoolSettings, warmUp: VisionTask, listener: TrialListener) {
    let child: ChildProcess;
    try {
      child = fork(PROCESS_FILE, { serialization: "advanced", stdio: ["ignore", "inherit", "inherit", "ipc"] });
    } catch (error) {
      // Node's message for some errors, such as ENOMEM.
      const reason = (error as Error).message;
      setImmediate(() => listener.onEnd({ isOrderly: this.#isEnded, wasReady: false, reason }));
      return;
    }
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
    // A process that could not be spawned emits no exit event.
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

  /** Whether the process accepts images. */
  get isReady(): boolean {
    return this.#isReady && !this.#isEnded && this.#child?.connected === true;
  }

  /** Send errors are ignored: if the process is gone, `onEnd` reports it. */
  send(request: TrialRequest): void {
    this.#child?.send(request, () => {});
  }

  /** Kills the process, whatever it is doing. */
  end(): void {
    this.#isEnded = true;
    this.#child?.kill("SIGKILL");
  }
}
