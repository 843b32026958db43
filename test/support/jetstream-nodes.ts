import { afterAll, afterEach, beforeAll } from "vitest";
import { type JetStreamOptions, type JetStreamPorts, openJetStream } from "../../lib/backends/jetstream/jetstream.ts";
import type { Lease, TaskQueue } from "../../lib/ports/task-queue.ts";
import { type NatsServer, startNatsServer } from "./nats-server.ts";

/** Duration of leases for tests that wait until one has expired. */
export const leaseMs = 1000;
/** Durations so long that neither expires in a test without faults, however slow the machine is. */
const patient = { leaseMs: 60_000, timeoutMs: 20_000 };

/** Clusters on a NATS server that belongs to the test file. Everything that is opened is closed after each test. */
export class JetStreamNodes {
  server!: NatsServer;
  #clusters = 0;
  readonly #opened: JetStreamPorts[] = [];

  /** Call at the top level of a test file. */
  static use(): JetStreamNodes {
    const nodes = new JetStreamNodes();
    beforeAll(async () => {
      nodes.server = await startNatsServer();
    });
    afterAll(() => nodes.server.stop());
    afterEach(async () => {
      for (const ports of nodes.#opened.splice(0)) await ports.close();
    });
    return nodes;
  }

  /** The prefix of a new cluster. */
  newPrefix(): string {
    return `nodes${this.#clusters++}`;
  }

  /** The prefix of the cluster that was opened last. */
  get lastPrefix(): string {
    return `nodes${this.#clusters - 1}`;
  }

  /** Nodes of one cluster, each with a connection of its own. */
  async open(count: number, options: Partial<JetStreamOptions> = {}): Promise<JetStreamPorts[]> {
    const prefix = this.newPrefix();
    const open = () => openJetStream(this.server.url, { prefix, pollMs: 100, ...patient, ...options });
    return (await Promise.all(Array.from({ length: count }, open))).map((ports) => this.closedAfterTest(ports));
  }

  async openOne(options: Partial<JetStreamOptions> = {}): Promise<JetStreamPorts> {
    const [ports] = await this.open(1, options);
    return ports as JetStreamPorts;
  }

  closedAfterTest(ports: JetStreamPorts): JetStreamPorts {
    this.#opened.push(ports);
    return ports;
  }
}

export async function taken(queue: TaskQueue): Promise<Lease> {
  const lease = await queue.take(AbortSignal.timeout(50_000));
  if (!lease) throw new Error("No task came.");
  return lease;
}
