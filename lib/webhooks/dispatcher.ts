import { alwaysLeading, type Leadership } from "../leadership/leader-lease.ts";
import type { Webhook } from "../ports/webhook-store.ts";
import { ownerKey } from "../sessions/owner.ts";
import { type Clock, pause, systemClock } from "../time/clock.ts";
import { CLOCK_TOLERANCE_MS } from "../time/retention-clock.ts";
import { Rounds } from "../time/rounds.ts";
import { type CollectorOptions, WebhookCollector } from "./collector.ts";
import { type DeliveryOptions, deliver, type Outcome } from "./delivery.ts";
import { messageOf } from "./message.ts";
import { LONGEST_DELAY_MS } from "./retry-delay.ts";
import { type Settlement, settle } from "./settlement.ts";
import { type SlotLimits, Slots } from "./slots.ts";

/** Polling interval of a standby node that waits to take over. */
const STANDBY_MS = 1_000;
/** An attempt is slow if it takes longer than this, or than half of its time limit. */
const SLOW_MS = 1_000;

export interface DispatcherOptions
  extends Omit<CollectorOptions, "clock">,
    Omit<DeliveryOptions, "now" | "signer">,
    Partial<SlotLimits> {
  /** The signer with the secrets of the webhook's receiver; undefined if there are none. */
  readonly signerOf: (webhook: Webhook) => Promise<DeliveryOptions["signer"] | undefined>;
  /** Time from the storing of a webhook to the last attempt to deliver it. */
  readonly retryMs: number;
  /**
   * Called for each webhook that is not delivered. The URL may contain a secret of the receiver: log only its origin.
   */
  readonly onGivenUp: (webhook: Webhook, reason: string) => void;
  /**
   * Called after each attempt that failed and will be repeated, with the time of the next. Log only the URL's origin.
   */
  readonly onPostponed?: (webhook: Webhook, reason: string, dueAt: number) => void;
  /** Called when a store fails, with the work that failed. The dispatcher retries after `storeRetryDelayMs`. */
  readonly onError: (error: unknown, work: string) => void;
  readonly storeRetryDelayMs?: number;
  /** Leader lease for delivery. Checked before each round and released on close. */
  readonly lease?: Leadership;
  readonly clock?: Clock;
  /** Makes one attempt; simulations have receivers of their own. */
  readonly deliver?: typeof deliver;
}

/**
 * Sends job events to the jobs' callback URLs. Resumes the event log where the last process stopped, even after a
 * crash, and keeps the order within a job. At least once: an attempt that a crash interrupts is repeated.
 */
export class WebhookDispatcher {
  readonly #options: Required<Omit<DispatcherOptions, "resolve" | "ports">> &
    Pick<DispatcherOptions, "resolve" | "ports">;
  readonly #collector: WebhookCollector;
  readonly #collecting: Rounds;
  readonly #launching: Rounds;
  readonly #unsubscribe: () => void;
  readonly #underWay = new Map<Webhook, Promise<void>>();
  readonly #slots: Slots;
  readonly #closing = new AbortController();
  #cancelTimer: (() => void) | undefined;
  #leads = false;

