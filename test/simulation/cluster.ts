/** The nodes of a simulation: they are started, die, start again, and answer calls. */
import { failure } from "../../lib/errors.ts";
import { Detector } from "./detector.ts";
import type { FaultCounts } from "./faults.ts";
import { IMAGE_TIMEOUT_MS, JobsNode, LEASE_MS, type Params } from "./jobs-node.ts";
import { Receivers } from "./receivers.ts";
import type { Scenario } from "./scenario.ts";
import { SimulatedNode, type World } from "./simulated-node.ts";
import { Storage } from "./storage.ts";

const TICK_MS = 250;
const RESTART_MS = 3_000;
/** Time that a node has to stop. */
const GRACE_MS = 30_000;
/** After it the caller of an action gives up. */
const CALL_TIMEOUT_MS = 30_000;

/** A place for a process: its successors have the same clock. */
interface Seat {
  readonly name: string;
  readonly aheadMs: number;
  starts: number;
  isRemoved: boolean;
  node: SimulatedNode | undefined;
  /** Of a node that has started. */
  jobs: JobsNode | undefined;
}

export class Cluster {
  readonly storage: Storage;
  readonly detector: Detector;
  readonly receivers: Receivers;
  readonly #world: World;
  readonly #scenario: Scenario;
  readonly #violated: (what: string) => void;
  readonly #seats: readonly Seat[];
  #isCalm = false;
  #isClosed = false;

  /** @param violated Is told of mistakes in the program. */
  constructor(world: World, scenario: Scenario, violated: (what: string) => void) {
    const { random } = world;
    this.#violated = violated;
    this.#world = world;
    this.#scenario = scenario;
    this.storage = new Storage(world, LEASE_MS);
    this.detector = new Detector(world, this.storage, {
      usualMs: scenario.detectionMs,
      timeoutMs: IMAGE_TIMEOUT_MS,
    });
    this.receivers = new Receivers(world, violated);
    this.#seats = Array.from({ length: Math.max(1, scenario.nodes) }, (_, n) => ({
      name: `jobs${n + 1}`,
      aheadMs: Math.round((2 * random.next() - 1) * scenario.skewMs),
      starts: 0,
      isRemoved: false,
      node: undefined,
      jobs: undefined,
    }));
    for (const seat of this.#seats) this.#start(seat);
    this.#tick();
  }

  /** Those that happened. */
  get faults(): FaultCounts {
    return this.#world.faults.counts;
  }

  get isShared(): boolean {
    return this.#scenario.nodes > 0;
  }

  /** From now on no node is stopped. */
  calm(): void {
    this.#isCalm = true;
  }

  /** A node that answers clients: any, or the only one. Undefined if none does. */
  gateway(): SimulatedNode | undefined {
    const { random } = this.#world;
    const started = this.#seats.filter(({ jobs }) => jobs);
    return started.length > 0 ? random.pick(started).node : undefined;
  }

  /** Calls an action of any node. @throws SERVICE_UNAVAILABLE if it is unknown whether it was done */
  call(from: SimulatedNode, action: string, params: object): Promise<unknown> {
    const unavailable = () => failure("SERVICE_UNAVAILABLE", `The node that was to do ${action} is gone.`);
    return new Promise((resolve, reject) => {
      const cancel = from.after(CALL_TIMEOUT_MS, `${action} takes too long`, () => reject(unavailable()));
      from
        .call(action, () => this.#run(action, params as Params & Record<string, unknown>, unavailable), {
          error: unavailable,
        })
        .finally(cancel)
        .then(resolve, reject);
    });
  }

  /** Stops all nodes in an orderly way, and starts none any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(
      this.#seats.map(({ node, jobs }) => {
        const death = new Promise<void>((resolve) => node?.onDeath(resolve));
        return jobs && Promise.race([jobs.close(), death]);
      }),
    );
  }

  #run(action: string, params: Params & Record<string, unknown>, unavailable: () => Error): Promise<unknown> {
    const started = this.#seats.filter(({ jobs }) => jobs);
    if (started.length === 0) return Promise.reject(unavailable());
    const { node, jobs } = this.#world.random.pick(started) as { node: SimulatedNode; jobs: JobsNode };
    return new Promise((resolve, reject) => {
      node.onDeath(() => reject(unavailable()));
      node.after(0, action, () => jobs.handle(action, params).then(resolve, reject));
    });
  }

  #start(seat: Seat): void {
    if (this.#isClosed || seat.isRemoved) return;
    const { scheduler, random } = this.#world;
    const name = `${seat.name}.${++seat.starts}`;
    const node = new SimulatedNode(name, this.#world, { aheadMs: seat.aheadMs, isStorageOwn: !this.isShared });
    seat.node = node;
    node.onDeath(() => {
      seat.node = undefined;
      seat.jobs = undefined;
      scheduler.after(random.next() * RESTART_MS, `${seat.name} starts`, () => this.#start(seat));
    });
    const { storage, detector, receivers } = this;
    const backends = this.isShared ? storage.connect(node) : storage.open(node);
    const onError = (error: unknown) => {
      scheduler.note(`${name} reports ${error}`);
      const isMistake = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
      if (isMistake) this.#violated(`${name} reports ${error}`);
    };
    JobsNode.start(node, backends, { scenario: this.#scenario, detector, receivers, onError }).then(
      (jobs) => {
        if (node.isAlive) seat.jobs = jobs;
      },
      // A node that cannot start ends, and is started again.
      () => node.kill(),
    );
  }

  #tick(): void {
    const { scheduler, faults, random } = this.#world;
    scheduler.after(random.next() * 2 * TICK_MS, "tick", () => {
      if (this.#isCalm) return;
      const seat = random.pick(this.#seats);
      if (seat.node && faults.happens("node killed")) seat.node.kill();
      const left = this.#seats.filter(({ isRemoved }) => !isRemoved);
      if (left.length > 1 && !seat.isRemoved && faults.happens("node removed")) {
        seat.isRemoved = true;
        seat.node?.kill();
      }
      if (seat.node && faults.happens("node suspended")) seat.node.suspend();
      if (seat.node && faults.happens("clock jumps")) seat.node.setClock((random.next() - 0.5) * 120_000);
      if (seat.jobs && faults.happens("node restarted")) this.#restart(seat);
      if (faults.happens("all tasks lost")) this.storage.tasks.clear();
      this.#tick();
    });
  }

  /** As an operator does: what does not end in time is killed. */
  #restart({ name, node, jobs }: Seat): void {
    const kill = () => node?.kill();
    this.#world.scheduler.after(GRACE_MS, `${name} is killed`, kill);
    jobs?.close().then(kill, kill);
  }
}
