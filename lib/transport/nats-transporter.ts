/**
 * Moleculer's NATS transporter with three additions: packets of any size, failing of requests whose answer can no
 * longer arrive, and recovery after a broker outage.
 */
import { Transporters } from "moleculer";
import { headers, type Msg, type NatsConnection } from "nats";
import { Assembler, cut, type Fragment, type Piece } from "./fragments.ts";
import { type NatsFiles, natsOptions, reasonOf } from "./nats-options.ts";
import { Receiver } from "./receiver.ts";
import { failPending, failUnreceived, nodesWithPendingRequests, transitOf, WAS_AWAY } from "./transit.ts";

/** Part of NATS's message limit that is reserved for headers. */
const HEADER_BYTES = 512;
const FRAGMENT_HEADER = "Sightline-Fragment";
/** Enough for images of up to 32 MiB from several concurrent senders. */
const MAX_UNFINISHED_BYTES = 256 * 2 ** 20;
/** Time without a fragment after which a packet is given up, and without a sign of the receiver after which a call is. */
const MAX_PAUSE_MS = 10_000;
/** Interval for pinging nodes with pending requests. */
const PROBE_INTERVAL_MS = 1_000;
const CLOSE_WITHIN_MS = 2_000;
const NO_RESPONDERS = 503;
/** In place of the id of a call, in the reply subject of a ping. */
const NO_CALL = "-";

interface Packet {
  readonly type: string;
  readonly target?: string | null;
  readonly payload?: { readonly id?: string };
}

interface NodeEvent {
  readonly node: { readonly id: string };
}

interface Pong {
  readonly nodeID: string;
  readonly id: string;
}

export class NatsTransporter extends Transporters.NATS {
  readonly #assembler = new Assembler({ maxBytes: MAX_UNFINISHED_BYTES, maxPauseMs: MAX_PAUSE_MS });
  #packets = 0;
  /** The nodes to which large packets were sent. */
  readonly #receivers = new Map<string, Receiver>();
  /** The nodes of large calls that are not sent whole yet, by the id of the call. */
  readonly #unsent = new Map<string, string>();
  /** Nodes that `#forget` is about to report as disconnected, unless they return before. */
  readonly #leaving = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  /** @param urls Comma-separated URLs of NATS servers. */
  constructor(urls: string, files: NatsFiles = {}) {
    super(natsOptions(urls, files));
  }

