/**
 * The log of failures of requests, and of work in the background. While a store does not answer or has no room,
 * everything that needs it fails in the same way: one failure is logged, the others are counted.
 */
import type { Logger } from "moleculer";
import { isFailure } from "../errors.ts";

/**
 * Quiet time after which an outage is over. It is longer than requests wait for a store, so that failures after such a
 * wait belong to the same outage.
 */
const OVER_AFTER_MS = 60_000;

interface Outage {
  unlogged: number;
  readonly end: NodeJS.Timeout;
}

export class FailureLog {
  readonly #message: string;
  readonly #outages = new Map<string, Outage>();

  constructor(message: string) {
    this.#message = message;
  }

  /** @param details Facts about what failed, such as the id of a request. */
  error(logger: Pick<Logger, "error" | "warn">, err: unknown, details: Readonly<Record<string, unknown>> = {}): void {
    const reason = outageOf(err);
    const outage = reason === undefined ? undefined : this.#outages.get(reason);
    if (outage) {
      outage.unlogged++;
      outage.end.refresh();
      return;
    }
    logger.error({ err, ...details }, this.#message);
    if (reason !== undefined) this.#begin(logger, reason);
  }

  #begin(logger: Pick<Logger, "warn">, reason: string): void {
    const finish = () => {
      this.#outages.delete(reason);
      const { unlogged } = outage;
      if (unlogged > 0) logger.warn({ reason, unlogged }, `${this.#message}: none for this reason in the last minute`);
    };
    const outage = { unlogged: 0, end: setTimeout(finish, OVER_AFTER_MS).unref() };
    this.#outages.set(reason, outage);
  }
}

const OUTAGES: readonly string[] = ["STORE_UNAVAILABLE", "STORAGE_FULL"];

/**
 * Identifies an outage by the codes or names of the error's causes. Their messages differ within one outage: they may
 * contain the number of a connection.
 */
function outageOf(error: unknown): string | undefined {
  if (!isFailure(error) || !OUTAGES.includes(error.type)) return undefined;
  // A database and a file say it in different ways.
  if (error.type === "STORAGE_FULL") return error.message;
  return [error.message, ...new Set(kindsOf(error.cause))].join(" ");
}

function kindsOf(cause: unknown): string[] {
  if (!(cause instanceof Error)) return [];
  const { code = cause.name } = cause as Error & { readonly code?: unknown };
  return [String(code), ...kindsOf(cause.cause)];
}
