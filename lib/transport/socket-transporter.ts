/**
 * Moleculer transporter between the processes of one service on one machine. The main process routes all packets
 * (`SocketHub`); the others connect to it, and keep running while it is restarted.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Transporters } from "moleculer";
import { type Frame, readFrames, sendFrame } from "./packet-frames.ts";
import { HELLO, LEFT, type Members, SocketHub, WELCOME } from "./socket-hub.ts";
import { failPending, startWithoutOthers, transitOf, WAS_AWAY } from "./transit.ts";

const RECONNECT_MS = 50;
const INFO = "INFO";

interface Packet {
  readonly target?: string | null;
  readonly type: string;
}

export class SocketTransporter extends Transporters.Base {
  readonly #path: string;
  readonly #isMain: boolean;
  readonly #subscribed = new Set<string>();
  #hub: SocketHub | undefined;
  #link: Socket | undefined;
  /** Node id of the main process. */
  #main: string | undefined;
  #isEnding = false;

  /** @param path Unix socket of the main process. */
  constructor(path: string, isMain: boolean) {
    super();
    this.#path = path;
    this.#isMain = isMain;
  }

  /**
   * Does not wait for the main process: the services of a process start beside those of the main one. The main process
   * accepts the others once its own services have started, so that they never see it without them.
   */
  async connect(): Promise<void> {
    if (this.#isMain) {
      this.connected = true;
      this.broker.localBus.on("$broker.started", () => this.#serve());
    } else void this.#follow();
    await startWithoutOthers(transitOf(this));
  }

  async disconnect(): Promise<void> {
    this.#isEnding = true;
    this.connected = false;
    this.#hub?.close();
    this.#link?.destroySoon();
  }

  async subscribe(command: string): Promise<void> {
    this.#subscribed.add(command);
  }

  /** Never called: without a balancer in the transporter, Moleculer chooses the node of each packet. */
  async subscribeBalancedRequest(): Promise<void> {}

  /** Never called, for the same reason. */
  async subscribeBalancedEvent(): Promise<void> {}

  async send(_topic: string, data: Buffer, { packet }: { readonly packet: Packet }): Promise<void> {
    const frame = { type: packet.type, target: packet.target ?? "", data };
    if (this.#hub) this.#hub.send(frame);
    else if (this.#link) sendFrame(this.#link, frame);
  }

  #serve(): void {
    const hub = new SocketHub({
      nodeID: this.nodeID,
      path: this.#path,
      onFrame: (frame) => this.#take(frame),
      onLeft: (left) => this.#forget(left),
    });
    hub.listen().then(
      () => {
        this.#hub = hub;
      },
      (error) => this.logger.error(`The other processes cannot connect: ${(error as Error).message}`),
    );
  }

  /** Connects to the main process, and again whenever the connection is lost. */
  async #follow(): Promise<void> {
    while (!this.#isEnding) {
      const link = connect(this.#path);
      const closed = once(link, "close");
      link.on("error", () => {});
      link.on("connect", () => this.#greet(link));
      readFrames(link, (frame) => this.#take(frame));
      await closed.catch(() => {});
      if (this.#link) this.#lose();
      this.#link = undefined;
      await sleep(RECONNECT_MS);
    }
  }

  #greet(link: Socket): void {
    this.#link = link;
    sendFrame(link, { type: HELLO, target: this.nodeID });
  }

  #take(frame: Frame): void {
    if (frame.type === LEFT) this.#forget(frame.target);
    else if (frame.type === WELCOME) this.#join(JSON.parse(frame.data.toString()));
    else if (this.#subscribed.has(frame.type)) void this.receive(frame.type, frame.data);
    if (frame.type === INFO) this.#resume();
  }

  /** Records the members, and asks all of them for their services. */
  #join({ main, others }: Members): void {
    const members = new Set([main, ...others]);
    for (const { id } of this.#nodes()) if (!members.has(id)) this.#forget(id);
    this.#main = main;
    // `prepublish` would drop the packet before the transporter counts as connected.
    void this.publish({ type: "DISCOVER", target: null, payload: {} } as never);
  }

  /** Starts sending calls once the services of the main process are known. */
  #resume(): void {
    if (this.connected || !this.#link || !this.#nodes().some(({ id }) => id === this.#main)) return;
    this.logger.info("Connected to the main process.");
    this.connected = true;
    void transitOf(this).discoverer.sendLocalNodeInfo();
    this.broker.broadcastLocal(WAS_AWAY);
  }

  /** The other processes in the registry that are available. */
  #nodes(): readonly { readonly id: string }[] {
    const nodes = this.broker.registry.getNodeList({ onlyAvailable: true, withServices: false });
    return (nodes as unknown as { readonly id: string }[]).filter(({ id }) => id !== this.nodeID);
  }

  #forget(nodeID: string): void {
    transitOf(this).discoverer.remoteNodeDisconnected(nodeID, true);
  }

  /**
   * Answers to calls in flight are lost. The other nodes stay in the registry, so that calls fail as disconnected and
   * are retried. Nodes that are gone are removed when the hub reports them.
   */
  #lose(): void {
    if (!this.#isEnding) this.logger.warn("Lost the connection to the main process.");
    this.connected = false;
    failPending(transitOf(this));
  }
}
