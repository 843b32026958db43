import { ConstantBackoff, handleWhen, retry } from "cockatiel";
import {
  type ApiError,
  Events,
  type JetStreamClient,
  type JetStreamManager,
  type JetStreamPublishOptions,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  NatsError,
  type PubAck,
  type StreamInfo,
  type Subscription,
} from "nats";
import { asJetStreamFailure, isWithoutAnswer } from "./failure.ts";

/**
 * Retry delay while a stream has no leader, as when JetStream starts or elects one, or its servers have no majority.
 */
export const PAUSE_MS = 250;
/**
 * Overall limit of a request, in multiples of its timeout. The other servers notice a dead leader after 4 to 9 s, and
 * no request is answered until they have elected another.
 */
const MAX_TIMEOUTS = 5;
const pauses = new ConstantBackoff(PAUSE_MS);

interface ApiErrorAnswer {
  readonly error?: ApiError;
}

/** What the settings of each are: see `streams.ts`. */
export type StreamName = "tasks" | "blobs" | "events";

export interface StoredMessage {
  readonly data: Uint8Array;
  readonly headers?: MsgHdrs;
}

/** Connection shared by the adapters: stream names, publishing, and reconnect notifications. */
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

  /** Whether a server is reachable, as far as known. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  stream(name: StreamName): string {
    return `${this.prefix}-${name}`;
  }

  /** Calls the listener after each reconnect. @returns a function that removes it. */
  onReconnect(listener: () => void): () => void {
    this.#reconnected.add(listener);
    return () => this.#reconnected.delete(listener);
  }

  /**
   * Calls the listener with each message that nodes send each other on the subject. A message that it cannot read, for
   * example from a later version, is ignored: an error that reaches the client would end its reading of the connection.
   */
  listen(subject: string, listener: (message: Msg) => void): Subscription {
    const callback = (error: unknown, message: Msg) => {
      if (error) return;
      try {
        listener(message);
      } catch {}
    };
    return this.connection.subscribe(`${this.prefix}.${subject}`, { callback });
  }

  /**
   * Publishes to a stream; resolves when the message is stored. A message that is not acknowledged in time is resent.
   * After a reconnect all unacknowledged messages are resent in order, so a message may be stored twice unless its
   * options prevent it.
   * @throws STORAGE_FULL, STORE_UNAVAILABLE
   */
  async publish(subject: string, payload: Uint8Array | string, options: Partial<JetStreamPublishOptions> = {}) {
    const acknowledged = Promise.withResolvers<PubAck>();
    const isInTime = this.#retryLimit();
    let latest = 0;
    let again: NodeJS.Timeout | undefined;
    const send = () => {
      const attempt = ++latest;
      clearTimeout(again);
      const timeout = this.timeoutMs;
      this.client.publish(subject, payload, { ...options, timeout }).then(acknowledged.resolve, (error: unknown) => {
        if (attempt !== latest) return;
        if (isWithoutAnswer(error) && isInTime() && !this.connection.isClosed()) again = setTimeout(send, PAUSE_MS);
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
   * The newest message of the subject, from any server that has it. A replica may lag behind, so only the stream's
   * leader can confirm that there is none.
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

  /**
   * A page of the stream's subjects, sorted; empty past the last. The client's own method would load all pages at once.
   * @throws STORE_UNAVAILABLE
   */
  async subjects(name: StreamName, filter: string, offset: number): Promise<string[]> {
    const query = JSON.stringify({ subjects_filter: filter, offset });
    const options = { timeout: this.timeoutMs };
    const api = `$JS.API.STREAM.INFO.${this.stream(name)}`;
    const stream = await this.find(async () => {
      const answer = (await this.connection.request(api, query, options)).json<StreamInfo & ApiErrorAnswer>();
      if (!answer.error) return answer;
      const { description, code } = answer.error;
      throw Object.assign(new NatsError(description, String(code)), { api_error: answer.error });
    });
    return Object.keys(stream?.state.subjects ?? {}).sort();
  }

  /** As `ask`, but undefined if JetStream finds nothing. @throws STORE_UNAVAILABLE */
  async find<T>(request: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.ask(request);
    } catch (error) {
      if (error instanceof NatsError && (error.api_error?.code === 404 || error.code === "404")) return undefined;
      throw error;
    }
  }

  /**
   * The response to the request. An unanswered request is retried, so it must be idempotent.
   * @throws STORE_UNAVAILABLE, and other JetStream errors unchanged
   */
  async ask<T>(request: () => Promise<T>): Promise<T> {
    const isInTime = this.#retryLimit();
    const unanswered = handleWhen((error) => isWithoutAnswer(error) && isInTime() && !this.connection.isClosed());
    try {
      return await retry(unanswered, { backoff: pauses }).execute(() => request());
    } catch (error) {
      throw asJetStreamFailure(error);
    }
  }

  /** Overall time limit of a retried request. */
  get overallTimeoutMs(): number {
    return MAX_TIMEOUTS * this.timeoutMs;
  }

  /** @returns a function that tells whether there is time for another retry. */
  #retryLimit(): () => boolean {
    const until = performance.now() + this.overallTimeoutMs - PAUSE_MS;
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
