import { ConstantBackoff, handleWhen, retry } from "cockatiel";
import {
  Events,
  type JetStreamClient,
  type JetStreamManager,
  type JetStreamPublishOptions,
  type MsgHdrs,
  type NatsConnection,
  NatsError,
  type PubAck,
} from "nats";
import { asJetStreamFailure, isWithoutAnswer } from "./failure.ts";
import { type StreamName, streamName } from "./streams.ts";

/** While JetStream starts or elects a leader nobody answers for a stream: it is asked again after this time. */
const PAUSE_MS = 250;
/**
 * How many times the time of an answer a request may take altogether. A leader that died is missed by the other servers
 * after 4 to 9 s, and what is asked before they have another is answered by nobody.
 */
const PATIENCE = 5;
const pauses = new ConstantBackoff(PAUSE_MS);

export interface StoredMessage {
  readonly data: Uint8Array;
  readonly headers?: MsgHdrs;
}

/** What the adapters share of a connection: the streams' names, publishing, and the news that it is back. */
export class JetStreamConnection {
  readonly connection: NatsConnection;
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly prefix: string;
  readonly timeoutMs: number;
  #isConnected = true;
  readonly #unacknowledged = new Set<() => void>();
  readonly #reconnected = new Set<() => void>();

  constructor(manager: JetStreamManager, connection: NatsConnection, prefix: string, timeoutMs: number) {
    this.connection = connection;
    this.manager = manager;
    this.client = connection.jetstream({ timeout: timeoutMs });
    this.prefix = prefix;
    this.timeoutMs = timeoutMs;
    void this.#watch();
  }

  /** Whether requests reach a server now, as far as known. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  stream(name: StreamName): string {
    return streamName(this.prefix, name);
  }

  /** Calls the listener each time the connection was lost and is back. @returns stops it. */
  onReconnect(listener: () => void): () => void {
    this.#reconnected.add(listener);
    return () => this.#reconnected.delete(listener);
  }

  /**
   * Publishes to a stream; resolves when the message is stored. What is not acknowledged in time is sent again, and so
   * is all that was not when the connection broke, in the same order: a message may be stored twice unless its options
   * prevent it.
   * @throws STORAGE_FULL, STORE_UNAVAILABLE
   */
  async publish(subject: string, payload: Uint8Array | string, options: Partial<JetStreamPublishOptions> = {}) {
    const acknowledged = Promise.withResolvers<PubAck>();
    const isInTime = this.#patience();
    let latest = 0;
    const send = () => {
      const attempt = ++latest;
      const timeout = this.timeoutMs;
      this.client.publish(subject, payload, { ...options, timeout }).then(acknowledged.resolve, (error: unknown) => {
        if (attempt !== latest) return;
        if (isWithoutAnswer(error) && isInTime() && !this.connection.isClosed()) setTimeout(send, PAUSE_MS);
        else acknowledged.reject(error);
      });
    };
    this.#unacknowledged.add(send);
    try {
      send();
      return await acknowledged.promise;
    } catch (error) {
      throw asJetStreamFailure(error);
    } finally {
      this.#unacknowledged.delete(send);
    }
  }

  /**
   * The newest message of the subject, from whichever server has it; a copy may lag behind, so only the stream's
   * leader can say that there is none.
   * @throws STORE_UNAVAILABLE
   */
  async newest(name: StreamName, subject: string): Promise<StoredMessage | undefined> {
    const stream = this.stream(name);
    const direct = `$JS.API.DIRECT.GET.${stream}.${subject}`;
    const found = await this.find(() => this.connection.request(direct, "", { timeout: this.timeoutMs }));
    if (found && !found.headers?.hasError) return found;
    const stored = await this.find(() => this.manager.streams.getMessage(stream, { last_by_subj: subject }));
    return stored && { data: stored.data, headers: stored.header };
  }

  /** What the request gives, as `ask`; undefined if JetStream has no such thing. @throws STORE_UNAVAILABLE */
  async find<T>(request: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.ask(request);
    } catch (error) {
      if (error instanceof NatsError && (error.api_error?.code === 404 || error.code === "404")) return undefined;
      throw error;
    }
  }

  /**
   * What the request gives. One that nobody answers is made again, so it must be one that can be made twice.
   * @throws STORE_UNAVAILABLE, and as it is what JetStream refuses
   */
  async ask<T>(request: () => Promise<T>): Promise<T> {
    const isInTime = this.#patience();
    const unanswered = handleWhen((error) => isWithoutAnswer(error) && isInTime() && !this.connection.isClosed());
    try {
      return await retry(unanswered, { backoff: pauses }).execute(() => request());
    } catch (error) {
      throw asJetStreamFailure(error);
    }
  }

  /** Longest time for a request that is made again and again. */
  get patienceMs(): number {
    return PATIENCE * this.timeoutMs;
  }

  /** @returns whether there is still time to ask once more. */
  #patience(): () => boolean {
    const until = performance.now() + this.patienceMs - PAUSE_MS;
    return () => performance.now() < until;
  }

  async #watch(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === Events.Disconnect) this.#isConnected = false;
      if (type !== Events.Reconnect) continue;
      this.#isConnected = true;
      for (const send of this.#unacknowledged) send();
      for (const listener of this.#reconnected) listener();
    }
  }
}