  constructor(options: DispatcherOptions) {
    const defaults = {
      onPostponed: () => {},
      storeRetryDelayMs: 1_000,
      concurrency: 64,
      concurrencyPerOrigin: 4,
      lease: alwaysLeading,
      deliver,
    };
    this.#options = { clock: systemClock, ...defaults, ...options };
    const { clock, feed, storeRetryDelayMs: retryDelayMs } = this.#options;
    this.#slots = new Slots(this.#options);
    this.#collector = new WebhookCollector(this.#options);
    this.#collecting = new Rounds(() => this.#collect(), {
      clock,
      retryDelayMs,
      onError: this.#onErrorOf("collecting"),
    });
    this.#launching = new Rounds(() => this.#launch(), { clock, retryDelayMs, onError: this.#onErrorOf("sending") });
    this.#unsubscribe = feed.subscribe(() => this.#collecting.wake());
    this.#collecting.wake();
    this.#launching.wake();
  }

  /** Looks for webhooks that are due, such as a retried one. */
  wake(): void {
    this.#launching.wake();
  }

  /** Waits for the current attempts, which takes at most the timeout of one. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#unsubscribe();
    await Promise.all([this.#collecting.close(), this.#launching.close()]);
    this.#cancelTimer?.();
    await Promise.all(this.#underWay.values());
    await this.#collector.close().catch(this.#onErrorOf("collecting"));
    await this.#options.lease.release().catch(this.#onErrorOf("releasing the lease"));
  }

  #onErrorOf(work: string) {
    return (error: unknown) => this.#options.onError(error, work);
  }

  get #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  #timestamp(time = this.#options.clock.now()): string {
    return new Date(time).toISOString();
  }

  /**
   * Two rounds call this: when one learns that this node leads now, the other may have learned just before that it does
   * not.
   */
  async #isLeader(): Promise<boolean> {
    const leads = await this.#options.lease.isLeader();
    // The comparison is made only now, because the other round may have learned of another leader during the wait.
    if (leads && !this.#leads) this.#collecting.wake();
    this.#leads = leads;
    return leads;
  }

  async #collect(): Promise<void> {
    if (!(await this.#isLeader())) {
      this.#collector.forget();
      // Wakes the other round, which stands by then. If this node led before, that round is not waiting for its turn
      // yet.
      return this.#launching.wake();
    }
    for (let isMore = true; isMore && !this.#isClosing; ) {
      isMore = await this.#collector.collect();
      this.#launching.wake();
    }
  }

  async #launch(): Promise<void> {
    const { store, clock } = this.#options;
    this.#cancelTimer?.();
    const now = clock.now();
    for (;;) {
      // Asked for each webhook, because sending all that are due may take longer than the lease lasts.
      if (!(await this.#isLeader())) return this.#standBy();
      if (this.#isClosing) return;
      // The end of an attempt wakes this round.
      if (this.#slots.areFull) return;
      const jobIds = Array.from(this.#underWay.keys(), ({ jobId }) => jobId);
      const webhook = await store.nextDue(this.#timestamp(now), { jobIds, ...this.#slots.busy });
      if (!webhook) break;
      const attempt = this.#attempt(webhook).finally(() => {
        this.#underWay.delete(webhook);
        this.#launching.wake();
      });
      this.#underWay.set(webhook, attempt);
    }
    const next = await store.nextDueAfter(this.#timestamp(now));
    if (!next) return;
    // Webhooks that are due later than the longest delay were postponed by a clock that was ahead, and would wait for
    // that much longer.
    const latest = this.#timestamp(now + LONGEST_DELAY_MS + CLOCK_TOLERANCE_MS);
    if (await store.nextDueAfter(latest)) {
      await store.hasten(latest, this.#timestamp(now));
      return this.#launching.wake();
    }
    // The clock may have been set back meanwhile. Nothing is due later than `latest`, so the wait is never longer.
    const wait = Math.max(0, Date.parse(next) - Math.max(now, clock.now()));
    this.#cancelTimer = clock.after(wait, () => this.#launching.wake());
  }

  #standBy(): void {
    this.#cancelTimer = this.#options.clock.after(STANDBY_MS, () => {
      this.#collecting.wake();
      this.#launching.wake();
    });
  }

  async #attempt(webhook: Webhook): Promise<void> {
    const { clock, retryMs, timeoutMs } = this.#options;
    const free = this.#slots.take({ owner: ownerKey(webhook.event.owner), origin: new URL(webhook.url).origin });
    const startedAt = clock.steady();
    const outcome = await this.#deliver(webhook);
    const wasSlow = clock.steady() - startedAt > Math.min(SLOW_MS, timeoutMs / 2);
    const settlement = settle(webhook, outcome, { now: clock.now(), random: clock.random(), retryMs });
    if (settlement.kind === "givenUp" || settlement.kind === "stopped")
      this.#options.onGivenUp(webhook, settlement.reason);
    if (settlement.kind === "postponed") this.#options.onPostponed(webhook, settlement.reason, settlement.dueAt);
    await this.#store(webhook, settlement);
    free(wasSlow);
  }

  async #deliver(webhook: Webhook): Promise<Outcome> {
    const { signerOf, clock } = this.#options;
    const failed = (reason: string) => ({ kind: "failed", reason, retryAfterMs: 0 }) as const;
    let signer: DeliveryOptions["signer"] | undefined;
    try {
      signer = await signerOf(webhook);
    } catch (error) {
      this.#options.onError(error, "reading a secret");
      return failed("the receiver's secret could not be read");
    }
    if (!signer) return failed("the receiver has no secret any more");
    return this.#options.deliver(messageOf(webhook), { ...this.#options, signer, now: clock.now });
  }

  /** Retries until the store has the outcome: releasing the webhook before that would send it again at once. */
  async #store(webhook: Webhook, settlement: Settlement): Promise<void> {
    const { clock, storeRetryDelayMs } = this.#options;
    for (;;) {
      try {
        return await this.#settle(webhook, settlement);
      } catch (error) {
        this.#options.onError(error, "storing an outcome");
        if (this.#isClosing) return;
        await pause(clock, storeRetryDelayMs, this.#closing.signal);
      }
    }
  }

  #settle(webhook: Webhook, settlement: Settlement): Promise<void> {
    const { store } = this.#options;
    const now = this.#timestamp();
    switch (settlement.kind) {
      case "delivered":
        return store.remove(webhook, now);
      case "postponed":
        return store.postpone(webhook, this.#timestamp(settlement.dueAt));
      case "givenUp":
        return store.giveUp(webhook, settlement.reason, now);
      case "stopped":
        return store.stopJob(webhook.jobId, settlement.reason, now);
    }
  }
}
