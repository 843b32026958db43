import { randomUUID } from "node:crypto";
import { ConstantBackoff, handleWhen, retry } from "cockatiel";
import type { Logger } from "moleculer";
import { type Caller, call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import type { AuditRecord } from "../../ports/audit-store.ts";
import { outsideTraces } from "../../telemetry/tracing.ts";
import { nowTimestamp } from "../../time/timestamp.ts";
import { FailureLog } from "../../transport/failure-log.ts";

const FLUSH_MS = 400;
/** How long an answer waits for its record. */
const STORE_TIMEOUT_MS = 5_000;
/** Accesses that wait to be stored. Of more, only the number is recorded. */
const MAX_WAITING = 10_000;
const MAX_BATCH = 500;

/** Accesses, stored several at a time. */
export class AuditBuffer {
  readonly #caller: Caller;
  readonly #logger: Pick<Logger, "error" | "warn">;
  /** It is tried again several times a second, for as long as the outage lasts. */
  readonly #failures = new FailureLog("The audit log cannot be written; trying again");
  #waiting: AuditRecord[] = [];
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;

  constructor(caller: Caller, logger: Pick<Logger, "error" | "warn">) {
    this.#caller = caller;
    this.#logger = logger;
  }

  add(record: AuditRecord): void {
    if (this.#waiting.length >= MAX_WAITING) this.#lost++;
    else this.#waiting.push(record);
    this.#timer ??= this.#flushLater();
  }

  /**
   * Stores at once, or as soon as a node that stores is there again: a record with the same id is stored once.
   * @throws after five seconds, what the last attempt throws: SERVICE_UNAVAILABLE, STORE_UNAVAILABLE, STORAGE_FULL
   */
  async store(record: AuditRecord): Promise<void> {
    const until = performance.now() + STORE_TIMEOUT_MS;
    const leftMs = () => until - performance.now();
    const inTime = handleWhen(() => leftMs() > FLUSH_MS);
    // The broker takes 0 for no limit. Its own retries would each have the whole time.
    const options = () => ({ timeout: Math.max(1, leftMs()), retries: 0 });
    const store = () => call(this.#caller, actions.keys.record, { records: [record] }, options());
    await retry(inTime, { backoff: new ConstantBackoff(FLUSH_MS) }).execute(store);
  }

  /** Stores what is waiting. */
  async close(): Promise<void> {
    await this.#flushing;
    await this.#flush();
    clearTimeout(this.#timer);
  }

  #flushLater(): NodeJS.Timeout {
    return outsideTraces(() => setTimeout(() => this.#flush(), FLUSH_MS).unref());
  }

  #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing ??= this.#storeAll()
      .catch((err) => {
        this.#failures.error(this.#logger, err, { waiting: this.#waiting.length });
        this.#timer ??= this.#flushLater();
      })
      .finally(() => {
        this.#flushing = undefined;
      });
    return this.#flushing;
  }

  async #storeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const records = this.#waiting.slice(0, MAX_BATCH);
      await call(this.#caller, actions.keys.record, { records });
      this.#waiting.splice(0, records.length);
      if (this.#waiting.length === 0 && this.#lost > 0) this.#waiting.push(this.#takeLost());
    }
  }

  #takeLost(): AuditRecord {
    const object = `${this.#lost} accesses`;
    this.#lost = 0;
    return { id: randomUUID(), time: nowTimestamp(), action: "audit.lost", object };
  }
}
