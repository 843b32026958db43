/** Erases everything of an owner, durably: an erasure that a crash interrupts is continued at the next start. */
import { createHmac, randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { Semaphore } from "async-mutex";
import { failure } from "../errors.ts";
import { JobManager } from "../jobs/job-manager.ts";
import type { Backends } from "../ports/backends.ts";
import type { ErasureTarget, StoredErasure } from "../ports/erasure-store.ts";
import { FIRST_ADMIN } from "../sessions/owner.ts";
import { type Clock, pause, systemClock } from "../time/clock.ts";
import { timestampOf } from "../time/timestamp.ts";
import { eraseBelongings } from "./belongings.ts";
import { addMembers, type Members, presentMembers, storedMembers } from "./members.ts";
import { remainingOf, sumOf, totalOf, workOf } from "./remaining.ts";

/** Requests accepted just before the erasure may still store something: gateways check a key again after 0.7 s. */
const SETTLE_MS = 2_000;
const PAUSE_MS = 100;
/** Maximum erasures that search and remove at the same time. Others wait for their turn. */
const MOST_AT_ONCE = 8;
/** No owner can change anything during a scrub, so the pause before the next one is this many times as long. */
const SCRUB_PAUSE = 3;

export interface EraserOptions {
  /** Called with keys that were revoked or removed: requests must check them anew. */
  readonly onKeysInvalidated: (keyIds: readonly string[]) => void;
  /** Called when an owner was erased: nodes must forget what they have of it in memory. */
  readonly onErased: (owner: string) => void;
  readonly onJobErased: (jobId: string) => void;
  readonly onError: (error: unknown) => void;
  /** Ids under which sessions name those of an owner's keys that are not stored. */
  readonly openersOf?: (owner: string) => readonly string[];
  readonly settleMs?: number;
  readonly clock?: Clock;
}

/** Names the owner whose data is erased, by its id or by one of its keys. */
export type ErasureRequest = { readonly owner: string } | { readonly keyId: string };

export class Eraser {
  readonly #backends: Backends;
  readonly #secret: Uint8Array;
  readonly #options: EraserOptions;
  readonly #manager: JobManager;
  readonly #clock: Clock;
  readonly #turns = new Semaphore(MOST_AT_ONCE);
  /** When the next scrub may begin, by the clock's `steady`. */
  #scrubAt = Number.NEGATIVE_INFINITY;

  constructor(backends: Backends, secret: Uint8Array, options: EraserOptions) {
    this.#backends = backends;
    this.#secret = secret;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#manager = new JobManager(backends, options.onError, this.#clock);
  }

  /**
   * Stores the erasure. From then on it is carried out, whatever crashes. A repeated request finds the first erasure,
   * and continues it if there is data of the owner again.
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
    // An erasure in its first round searches all stores again afterwards.
    if (known?.phase === "erasing") return known;
    const target = await this.#extended(known?.target ?? { owner, keyIds: [], keepsKeys: owner === FIRST_ADMIN });
    if (known) {
      const found = await remainingOf(this.#backends, target, presentMembers(this.#backends, target));
      if (totalOf(found) === 0) return known;
    }
    const subjects = [owner, ...target.keyIds].map((id) => this.#hash(id));
    const fresh: Partial<StoredErasure> & Pick<StoredErasure, "id" | "requestedAt" | "erased"> = {
      id: randomUUID(),
      requestedAt: timestampOf(this.#clock),
      erased: {},
    };
    const { checkedAt: _, finishedAt: __, ...before } = known ?? fresh;
    const erasure: StoredErasure = {
      ...before,
      // What is found from now on is added to what was found before.
      phase: known ? "checking" : "erasing",
      subjects: [...new Set([...(known?.subjects ?? []), ...subjects])],
      target,
    };
    if (!known) {
      const stored = await erasures.insert(erasure);
      await this.#revokeKeys(target);
      return stored;
    }
    // The erasure was changed just now, and its last search may be over: look again.
    return (await this.#put(erasure)) ?? this.request(request);
  }

  /**
   * Erases until nothing is found any more. Repeating it after a crash, or running it twice at a time, does no harm.
   * @throws the reason of `signal` between two parts of the work, or in the last part, which is repeated later
   */
  async run(id: string, signal?: AbortSignal): Promise<void> {
    let lastAccessAt = this.#clock.steady();
    // The erasure is read anew each time, because another node or a request may have changed it.
    const read = () => this.#backends.erasures.get(id);
    const search = async (): Promise<Searched | undefined> => {
      signal?.throwIfAborted();
      const erasure = await read();
      const target = erasure?.target;
      return erasure && target && this.#search({ ...erasure, target }, lastAccessAt, signal);
    };
    for (;;) {
      const searched = await this.#turns.runExclusive(search);
      if (searched) {
        lastAccessAt = searched.lastAccessAt;
        if (searched.waitMs > 0) await pause(this.#clock, searched.waitMs);
        continue;
      }
      const erasure = await read();
      if (!erasure || erasure.phase === "done") return;
      if (!erasure.target) await this.#end(erasure, signal);
    }
  }

  /**
   * Searches all stores, and erases what it finds.
   * @param lastAccessAt When the last of the keys and sessions was removed, by the clock's `steady`.
   */
  async #search(erasure: Running, lastAccessAt: number, signal: AbortSignal | undefined): Promise<Searched> {
    const target = await this.#extended(erasure.target);
    await addMembers(this.#backends, erasure.id, target, signal);
    const members = storedMembers(this.#backends, erasure.id, target, signal);
    const found = await remainingOf(this.#backends, target, members);
    let accessAt = lastAccessAt;
    const isNew = erasure.phase === "checking" || totalOf(erasure.erased) === 0;
    const unsettledMs = (this.#options.settleMs ?? SETTLE_MS) - (this.#clock.steady() - lastAccessAt);
    if (totalOf(found) > 0 || erasure.phase === "erasing") {
      // Data is counted before it is removed. After a crash in between it is not counted again.
      const erased = isNew ? sumOf(erasure.erased, found) : erasure.erased;
      const next: Running = { ...erasure, phase: "erasing", target, erased };
      // An unchanged erasure is not stored: nodes that run it at the same time would hold each other up.
      const begun = isDeepStrictEqual(next, erasure) ? next : await this.#put(next);
      if (!begun) return { lastAccessAt, waitMs: 0 };
      await this.#removeAccess(target, members);
      if (found.keys || found.sessions) accessAt = this.#clock.steady();
      await this.#round(erasure.id, members, signal);
      await this.#put({ ...begun, phase: "checking" });
    } else if (unsettledMs <= 0) {
      await this.#fence(members);
      const { target: _, ...rest } = erasure;
      await this.#put({ ...rest, phase: "scrubbing", checkedAt: timestampOf(this.#clock) });
      return { lastAccessAt, waitMs: 0 };
    }
    // Each search covers all stores, so one search before that time has passed is enough.
    return { lastAccessAt: accessAt, waitMs: totalOf(found) > 0 ? PAUSE_MS : Math.max(PAUSE_MS, unsettledMs) };
  }

  async #end(erasure: StoredErasure, signal: AbortSignal | undefined): Promise<void> {
    const { erasures, store } = this.#backends;
    await erasures.removeMembers(erasure.id);
    // Removes what a crash has left of deleted jobs. Nothing tells any more whose they were.
    await store.sweepResults();
    await this.#scrub(signal);
    await this.#put({ ...erasure, phase: "done", finishedAt: timestampOf(this.#clock) });
  }

  /** Erasures that end at about the same time share a scrub. */
  async #scrub(signal: AbortSignal | undefined): Promise<void> {
    const waitMs = this.#scrubAt - this.#clock.steady();
    if (waitMs > 0) await pause(this.#clock, waitMs, signal);
    signal?.throwIfAborted();
    const startedAt = this.#clock.steady();
    await this.#backends.ownerData.scrub(signal);
    const endedAt = this.#clock.steady();
    this.#scrubAt = endedAt + SCRUB_PAUSE * (endedAt - startedAt);
  }

  /**
   * Before the keys are removed, everything of the owner is listed, which may take long. Meanwhile, the keys, and the
   * sessions that they opened, must not be usable any more.
   */
  async #revokeKeys({ keepsKeys, keyIds }: ErasureTarget): Promise<void> {
    if (keepsKeys || keyIds.length === 0) return;
    const now = timestampOf(this.#clock);
    for (const id of keyIds) await this.#backends.keys.revoke(id, now);
    this.#options.onKeysInvalidated(keyIds);
  }

  async #removeAccess(target: ErasureTarget, { owners }: Members): Promise<void> {
    const { ownerData } = this.#backends;
    if (!target.keepsKeys) {
      await ownerData.removeKeys(target);
      // Only sessions that are stored as members are removed. What belongs to another session could not be found
      // afterwards.
      for await (const ids of owners()) await ownerData.removeSessions(ids);
    }
    this.#options.onKeysInvalidated(target.keyIds);
  }

  async #round(id: string, { owners, jobs }: Members, signal: AbortSignal | undefined): Promise<void> {
    const { ownerData, queue } = this.#backends;
    for await (const ids of owners()) {
      await this.#eraseOwners(id, ids, signal);
      await ownerData.remove(ids);
    }
    // Removes what a crash left of jobs that were removed.
    const queued = await queue.jobsWithTasks();
    for await (const ids of jobs()) {
      const { tasks, imageFiles } = await workOf(this.#backends, ids, queued);
      await Promise.all([...tasks, ...imageFiles].map((jobId) => this.#manager.deleteListed(jobId)));
      await ownerData.removeOfJobs(ids);
    }
  }

  /**
   * Nothing is left to read, but a suspended node may have read something before and write it whenever it continues.
   * From now on such writes are refused.
   */
  async #fence({ owners, jobs }: Members): Promise<void> {
    const { log, webhooks } = this.#backends;
    for await (const ids of owners()) await log.erase(ids);
    // Needed even if the owner has deleted all of its jobs before: a page of the log may be about them.
    await webhooks.removeJobs([]);
    for await (const ids of jobs()) await webhooks.removeJobs(ids);
  }

  async #eraseOwners(id: string, owners: readonly string[], signal: AbortSignal | undefined): Promise<void> {
    const { erasures } = this.#backends;
    await eraseBelongings(this.#backends, this.#manager, owners, {
      onListed: (jobIds) => erasures.addMembers(id, "jobs", jobIds),
      onErased: this.#options.onJobErased,
      leavesWebhooks: true,
      clock: this.#clock,
      signal,
    });
    for (const owner of owners) this.#options.onErased(owner);
  }

  /** The target with the keys that were made meanwhile, and with those that are not stored. */
  async #extended(target: ErasureTarget): Promise<ErasureTarget> {
    const keyIds = await this.#backends.ownerData.keysOf(target.owner);
    const openers = this.#options.openersOf?.(target.owner) ?? [];
    return { ...target, keyIds: [...new Set([...target.keyIds, ...keyIds, ...openers])] };
  }

  /** @returns what is stored now, or undefined if it was changed since it was read. */
  async #put<E extends StoredErasure>(erasure: E): Promise<E | undefined> {
    const changed = { ...erasure, revision: (erasure.revision ?? 0) + 1 };
    return (await this.#backends.erasures.put(changed)) ? changed : undefined;
  }

  /** A keyed hash, so that only somebody who knows the id and the secret can find whom it names. */
  #hash(id: string): string {
    return createHmac("sha256", this.#secret).update(`erased:${id}`).digest("hex");
  }
}

interface Searched {
  /** When the last of the keys and sessions was removed, by the clock's `steady`. */
  readonly lastAccessAt: number;
  /** Time until the next search. */
  readonly waitMs: number;
}

type Running = StoredErasure & { readonly target: ErasureTarget };
