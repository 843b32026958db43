/** Sends requests to a service that may be killed, and checks that each answer is documented. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Json } from "../hostile/history.ts";
import { type Documented, isDocumented } from "../hostile/rules/answers.ts";

const ANSWER_WITHIN_MS = 60_000;
const PAUSE_MS = 200;

export interface Answer {
  readonly status: number;
  readonly body: Json;
}

export interface Ask {
  readonly body?: RequestInit["body"];
  readonly headers?: Readonly<Record<string, string>>;
}

export class SoakClient {
  readonly url: string;
  /** What must not be. */
  readonly faults: string[] = [];
  /** Counts of answers, by status and code, or why there was none. */
  readonly answers = new Map<string, number>();
  /** Milliseconds to the answers since they were last taken. */
  times: number[] = [];
  readonly #documented: Documented;
  readonly #over: AbortSignal;

  constructor(url: string, documented: Documented, over: AbortSignal) {
    this.url = url;
    this.#documented = documented;
    this.#over = over;
  }

  get isOver(): boolean {
    return this.#over.aborted;
  }

  /**
   * @param operation As in the API document.
   * @param path Of the operation, with the query; by default that of the operation.
   * @returns undefined if the service was killed meanwhile.
   */
  async send(operation: string, path?: string, { body, headers = {} }: Ask = {}): Promise<Answer | undefined> {
    const [method = "", template = ""] = operation.split(" ");
    const startedAt = performance.now();
    try {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      const init = { method, headers, signal, ...(body && { body }) };
      const response = await fetch(this.url + (path ?? template), init);
      const text = await response.text();
      this.times.push(performance.now() - startedAt);
      const isJson = /json/.test(response.headers.get("content-type") ?? "");
      const answer = { status: response.status, body: isJson && text !== "" ? JSON.parse(text) : text };
      const code = answer.status < 400 ? "" : ` ${answer.body?.code}`;
      this.#count(`${answer.status}${code}`);
      if (!isDocumented(this.#documented, operation, answer.status, answer.body))
        this.faults.push(`${operation}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`);
      return answer;
    } catch (error) {
      const { name, cause, message } = error as Error & { cause?: { code?: string } };
      if (name === "TimeoutError") this.faults.push(`${operation} was not answered`);
      this.#count(name === "TimeoutError" ? "no answer" : (cause?.code ?? message));
      return undefined;
    }
  }

  /** Repeats a request until it is answered with another status than 429 and 5xx; with the key, it is done once. */
  async insist(operation: string, path: string, ask: Ask, key: string): Promise<Answer | undefined> {
    const headers = { ...ask.headers, "Idempotency-Key": key };
    for (;;) {
      const answer = await this.send(operation, path, { ...ask, headers });
      const isFinal = answer && answer.status !== 429 && answer.status < 500;
      if (isFinal && answer.body?.code !== "IDEMPOTENCY_KEY_IN_USE") return answer;
      await sleep(PAUSE_MS);
    }
  }

  #count(answer: string): void {
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
  }
}
