import type { IdempotencyClaim, IdempotencyOutcome, IdempotencyRecord } from "../../ports/job-store.ts";
import { takenOver } from "../taken-over.ts";
import type { Database } from "./database.ts";

interface Row {
  owner: string;
  key: string;
  job_id: string;
  claimant: string;
  claimed_at: string;
  fingerprint: string | null;
}

/** Idempotency records. Call all methods within a change. */
export class IdempotencyKeys {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  claim(
    { owner, key, jobId, claimant, claimedAt }: Omit<IdempotencyRecord, "fingerprint">,
    staleBefore: string,
  ): IdempotencyRecord | undefined {
    const { changes } = this.#database
      .statement(
        `INSERT INTO idempotency_keys (owner, key, job_id, claimant, claimed_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (owner, key) DO UPDATE
           SET job_id = excluded.job_id, claimant = excluded.claimant, claimed_at = excluded.claimed_at
           WHERE fingerprint IS NULL AND (claimed_at < ? OR claimant = excluded.claimant)`,
      )
      .run(owner, key, jobId, claimant, claimedAt, staleBefore);
    if (Number(changes) === 1) return undefined;
    const row = this.#database
      .statement("SELECT * FROM idempotency_keys WHERE owner = ? AND key = ?")
      .get(owner, key) as unknown as Row;
    const record = { owner, key, jobId: row.job_id, claimant: row.claimant, claimedAt: row.claimed_at };
    return row.fingerprint === null ? record : { ...record, fingerprint: row.fingerprint };
  }

  /** @throws IDEMPOTENCY_KEY_IN_USE */
  complete({ owner, key, claimant, fingerprint }: IdempotencyOutcome, jobId: string, now: string): void {
    const { changes } = this.#database
      .statement(
        `INSERT INTO idempotency_keys (owner, key, job_id, claimant, claimed_at, fingerprint) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (owner, key) DO UPDATE SET fingerprint = excluded.fingerprint WHERE claimant = excluded.claimant`,
      )
      .run(owner, key, jobId, claimant, now, fingerprint);
    if (Number(changes) === 0) throw takenOver();
  }

  release({ owner, key, claimant }: IdempotencyClaim): void {
    this.#database
      .statement("DELETE FROM idempotency_keys WHERE owner = ? AND key = ? AND claimant = ? AND fingerprint IS NULL")
      .run(owner, key, claimant);
  }

  removeJob(jobId: string): void {
    this.#database.statement("DELETE FROM idempotency_keys WHERE job_id = ?").run(jobId);
  }

  /** Removes claims in flight when the process ended: their requests are dead. */
  removeInFlight(): void {
    this.#database.statement("DELETE FROM idempotency_keys WHERE fingerprint IS NULL").run();
  }

  sweep(before: string): number {
    return Number(this.#database.statement("DELETE FROM idempotency_keys WHERE claimed_at < ?").run(before).changes);
  }
}
