/**
 * A process of the simulated cluster: its clock, and its connection to everything outside it. A node that dies sees no
 * answer any more; what it has sent before may still have its effect.
 */
import { failure } from "../../lib/errors.ts";
import type { Clock } from "../../lib/time/clock.ts";
import type { Random } from "../support/random.ts";
import type { Faults } from "./faults.ts";
import type { Scheduler } from "./scheduler.ts";

/** When all simulations begin, in milliseconds since 1970. */
export const START_MS = Date.UTC(2026, 0, 1);

const USUAL_MS = 4;
const LATE_MS = 20_000;
/** Effects of calls that their callers have given up. */
const LATEST_EFFECT_MS = 20_000;
const SUSPENDED_MS = 20_000;

export interface World {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: Faults;
}

/** How a call ends when its effect or its answer is lost. */
export interface CallOptions<T> {
  /** Instead of the effect, if the answer is lost: calls that reject may have done a part. */
  readonly partial?: () => T | Promise<T>;
  readonly error?: () => Error;
  /** Whether the effect may come after the error. */
  readonly isEverLate?: boolean;
}

export interface NodeOptions {
  /** By how much its wall clock is wrong, in milliseconds. */
  readonly aheadMs?: number;
  /** What it has not stored yet is lost with it. */
  readonly isStorageOwn?: boolean;
}

export class SimulatedNode {
  readonly name: string;
  readonly clock: Clock;
  readonly #world: World;
  readonly #onDeath: (() => void)[] = [];
  readonly #isStorageOwn: boolean;
  #clockAheadMs: number;
  #isAlive = true;
  #suspendedUntil = 0;

  constructor(name: string, world: World, { aheadMs = 0, isStorageOwn = false }: NodeOptions = {}) {
    this.name = name;
    this.#world = world;
    this.#clockAheadMs = aheadMs;
    this.#isStorageOwn = isStorageOwn;
    const { scheduler, random } = world;
    this.clock = {
      now: () => START_MS + Math.round(scheduler.now + this.#clockAheadMs),
      steady: () => scheduler.now,
      uptime: () => scheduler.now,
      random: () => random.next(),
      after: (ms, action) => this.after(ms, "timer", action),
    };
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Nothing of the node runs any more. */
  kill(): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    for (const action of this.#onDeath) action();
  }

  onDeath(action: () => void): void {
    this.#onDeath.push(action);
  }

  suspend(): void {
    const { scheduler, random } = this.#world;
    this.#suspendedUntil = scheduler.now + random.next() * SUSPENDED_MS;
  }

  /** @param aheadMs By how much the wall clock is wrong from now on. */
  setClock(aheadMs: number): void {
    this.#clockAheadMs = aheadMs;
  }

  /** Runs the action in this node, unless it has died by then. @returns a function that cancels it. */
  after(ms: number, label: string, action: () => void): () => void {
    const { scheduler } = this.#world;
    const run = () => {
      if (!this.#isAlive) return;
      const rest = this.#suspendedUntil - scheduler.now;
      if (rest > 0) cancel = scheduler.after(rest, `${this.name} resumes`, run);
      else action();
    };
    let cancel = scheduler.after(ms, `${this.name} ${label}`, run);
    return () => cancel();
  }

  /** Time that a message takes to or from this node. */
  latencyMs(): number {
    const { random, faults } = this.#world;
    return random.next() * (faults.happens("call late") ? LATE_MS : USUAL_MS);
  }

  /**
   * Calls something outside this node.
   * @throws STORE_UNAVAILABLE, or the given error, if the call or its answer is lost
   */
  call<T>(label: string, effect: () => T | Promise<T>, options: CallOptions<T> = {}): Promise<T> {
    const { scheduler, random, faults } = this.#world;
    const { partial = effect, error = storeUnavailable, isEverLate = true } = options;
    return new Promise((resolve, reject) => {
      if (!this.#isAlive) return;
      const answer = (what: string, action: () => void) =>
        void this.after(this.latencyMs(), `${label} ${what}`, action);
      const fail = () => answer("fails", () => reject(error()));
      const send = (ms: number, how: string, act: () => Promise<unknown>) => {
        faults.effectsUnderWay++;
        const isOver = () => void faults.effectsUnderWay--;
        scheduler.after(ms, `${this.name} → ${label}${how}`, () => {
          if (this.#isAlive || !this.#isStorageOwn) act().then(isOver, isOver);
          else isOver();
        });
      };
      if (faults.happens("call lost")) fail();
      else if (isEverLate && faults.happens("effect after the error")) {
        fail();
        send(random.next() * LATEST_EFFECT_MS, " (too late)", () => settle(effect));
      } else if (faults.happens("answer lost"))
        send(this.latencyMs(), " (answer lost)", () => settle(partial).then(fail, fail));
      else
        send(this.latencyMs(), "", () =>
          settle(effect).then(
            (result) => answer("answers", () => resolve(result)),
            (reason: unknown) => answer("refuses", () => reject(reason)),
          ),
        );
    });
  }

  /** The port as this node reaches it: each method a call. */
  remote<P extends object>(name: string, port: P, options: Pick<CallOptions<never>, "isEverLate"> = {}): P {
    const own = Object.create(port) as Record<string, unknown>;
    for (const method of Object.getOwnPropertyNames(Object.getPrototypeOf(port))) {
      const run = (port as Record<string, unknown>)[method];
      if (method === "constructor" || typeof run !== "function") continue;
      own[method] = (...args: unknown[]) => this.call(`${name}.${method}`, () => run.apply(port, args), options);
    }
    return own as P;
  }
}

function storeUnavailable(): Error {
  return failure("STORE_UNAVAILABLE", "The storage does not respond.");
}

/** Whatever becomes of the effect of a call that nobody waits for any more is its own affair. */
async function settle<T>(effect: () => T | Promise<T>): Promise<T> {
  return effect();
}
