import type { StatementSync } from "node:sqlite";
import type { IdempotencyClaim, IdempotencyOutcome, IdempotencyRecord } from "../../ports/job-store.ts";
import { nowTimestamp } from "../../time/timestamp.ts";
import { isStaleClaim } from "../stale-claim.ts";
import { takenOver } from "../taken-over.ts";
import type { Database } from "./database.ts";

/** Maximum records per sweep, so as not to block the main thread. */
const SWEEP_LIMIT = 500;

interface Row {
  owner: string;
  key: string;
  job_id: string;
  claimant: string;
  claimed_at: string;
  fingerprint: string | null;
}

/** Idempotency records. Call all methods within a change. */
export class IdempotencyKeyTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  claim(
    { owner, key, jobId, claimant, claimedAt, fingerprint }: IdempotencyRecord,
    staleBefore: string,
  ): IdempotencyRecord | undefined {
    const row = this.#database
      .statement("SELECT * FROM idempotency_keys WHERE owner = ? AND key = ?")
      .get(owner, key) as unknown as Row | undefined;
    const isOurs = row?.claimant === claimant;
    const isStale = row && isStaleClaim({ claimedAt: row.claimed_at }, claimedAt, staleBefore);
    if (row && (row.fingerprint !== null || (!isOurs && !isStale))) return recordOf(row);
    if (row && !isOurs) this.#fence(row.claimant);
    this.#database
      .statement(
        `INSERT INTO idempotency_keys (owner, key, job_id, claimant, claimed_at, fingerprint) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (owner, key) DO UPDATE SET job_id = excluded.job_id, claimant = excluded.claimant,
           claimed_at = excluded.claimed_at, fingerprint = excluded.fingerprint`,
      )
      .run(owner, key, jobId, claimant, claimedAt, fingerprint ?? null);
    return undefined;
  }

  renew({ owner, key, claimant, claimedAt }: IdempotencyRecord): void {
    const sql = `UPDATE idempotency_keys SET claimed_at = ?
                 WHERE owner = ? AND key = ? AND claimant = ? AND fingerprint IS NULL`;
    this.#database.statement(sql).run(claimedAt, owner, key, claimant);
  }

  /** @throws IDEMPOTENCY_KEY_IN_USE */
  complete({ owner, key, claimant, fingerprint }: IdempotencyOutcome, jobId: string, now: string): void {
    const { changes } = this.#database
      .statement(
        `INSERT INTO idempotency_keys (owner, key, job_id, claimant, claimed_at, fingerprint) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (owner, key) DO UPDATE SET fingerprint = excluded.fingerprint WHERE claimant = excluded.claimant`,
      )
      .run(owner, key, jobId, claimant, now, fingerprint);
    if (Number(changes) === 0 || this.#isFenced(claimant)) throw takenOver();
  }

  release({ owner, key, claimant }: IdempotencyClaim): void {
    this.#fence(claimant);
    this.#database
      .statement("DELETE FROM idempotency_keys WHERE owner = ? AND key = ? AND claimant = ? AND fingerprint IS NULL")
      .run(owner, key, claimant);
  }

  remove({ owner, key, claimant }: IdempotencyClaim): void {
    const sql = "DELETE FROM idempotency_keys WHERE owner = ? AND key = ? AND claimant = ?";
    this.#database.statement(sql).run(owner, key, claimant);
  }

  removeJob(jobId: string): void {
    this.#database.statement("DELETE FROM idempotency_keys WHERE job_id = ?").run(jobId);
  }

  /** Removes claims that were in flight when the process ended: their requests are dead. */
  removeInFlight(): void {
    this.#database.statement("DELETE FROM idempotency_keys WHERE fingerprint IS NULL").run();
  }

  sweep(before: string): number {
    const expired = this.#database.statement(
      `DELETE FROM idempotency_keys WHERE (owner, key) IN (
         SELECT owner, key FROM idempotency_keys WHERE claimed_at < ? LIMIT ?)`,
    );
    const fences = this.#database.statement(
      `DELETE FROM fenced_claimants WHERE claimant IN (
         SELECT claimant FROM fenced_claimants WHERE fenced_at < ? LIMIT ?)`,
    );
    const run = (statement: StatementSync) => Number(statement.run(before, SWEEP_LIMIT).changes);
    return run(expired) + run(fences);
  }

  /**
   * A request may still run long after its claim was taken over, even after the job that took its place was deleted.
   * From now on, it changes nothing.
   */
  #fence(claimant: string): void {
    this.#database
      .statement("INSERT INTO fenced_claimants (claimant, fenced_at) VALUES (?, ?) ON CONFLICT DO NOTHING")
      .run(claimant, nowTimestamp());
  }

  #isFenced(claimant: string): boolean {
    return this.#database.statement("SELECT 1 FROM fenced_claimants WHERE claimant = ?").get(claimant) !== undefined;
  }
}

function recordOf({ owner, key, job_id: jobId, claimant, claimed_at: claimedAt, fingerprint }: Row): IdempotencyRecord {
  return { owner, key, jobId, claimant, claimedAt, ...(fingerprint !== null && { fingerprint }) };
}
