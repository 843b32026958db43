/** Locates the images of jobs while they are stored. */
import { withBackends } from "../lib/backends/mixin.ts";
import { findImage } from "../lib/jobs/find-image.ts";
import type { Backends } from "../lib/ports/backends.ts";
import { readableOwnerOf, tellJobOwner } from "../lib/sessions/owner.ts";
import { defineService, type ServiceDefinition } from "../lib/transport/service.ts";

const pictures: ServiceDefinition<"pictures", { backends: Backends }> = {
  name: "pictures",
  mixins: [withBackends],

  actions: {
    async find(ctx) {
      const { jobId } = ctx.params;
      const { store } = this.backends;
      let owner = readableOwnerOf(ctx);
      if (owner === undefined) {
        const job = await store.getJob(jobId);
        if (job) tellJobOwner(ctx, job.owner);
        owner = job?.owner ?? null;
      }
      return findImage(this.backends, ctx.params, owner);
    },
  },
};

export default defineService(pictures);
