import { nuid } from "nats";
import type { JetStreamConnection } from "./connection.ts";

/** Upload of one blob's pieces, with a limited number in flight. */
export class PieceUpload {
  readonly id = nuid.next();
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

  /** Resolves when the next piece can be sent. @throws the error of an earlier piece */
  async send(piece: Uint8Array): Promise<void> {
    const sending = this.#jetstream.publish(`${this.#subject}.${this.#count++}`, piece);
    // A failure surfaces where it is awaited below.
    sending.catch(() => {});
    this.#sending.add(sending);
    if (this.#sending.size >= this.#inFlight) await this.#first();
  }

  /** Resolves when all pieces are stored. */
  async end(): Promise<void> {
    while (this.#sending.size > 0) await this.#first();
  }

  /** Removes stored pieces. */
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
