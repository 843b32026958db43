/** Event log of jobs and their images, readable from any position and delivered as webhooks. */
import { withBackends } from "../lib/backends/mixin.ts";
import { config } from "../lib/config.ts";
import { readEvents } from "../lib/jobs/event-reader.ts";
import type { Backends } from "../lib/ports/backends.ts";
import { readableOwnerOf } from "../lib/sessions/owner.ts";
import { defineService, type ServiceDefinition } from "../lib/transport/service.ts";
import type { WebhookDispatcher } from "../lib/webhooks/dispatcher.ts";
import { startWebhooks } from "../lib/webhooks/start.ts";

const events: ServiceDefinition<"events", { backends: Backends; webhooks: WebhookDispatcher | undefined }> = {
  name: "events",
  mixins: [withBackends],

  actions: {
    read(ctx) {
      const { after, limit = 100, jobId, waitMs = 0 } = ctx.params;
      const owner = readableOwnerOf(ctx);
      const page = { after, limit, ...(owner !== undefined && { owner }), ...(jobId && { jobId }) };
      return readEvents(this.backends.log, page, waitMs);
    },

    last() {
      return this.backends.log.lastSequence();
    },
  },

  async started() {
    const { logger } = this;
    this.webhooks = startWebhooks(this.backends, config, {
      onGivenUp: ({ jobId, url, event }, reason) =>
        // Log only the origin: the rest of the URL may contain a secret.
        logger.warn({ jobId, origin: new URL(url).origin, event: event.type, reason }, "Gave up on a webhook"),
      onError: (err) => logger.error({ err }, "Background work on webhooks failed"),
    });
  },

  async stopped() {
    await this.webhooks?.close();
  },
};

export default defineService(events);
