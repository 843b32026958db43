/** A client that retries until its requests are accepted, and records every answer. */
import { setTimeout as sleep } from "node:timers/promises";
import { isErrorCode } from "../../lib/errors.ts";
import { type Answer, form, type JobClient, type Json } from "./job-client.ts";
import type { Accepted } from "./outcomes.ts";

/** Time without an answer after which it counts as a fault. */
const ANSWER_MS = 60_000;

export class InsistentClient {
  readonly #client: JobClient;
  /** Count of answers by status or code. */
  readonly answers = new Map<string, number>();
  /** Answers that are not documented. */
  readonly undocumented: string[] = [];

  constructor(client: JobClient) {
    this.#client = client;
  }

  /** Sends a request once, and records undocumented errors. @returns the answer's body on success. */
  async send(path: string, images: Accepted["images"], headers = {}): Promise<Json> {
    let answer: Answer<Json>;
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      answer = await this.#client.send("POST", path, { body: form(images), headers, signal });
    } catch (error) {
      const isLate = (error as Error).name === "TimeoutError";
      if (isLate) this.undocumented.push(`${path}: no answer`);
      // If it was not the time-out, the gateway was killed or is not up yet.
      this.#count(isLate ? "no answer" : "no connection");
      return undefined;
    }
    const { status, body } = answer;
    this.#count(status < 300 ? String(status) : (body.code ?? String(status)));
    if (status < 300) return body;
    if (!isErrorCode(body.code) || body.code === "INTERNAL_ERROR" || body.status !== status)
      this.undocumented.push(`${path} ${status} ${JSON.stringify(body)}`);
    return undefined;
  }

  async submit(key: string, images: Accepted["images"]): Promise<Accepted> {
    for (;;) {
      const job = await this.send("/v1/jobs", images, { "Idempotency-Key": key });
      if (job) return { id: job.id, images };
      await sleep(100);
    }
  }

  #count(answer: string): void {
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
  }
}