  get #client(): NatsConnection | null {
    return this.client;
  }

  /**
   * Start of the reply subjects on which NATS reports that a node's subject has no subscribers. The id of the call and
   * that of the node follow, of which only the latter may contain dots.
   */
  get #silence(): string {
    return `${this.prefix}.SILENCE.${this.nodeID}.`;
  }

  override async connect(): Promise<void> {
    try {
      await super.connect();
    } catch (error) {
      // Moleculer retries every five seconds, forever.
      this.logger.error(
        `NATS cannot be reached at ${this.opts.servers} (NATS_URL): ${reasonOf(error as Error)}. Retrying.`,
      );
      throw error;
    }
  }

  override async onConnected(wasReconnect?: boolean): Promise<unknown> {
    if (!wasReconnect) this.#watch();
    return super.onConnected(wasReconnect);
  }

  override async disconnect(): Promise<void> {
    clearInterval(this.#timer);
    const client = this.#client;
    this.client = null;
    if (!client) return;
    // While the broker is away, closing does not wait for unsent data, which is lost.
    await beforeClosing(client.flush()).catch(() => {});
    await client.close();
  }

  override async subscribe(cmd: string, nodeID?: string): Promise<void> {
    const subject = this.getTopicName(cmd, nodeID);
    this.#client?.subscribe(subject, {
      callback: (error, message) => {
        if (error) this.logger.error(`The subscription to ${subject} failed.`, error.message);
        else this.#take(cmd, message);
      },
    });
  }

  /** @throws NATS's error if it rejects a message, which fails the call. */
  override async send(topic: string, data: Buffer, meta: { packet?: Packet } = {}): Promise<void> {
    const client = this.#client;
    if (!client) return;
    // The other nodes do not wait for answers of a node that has left.
    if (meta.packet?.type === "DISCONNECT")
      await beforeClosing(Promise.all(Array.from(this.#receivers.values(), (receiver) => receiver.whenSent())));
    // Only packets that expect an answer need a notice that there are no responders.
    const { type, target, payload } = meta.packet ?? {};
    const call = type === "REQ" ? payload?.id : type === "PING" ? NO_CALL : undefined;
    const reply = target && call ? { reply: `${this.#silence}${call}.${target}` } : {};
    const maxBytes = (client.info?.max_payload ?? Number.POSITIVE_INFINITY) - HEADER_BYTES;
    if (data.length <= maxBytes) return client.publish(topic, data, reply);
    const name = `${this.nodeID} ${++this.#packets}`;
    const publish = ({ offset, total, bytes }: Piece) => {
      const fragmentHeaders = headers();
      fragmentHeaders.set(FRAGMENT_HEADER, `${name} ${offset} ${total}`);
      if (call && offset + bytes.length === total) this.#unsent.delete(call);
      client.publish(topic, bytes, { headers: fragmentHeaders, ...(offset === 0 && reply) });
    };
    const pieces = cut(data, maxBytes);
    if (!target) {
      for (const piece of pieces) publish(piece);
      return;
    }
    if (call) this.#unsent.set(call, target);
    const isWanted = () => !call || transitOf(this).pendingRequests.has(call);
    const sent = this.#receiver(target).send({ pieces, publish, isWanted });
    await sent.finally(() => call && this.#unsent.delete(call));
  }

  #receiver(nodeID: string): Receiver {
    const known = this.#receivers.get(nodeID);
    if (known && !known.isGone) return known;
    const ask = () => {
      const id = this.broker.generateUid();
      transitOf(this)
        .sendPing(nodeID, id)
        .catch(() => {});
      return id;
    };
    const receiver = new Receiver(ask, MAX_PAUSE_MS);
    this.#receivers.set(nodeID, receiver);
    return receiver;
  }

  /** Fails the large calls to the node that are not sent whole yet, so that it cannot have begun them. */
  #leave(nodeID: string): void {
    for (const [call, target] of this.#unsent) if (target === nodeID) failUnreceived(transitOf(this), call);
    this.#receivers.get(nodeID)?.leave();
    this.#receivers.delete(nodeID);
  }

  #take(cmd: string, message: Msg): void {
    const fragment = fragmentOf(message);
    const packet = fragment ? this.#assembler.add(fragment, performance.now()) : message.data;
    if (packet) void this.receive(cmd, Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength));
  }

  #watch(): void {
    this.#client?.subscribe(`${this.#silence}>`, {
      callback: (_error, message) => {
        if (message.headers?.code !== NO_RESPONDERS) return;
        const [call = "", ...node] = message.subject.slice(this.#silence.length).split(".");
        failUnreceived(transitOf(this), call);
        void this.#forget(node.join("."));
      },
    });
    const { localBus } = this.broker;
    localBus.on("$node.connected", ({ node }: NodeEvent) => this.#leaving.delete(node.id));
    localBus.on("$node.disconnected", ({ node }: NodeEvent) => this.#leave(node.id));
    localBus.on("$node.pong", ({ nodeID, id }: Pong) => this.#receivers.get(nodeID)?.answered(id));
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#probe(), PROBE_INTERVAL_MS).unref();
    void this.#follow();
  }

  /**
   * Makes no more calls of the node, and fails those in flight. NATS reports each of them that the node did not receive
   * before it answers the flush, so that only those that the node may have begun are left by then. If the node returns
   * meanwhile, its own announcement has failed them already, and those that it has received since go on.
   */
  async #forget(nodeID: string): Promise<void> {
    if (this.#leaving.has(nodeID)) return;
    this.#leaving.add(nodeID);
    this.broker.registry.unregisterServicesByNode(nodeID);
    this.#leave(nodeID);
    await this.#client?.flush().catch(() => {});
    if (this.#leaving.delete(nodeID)) transitOf(this).discoverer.remoteNodeDisconnected(nodeID, true);
  }

  /** Pings reveal a killed node (no responders) long before its heartbeats are missed. */
  #probe(): void {
    this.#assembler.expire(performance.now());
    if (!this.connected) return;
    const transit = transitOf(this);
    for (const nodeID of nodesWithPendingRequests(transit)) transit.sendPing(nodeID).catch(() => {});
  }

  async #follow(): Promise<void> {
    const client = this.#client;
    if (!client) return;
    for await (const { type } of client.status()) {
      if (type === "disconnect" && this.connected) this.#lose();
      if (type === "reconnect") await this.#return().catch((error) => this.logger.error("Reconnecting failed.", error));
    }
  }

  /** Answers to calls in flight are lost: NATS does not store messages for disconnected clients. */
  #lose(): void {
    this.connected = false;
    this.logger.warn("Lost the connection to NATS.");
    this.broker.broadcastLocal("$transporter.disconnected", { graceFul: false });
    for (const nodeID of this.#receivers.keys()) this.#leave(nodeID);
    failPending(transitOf(this));
  }

  /** Nodes that did not notice the outage still wait for lost answers, so announce that this node was away. */
  async #return(): Promise<void> {
    this.logger.info("Reconnected to NATS.");
    this.connected = true;
    await transitOf(this).sendDisconnectPacket();
    await this.onConnected(true);
    this.broker.broadcastLocal(WAS_AWAY);
  }
}

/** Waits for what a node does before it leaves, but not for long. */
async function beforeClosing(work: Promise<unknown>): Promise<void> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_WITHIN_MS).unref());
  await Promise.race([work, late]);
}

function fragmentOf(message: Msg): Fragment | undefined {
  const [source = "", packet = "", offset, total] = message.headers?.get(FRAGMENT_HEADER).split(" ") ?? [];
  if (total === undefined) return undefined;
  return {
    source: `${source} ${message.subject}`,
    packet,
    offset: Number(offset),
    total: Number(total),
    bytes: message.data,
  };
}
