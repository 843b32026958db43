/**
 * The log of failures of requests. While a store does not answer, all that need it fail alike: one of them is logged, the
 * others are counted.
 */
import type { Logger } from "moleculer";
import { isFailure } from "../errors.ts";

/** Longer than requests wait for a store: those that have waited belong to the same outage. */
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

  error(logger: Pick<Logger, "error" | "warn">, err: unknown, requestId: string | undefined): void {
    const reason = outageOf(err);
    const outage = reason === undefined ? undefined : this.#outages.get(reason);
    if (outage) {
      outage.unlogged++;
      outage.end.refresh();
      return;
    }
    logger.error({ err, requestId }, this.#message);
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

/**
 * Why the store does not answer, by the codes or names of the error's causes. Their messages differ between errors of one
 * outage: they may have the number of a connection.
 */
function outageOf(error: unknown): string | undefined {
  if (!isFailure(error) || error.type !== "STORE_UNAVAILABLE") return undefined;
  return [error.message, ...new Set(kindsOf(error.cause))].join(" ");
}

function kindsOf(cause: unknown): string[] {
  if (!(cause instanceof Error)) return [];
  const { code = cause.name } = cause as Error & { readonly code?: unknown };
  return [String(code), ...kindsOf(cause.cause)];
}
