/** Sends requests to the gateways and records each with its answer, or that there was none. */
import { setTimeout as sleep } from "node:timers/promises";
import { bearer } from "../support/key-client.ts";
import type { Call, Json, Recorder } from "./history.ts";

export interface Asked {
  readonly operation: string;
  /** Of the operation, with what stands for its parameters, and the query. */
  readonly path: string;
  readonly body?: FormData;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the checker is to know. */
  readonly facts?: Pick<Call, "job" | "key" | "images" | "isExecuted">;
}

export interface Gateway {
  readonly host: string;
  readonly url: string;
}

export type Answered = NonNullable<Call["answer"]>;

export class Requests {
  readonly client: string;
  readonly #gateways: readonly Gateway[];
  readonly #recorder: Recorder;
  readonly #key: string;
  #turn = 0;

  constructor(client: string, gateways: readonly Gateway[], recorder: Recorder, key: string) {
    this.client = client;
    this.#key = key;
    this.#gateways = gateways;
    this.#recorder = recorder;
  }

  /** The gateways take turns. */
  next(): Gateway {
    return this.#gateways[this.#turn++ % this.#gateways.length] as Gateway;
  }

  /** @returns undefined if there is no answer within the time. */
  async send(asked: Asked, patienceMs: number, gateway: Gateway = this.next()): Promise<Answered | undefined> {
    const { operation, path, body, headers, facts } = asked;
    const startMs = this.#recorder.now();
    const outcome = await this.#answer(gateway.url + path, patienceMs, {
      method: operation.split(" ")[0] as string,
      headers: { ...bearer(this.#key), ...headers },
      ...(body && { body }),
    });
    const endMs = this.#recorder.now();
    const { client } = this;
    this.#recorder.add({
      kind: "call",
      client,
      gateway: gateway.host,
      operation,
      startMs,
      endMs,
      ...facts,
      ...outcome,
    });
    return outcome.answer;
  }

  /**
   * Repeats a request, at the gateways in turn, until it is answered with another status than 429 and 5xx, or 409 while
   * its idempotency key is in use.
   * @returns undefined if that does not happen until the signal.
   */
  async insist(asked: Asked, patienceMs: number, signal?: AbortSignal): Promise<Answered | undefined> {
    while (!signal?.aborted) {
      const answer = await this.send(asked, patienceMs);
      const isFinal = answer && answer.status !== 429 && answer.status < 500;
      if (isFinal && answer.body?.code !== "IDEMPOTENCY_KEY_IN_USE") return answer;
      await sleep(200);
    }
    return undefined;
  }

  async #answer(url: string, ms: number, init: RequestInit): Promise<Pick<Call, "answer" | "unknown">> {
    try {
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(ms) });
      const text = await response.text();
      return { answer: { status: response.status, body: parsed(text) } };
    } catch (error) {
      const { name, message, cause } = error as Error & { cause?: { code?: string } };
      return { unknown: name === "TimeoutError" ? "no answer" : (cause?.code ?? message) };
    }
  }
}

function parsed(text: string): Json {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
