/** Event log of jobs and their images, readable from any position, delivered as webhooks and published to Kafka. */
import { withBackends } from "../lib/backends/mixin.ts";
import { readAtStart } from "../lib/backends/when-there.ts";
import { config } from "../lib/config.ts";
import { broadcast, broadcasts } from "../lib/contracts/broadcasts.ts";
import { readEvents } from "../lib/jobs/event-reader.ts";
import type { EventForwarder } from "../lib/kafka/event-forwarder.ts";
import { startKafka } from "../lib/kafka/start.ts";
import type { Backends } from "../lib/ports/backends.ts";
import type { Webhook } from "../lib/ports/webhook-store.ts";
import { ownerErased } from "../lib/sessions/keys.ts";
import { isErased, ownerKeyOf, ownerOf, readableScopeOf } from "../lib/sessions/owner.ts";
import { every, systemClock } from "../lib/time/clock.ts";
import { nowTimestamp } from "../lib/time/timestamp.ts";
import { FailureLog } from "../lib/transport/failure-log.ts";
import { defineService, type ServiceDefinition } from "../lib/transport/service.ts";
import { listDeliveries, retryDelivery } from "../lib/webhooks/deliveries.ts";
import type { WebhookDispatcher } from "../lib/webhooks/dispatcher.ts";
import { removeSecret, rotateSecret, viewOf } from "../lib/webhooks/receiver-secrets.ts";
import { startWebhooks } from "../lib/webhooks/start.ts";

interface Vars {
  backends: Backends;
  webhooks: WebhookDispatcher | undefined;
  stopLooking: (() => void) | undefined;
  kafka: EventForwarder | undefined;
}
interface Methods {
  deliver(): void;
  lookForSecret(): Promise<void>;
}

/** How often a node of a cluster looks for the first secret while there is none, since it may miss the broadcast. */
const LOOK_EVERY_MS = 10_000;

const failures = new FailureLog("Background work on webhooks failed");

const secretRules = {
  targets: { allowPrivate: config.webhookAllowPrivate, ports: config.webhookPorts },
  ofAll: config.webhookSecret,
};

const events: ServiceDefinition<"events", Vars, Methods> = {
  name: "events",
  mixins: [withBackends],

  actions: {
    read(ctx) {
      const { limit = 100, waitMs = 0, ...wanted } = ctx.params;
      return readEvents(this.backends.log, { ...wanted, limit, owner: readableScopeOf(ctx) }, waitMs);
    },

    last() {
      return this.backends.log.lastSequence();
    },

    deliveries(ctx) {
      return listDeliveries(this.backends.webhooks, ctx.params, readableScopeOf(ctx));
    },

    async retryDelivery(ctx) {
      const delivery = await retryDelivery(this.backends.webhooks, ctx.params.id, readableScopeOf(ctx), nowTimestamp());
      broadcast(this.broker, broadcasts.webhookDue, delivery.jobId);
      return delivery;
    },

    async rotateSecret(ctx) {
      const owner = ownerKeyOf(ctx);
      const { webhookSecrets, sessions } = this.backends;
      const created = await rotateSecret(webhookSecrets, { ...ctx.params, owner }, secretRules);
      if (await isErased(sessions, ownerOf(ctx))) {
        await webhookSecrets.remove(owner, created.origin);
        throw ownerErased();
      }
      broadcast(this.broker, broadcasts.webhookSecretMade, created.origin);
      return created;
    },

    async secrets(ctx) {
      return (await this.backends.webhookSecrets.list(ownerKeyOf(ctx))).map(viewOf);
    },

    removeSecret(ctx) {
      return removeSecret(this.backends.webhookSecrets, ownerKeyOf(ctx), ctx.params.origin);
    },
  },

  events: {
    [broadcasts.webhookSecretMade.name]() {
      this.deliver();
    },
    [broadcasts.webhookDue.name]() {
      this.webhooks?.wake();
    },
  },

  methods: {
    /** Begins to deliver webhooks, unless this node does already. */
    deliver() {
      const { logger } = this;
      this.stopLooking?.();
      this.webhooks ??= startWebhooks(this.backends, config, {
        onGivenUp: (webhook, reason) => logger.warn({ ...loggedOf(webhook), reason }, "Gave up on a webhook"),
        onPostponed: (webhook, reason, dueAt) => {
          const nextAttemptAt = new Date(dueAt).toISOString();
          logger.info({ ...loggedOf(webhook), reason, nextAttemptAt }, "A webhook failed and is tried again");
        },
        onError: (err, work) => failures.error(logger, err, { work }),
      });
    },

    /** Begins to deliver webhooks once there is a secret. */
    async lookForSecret() {
      try {
        const hasAny = await this.backends.webhookSecrets.hasAny();
        // Not if the node has begun to stop.
        if (hasAny && this.stopLooking) this.deliver();
      } catch (err) {
        failures.error(this.logger, err, { work: "looking for a secret" });
      }
    },
  },

  async started() {
    const hasAny = () => readAtStart(this.backends, this.logger, () => this.backends.webhookSecrets.hasAny());
    if (config.webhookSecret || (await hasAny())) this.deliver();
    else if (this.backends.isShared) this.stopLooking = every(systemClock, LOOK_EVERY_MS, () => this.lookForSecret());
    if (config.kafkaBrokers.length > 0) this.kafka = await startKafka(this.backends, config, this.logger);
  },

  async stopped() {
    this.stopLooking?.();
    this.stopLooking = undefined;
    await Promise.all([this.webhooks?.close(), this.kafka?.close()]);
  },
};

/** Log fields of a webhook. They have only the origin of the URL, because the rest may contain a secret. */
function loggedOf({ jobId, url, event }: Webhook) {
  return { jobId, origin: new URL(url).origin, event: event.type };
}

export default defineService(events);
