import { isStaleClaim } from "../../../lib/backends/stale-claim.ts";
import { takenOver } from "../../../lib/backends/taken-over.ts";
import type {
  IdempotencyClaim,
  IdempotencyKey,
  IdempotencyOutcome,
  IdempotencyRecord,
} from "../../../lib/ports/job-store.ts";

export class IdempotencyTable {
  readonly #records = new Map<string, IdempotencyRecord>();
  readonly #fenced = new Set<string>();

  claim(claim: IdempotencyRecord, staleBefore: string): IdempotencyRecord | undefined {
    const found = this.#records.get(nameOf(claim));
    const isOurs = found?.claimant === claim.claimant;
    const isStale = found && isStaleClaim(found, claim.claimedAt, staleBefore);
    if (found && (found.fingerprint !== undefined || (!isOurs && !isStale))) return found;
    if (found && !isOurs) this.#fenced.add(found.claimant);
    this.#records.set(nameOf(claim), claim);
    return undefined;
  }

  renew(claim: IdempotencyRecord): void {
    const found = this.#records.get(nameOf(claim));
    if (found?.claimant === claim.claimant && found.fingerprint === undefined) this.#records.set(nameOf(claim), claim);
  }

  /** @throws IDEMPOTENCY_KEY_IN_USE */
  complete(outcome: IdempotencyOutcome, jobId: string, now: string): void {
    const { owner, key, claimant, fingerprint } = outcome;
    const found = this.#records.get(nameOf(outcome));
    if (this.#fenced.has(claimant) || (found && found.claimant !== claimant)) throw takenOver();
    this.#records.set(nameOf(outcome), { jobId, claimedAt: now, ...found, owner, key, claimant, fingerprint });
  }

  release(claim: IdempotencyClaim): void {
    this.#fenced.add(claim.claimant);
    const found = this.#records.get(nameOf(claim));
    if (found?.claimant === claim.claimant && found.fingerprint === undefined) this.#records.delete(nameOf(claim));
  }

  remove(claim: IdempotencyClaim): void {
    if (this.#records.get(nameOf(claim))?.claimant === claim.claimant) this.#records.delete(nameOf(claim));
  }

  /** Claims of requests that died with the only process. */
  removeInFlight(): void {
    this.#removeIf(({ fingerprint }) => fingerprint === undefined);
  }

  removeJobs(jobIds: readonly string[]): void {
    this.#removeIf(({ jobId }) => jobIds.includes(jobId));
  }

  removeOwners(owners: readonly string[]): void {
    this.#removeIf(({ owner }) => owners.includes(owner));
  }

  count(isCounted: (record: IdempotencyRecord) => boolean): number {
    return [...this.#records.values()].filter(isCounted).length;
  }

  /** @returns the number removed. */
  sweep(before: string): number {
    return this.#removeIf(({ claimedAt }) => claimedAt < before);
  }

  #removeIf(isRemoved: (record: IdempotencyRecord) => boolean): number {
    const size = this.#records.size;
    for (const [name, record] of this.#records) if (isRemoved(record)) this.#records.delete(name);
    return size - this.#records.size;
  }
}

export function nameOf({ owner, key }: IdempotencyKey): string {
  return JSON.stringify([owner, key]);
}
