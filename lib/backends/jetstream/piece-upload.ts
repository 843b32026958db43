import { randomUUID } from "node:crypto";
import type { JetStreamConnection } from "./connection.ts";

/** The pieces of one blob on their way to the stream, few at once. */
export class PieceUpload {
  readonly id = randomUUID();
  readonly #jetstream: JetStreamConnection;
  readonly #subject: string;
  readonly #inFlight: number;
  readonly #sending = new Set<Promise<unknown>>();
  #count = 0;

  constructor(jetstream: JetStreamConnection, jobSubject: string, inFlight: number) {
    this.#jetstream = jetstream;
    this.#subject = `${jobSubject}.${this.id}`;
    this.#inFlight = inFlight;
  }

  get count(): number {
    return this.#count;
  }

  /** Resolves when there is room for the next. @throws what an earlier piece met */
  async send(piece: Uint8Array): Promise<void> {
    const sending = this.#jetstream.publish(`${this.#subject}.${this.#count++}`, piece);
    // Its failure is met by whoever waits for it below.
    sending.catch(() => {});
    this.#sending.add(sending);
    if (this.#sending.size >= this.#inFlight) await this.#first();
  }

  /** Resolves when all are stored. */
  async end(): Promise<void> {
    while (this.#sending.size > 0) await this.#first();
  }

  /** Removes what was stored. */
  async discard(): Promise<void> {
    await Promise.allSettled(this.#sending);
    if (this.#count === 0) return;
    const filter = `${this.#subject}.*`;
    await this.#jetstream.find(() =>
      this.#jetstream.manager.streams.purge(this.#jetstream.stream("blobs"), { filter }),
    );
  }

  async #first(): Promise<void> {
    const [first] = this.#sending;
    await first;
    this.#sending.delete(first as Promise<unknown>);
  }
}
