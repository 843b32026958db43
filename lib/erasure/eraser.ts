/** Erases everything of an owner, durably: what a crash interrupts is continued at the next start. */
import { createHmac, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { failure } from "../errors.ts";
import { eraseJobs } from "../jobs/erasure.ts";
import { JobManager } from "../jobs/job-manager.ts";
import type { Backends } from "../ports/backends.ts";
import type { Counts, ErasureTarget, StoredErasure } from "../ports/erasure-store.ts";
import { FIRST_ADMIN } from "../sessions/owner.ts";
import { nowTimestamp } from "../time.ts";
import { remainingOf, totalOf } from "./remaining.ts";

/** Requests that were accepted just before may still store something: gateways check a key again after 0.7 s. */
const SETTLE_MS = 2_000;
const PAUSE_MS = 100;

export interface EraserOptions {
  /** Keys of requests are to be checked anew. */
  readonly onKeysRemoved: (keyIds: readonly string[]) => void;
  /** Nodes are to forget what they have of the owner in memory. */
  readonly onErased: (owner: string) => void;
  readonly onJobErased: (jobId: string) => void;
  readonly onError: (error: unknown) => void;
  readonly settleMs?: number;
}

/** Whose data is to be erased: that of an owner, or that of a key's owner. */
export type ErasureRequest = { readonly owner: string } | { readonly keyId: string };

export class Eraser {
  readonly #backends: Backends;
  readonly #secret: Uint8Array;
  readonly #options: EraserOptions;
  readonly #manager: JobManager;

  constructor(backends: Backends, secret: Uint8Array, options: EraserOptions) {
    this.#backends = backends;
    this.#secret = secret;
    this.#options = options;
    this.#manager = new JobManager(backends, options.onError);
  }

  /**
   * Stores the erasure; from then on it is done, whatever crashes. A repeated request finds the first one, and continues
   * it if there is something of the owner again.
   * @throws KEY_NOT_FOUND
   */
  async request(request: ErasureRequest): Promise<StoredErasure> {
    const { erasures, keys } = this.#backends;
    const owner = "owner" in request ? request.owner : (await keys.get(request.keyId))?.owner;
    const known = await erasures.findBySubject(this.#hash(owner ?? ("keyId" in request ? request.keyId : "")));
    if (owner === undefined) {
      if (!known) throw failure("KEY_NOT_FOUND", "There is no such key.");
      return known;
    }
    if (known && known.phase !== "done") return known;
    const target = await this.#targetOf(owner);
    if (known && totalOf(await remainingOf(this.#backends, target)) === 0) return known;
    const subjects = [owner, ...target.keyIds].map((id) => this.#hash(id));
    const fresh: Partial<StoredErasure> & Pick<StoredErasure, "id" | "requestedAt" | "erased"> = {
      id: randomUUID(),
      requestedAt: nowTimestamp(),
      erased: {},
    };
    const { checkedAt: _, finishedAt: __, ...before } = known ?? fresh;
    const erasure: StoredErasure = {
      ...before,
      // What is found from now on is added to what an earlier erasure of the owner found.
      phase: known ? "checking" : "erasing",
      subjects: [...new Set([...(known?.subjects ?? []), ...subjects])],
      target,
    };
    if (!known) return erasures.insert(erasure);
    await erasures.put(erasure);
    return erasure;
  }

  /** Erases until nothing is found any more. Repeating it after a crash, or at the same time, does no harm. */
  async run(id: string): Promise<void> {
    let erasure = await this.#backends.erasures.get(id);
    if (erasure?.target) erasure = await this.#untilNothingIsLeft(erasure as Running);
    if (!erasure || erasure.phase === "done") return;
    await this.#backends.ownerData.scrub();
    await this.#put({ ...erasure, phase: "done", finishedAt: nowTimestamp() });
  }

  async #untilNothingIsLeft(stored: Running): Promise<StoredErasure> {
    const startedAt = performance.now();
    let erasure = stored;
    for (;;) {
      const target = await this.#extended(erasure.target);
      const found = await remainingOf(this.#backends, target);
      const isNew = erasure.phase === "checking" || totalOf(erasure.erased) === 0;
      const unsettledMs = (this.#options.settleMs ?? SETTLE_MS) - (performance.now() - startedAt);
      if (totalOf(found) > 0 || erasure.phase === "erasing") {
        // Counted before it is removed. After a crash in between it is not counted again.
        const erased = isNew ? added(erasure.erased, found) : erasure.erased;
        erasure = await this.#put({ ...erasure, phase: "erasing", target, erased });
        erasure = await this.#round(erasure);
        erasure = await this.#put({ ...erasure, phase: "checking" });
      } else if (unsettledMs <= 0) {
        const { target: _, ...rest } = erasure;
        return this.#put({ ...rest, phase: "scrubbing", checkedAt: nowTimestamp() });
      }
      // Each search looks into all stores: one before the time is over is enough.
      await sleep(totalOf(found) > 0 ? PAUSE_MS : Math.max(PAUSE_MS, unsettledMs));
    }
  }

  async #round(erasure: Running): Promise<Running> {
    const { ownerData, collections, encodings, log } = this.#backends;
    let current = erasure;
    await ownerData.removeAccess(current.target);
    this.#options.onKeysRemoved(current.target.keyIds);
    // First those that a crash left half removed.
    for (const id of current.target.jobIds) await this.#manager.deleteListed(id);
    for (const owner of current.target.owners) {
      const ids = await eraseJobs(this.#backends, this.#manager, owner, async (listed) => {
        const { target } = current;
        const jobIds = [...new Set([...target.jobIds, ...listed])];
        current = await this.#put({ ...current, target: { ...target, jobIds } });
      });
      for (const id of ids) this.#options.onJobErased(id);
      for (const collection of await collections.list(owner)) await collections.remove(collection.id);
      await encodings.releaseAll(owner);
      await log.erase(owner);
      this.#options.onErased(owner);
    }
    await ownerData.remove(current.target);
    return current;
  }

  async #targetOf(owner: string): Promise<ErasureTarget> {
    const { ownerData } = this.#backends;
    const keepsKeys = owner === FIRST_ADMIN;
    const keyIds = await ownerData.keysOf(owner);
    const sessions = await ownerData.sessionsOf(keyIds);
    return { owners: [owner, ...sessions], keyIds, jobIds: [], keepsKeys };
  }

  /** With keys and sessions that were made meanwhile. */
  async #extended(target: ErasureTarget): Promise<ErasureTarget> {
    const now = await this.#targetOf(target.owners[0] as string);
    const keyIds = [...new Set([...target.keyIds, ...now.keyIds])];
    const sessions = await this.#backends.ownerData.sessionsOf(keyIds);
    return { ...target, keyIds, owners: [...new Set([...target.owners, ...now.owners, ...sessions])] };
  }

  async #put<E extends StoredErasure>(erasure: E): Promise<E> {
    await this.#backends.erasures.put(erasure);
    return erasure;
  }

  /** Names somebody only to who knows the id and the secret. */
  #hash(id: string): string {
    return createHmac("sha256", this.#secret).update(`erased:${id}`).digest("hex");
  }
}

type Running = StoredErasure & { readonly target: ErasureTarget };

function added(counts: Counts, more: Counts): Counts {
  const kinds = new Set([...Object.keys(counts), ...Object.keys(more)]);
  return Object.fromEntries([...kinds].map((kind) => [kind, (counts[kind] ?? 0) + (more[kind] ?? 0)]));
}
