/** Images of admitted requests that wait in this process until a detector has room: fair shares by client. */
import { LRUCache } from "lru-cache";
import { RoundRobin } from "../concurrency/round-robin.ts";
import { failure } from "../errors.ts";

/** What a call needs of a detector. */
export interface Need {
  /** Number of images in the call. */
  readonly images: number;
  /** Size of the image in bytes, if it may be sent to another process of the service. */
  readonly bytes?: number | undefined;
  readonly models: readonly string[];
  /** Detectors that must not get the call. */
  readonly without: ReadonlySet<string>;
}

interface Waiter extends Need {
  readonly client: string;
  readonly resolve: (nodeID: string) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Interval at which the queue looks for room that no answer reports: a detector has joined, or the load known of one is
 * stale.
 */
const POLL_MS = 20;

/** Maximum clients whose last turn is remembered. */
const MOST_CLIENTS = 10_000;

type Queue = RoundRobin<string, Waiter, Waiter>;

export class WaitingCalls {
  /**
   * Queues by `keyOf`, so that images for one set of detectors do not wait for images for another. If several queues
   * wait for one detector, the queue whose next client was served longest ago is served first; on a tie, the queue that
   * was served longest ago.
   */
  readonly #queues = new Map<string, Queue>();
  /** The number of the turn in which each client was served last. */
  readonly #served = new LRUCache<string, number>({ max: MOST_CLIENTS });
  #turns = 0;
  readonly #take: (need: Need) => string | undefined;
  #poll: NodeJS.Timeout | undefined;

  /** @param take Takes the room for an image at a detector, and returns that detector, if one has room. */
  constructor(take: (need: Need) => string | undefined) {
    this.#take = take;
  }

  /** Whether images for the same detectors wait already. */
  has(need: Need): boolean {
    return (this.#queues.get(keyOf(need))?.size ?? 0) > 0;
  }

  /**
   * Waits until a detector has room.
   * @returns the detector at which the room is taken.
   * @throws IMAGE_TIMEOUT at the deadline, on the clock of `performance.now()`.
   */
  async room(client: string, need: Need, deadline: number): Promise<string> {
    const key = keyOf(need);
    const queue: Queue = this.#queues.get(key) ?? new RoundRobin({ sparseFirst: true });
    this.#queues.set(key, queue);
    const startedAt = performance.now();
    return new Promise((resolve, reject) => {
      const expire = () => {
        queue.remove(waiter);
        const timeoutMs = Math.max(0, Math.round(deadline - startedAt));
        reject(failure("IMAGE_TIMEOUT", `The image still waited for a detector after ${timeoutMs} ms.`, { timeoutMs }));
      };
      const waiter: Waiter = { ...need, client, resolve, timer: setTimeout(expire, deadline - startedAt) };
      queue.push(client, waiter, waiter);
      this.serve();
    });
  }

  /** Gives all available room to the waiting calls. */
  serve(): void {
    const full = new Set<string>();
    for (let next = this.#next(full); next; next = this.#next(full)) {
      const { key, queue, waiter } = next;
      const nodeID = this.#take(waiter);
      if (nodeID === undefined) {
        full.add(key);
        continue;
      }
      queue.shift();
      this.#queues.delete(key);
      this.#queues.set(key, queue);
      this.#served.set(waiter.client, ++this.#turns);
      clearTimeout(waiter.timer);
      waiter.resolve(nodeID);
    }
    for (const [key, queue] of this.#queues) if (queue.size === 0) this.#queues.delete(key);
    if (this.#poll || this.#queues.size === 0) return;
    this.#poll = setTimeout(() => {
      this.#poll = undefined;
      this.serve();
    }, POLL_MS);
  }

  /** The call to serve next, if there is room. @param full The keys of queues that have no room. */
  #next(full: ReadonlySet<string>) {
    let first: { readonly key: string; readonly queue: Queue; readonly waiter: Waiter } | undefined;
    for (const [key, queue] of this.#queues) {
      const waiter = full.has(key) ? undefined : queue.peek();
      if (waiter && (!first || this.#lastTurnOf(waiter) < this.#lastTurnOf(first.waiter)))
        first = { key, queue, waiter };
    }
    return first;
  }

  #lastTurnOf({ client }: Waiter): number {
    return this.#served.peek(client) ?? 0;
  }
}

/** Identifies the set of detectors that may get the image. */
function keyOf({ models, without }: Need): string {
  return JSON.stringify([models, [...without].sort()]);
}
