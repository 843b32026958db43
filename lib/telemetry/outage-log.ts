interface OutageLogger {
  info(message: string): void;
  error(facts: object, message: string): void;
}

/** The messages at the beginning and at the end of an outage. */
export interface OutageMessages {
  readonly begins: string;
  readonly ends: string;
}

/** Logs only the beginning and the end of an outage, however often the work is tried meanwhile. */
export class OutageLog {
  readonly #logger: OutageLogger;
  readonly #messages: OutageMessages;
  #isOut = false;

  constructor(logger: OutageLogger, messages: OutageMessages) {
    this.#logger = logger;
    this.#messages = messages;
  }

  failed(err: unknown): void {
    if (!this.#isOut) this.#logger.error({ err }, this.#messages.begins);
    this.#isOut = true;
  }

  succeeded(): void {
    if (this.#isOut) this.#logger.info(this.#messages.ends);
    this.#isOut = false;
  }

  /** Another node does the work now, and logs how it goes. */
  handOver(): void {
    this.#isOut = false;
  }
}
