/**
 * Flow control of large packets to one node. NATS does not slow senders down, and disconnects a node for which it would
 * have to hold more than 64 MiB. So a sender waits for the receiver from time to time.
 */
import { Mutex } from "async-mutex";
import type { Piece } from "./fragments.ts";

/** Maximum bytes of one sender that the receiver has not confirmed. NATS holds as many for each of 16 senders. */
const MOST_UNCONFIRMED_BYTES = 4 * 2 ** 20;

export interface LargePacket {
  readonly pieces: Iterable<Piece>;
  readonly publish: (piece: Piece) => void;
  /** Whether the rest is still to be sent. */
  readonly isWanted: () => boolean;
}

interface Question {
  readonly id: string;
  readonly answer: PromiseWithResolvers<void>;
}

export class Receiver {
  readonly #ask: () => string;
  readonly #answerWithinMs: number;
  /** Large packets are sent one after the other. */
  readonly #packets = new Mutex();
  #unconfirmedBytes = 0;
  #question: Question | undefined;
  #isGone = false;

  /**
   * @param ask Sends the node a question, which it answers after it has received what was sent before. @returns its id.
   * @param answerWithinMs Time after which a node that has not answered counts as gone.
   */
  constructor(ask: () => string, answerWithinMs: number) {
    this.#ask = ask;
    this.#answerWithinMs = answerWithinMs;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  async send({ pieces, publish, isWanted }: LargePacket): Promise<void> {
    await this.#packets.runExclusive(async () => {
      for (const piece of pieces) {
        if (this.#unconfirmedBytes >= MOST_UNCONFIRMED_BYTES && !this.#isGone) await this.#whenConfirmed();
        if (!isWanted()) return;
        publish(piece);
        this.#unconfirmedBytes += piece.bytes.length;
      }
    });
  }

  /** Resolves when no packet is left to be sent. */
  whenSent(): Promise<void> {
    return this.#packets.waitForUnlock();
  }

  /** The node has answered the question with the id. */
  answered(id: string): void {
    if (id === this.#question?.id) this.#question.answer.resolve();
  }

  /** The node seems to be gone. What is still wanted is sent at once: the node may only have been suspended. */
  leave(): void {
    this.#isGone = true;
    this.#question?.answer.resolve();
  }

  async #whenConfirmed(): Promise<void> {
    const answer = Promise.withResolvers<void>();
    this.#question = { id: this.#ask(), answer };
    const timer = setTimeout(() => this.leave(), this.#answerWithinMs).unref();
    await answer.promise;
    clearTimeout(timer);
    this.#question = undefined;
    this.#unconfirmedBytes = 0;
  }
}
