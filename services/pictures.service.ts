/** Locates the images of jobs while they are stored. */
import { withBackends } from "../lib/backends/mixin.ts";
import { findImage } from "../lib/jobs/find-image.ts";
import type { Backends } from "../lib/ports/backends.ts";
import { ownerOf } from "../lib/sessions/owner.ts";
import { defineService, type ServiceDefinition } from "../lib/transport/service.ts";

const pictures: ServiceDefinition<"pictures", { backends: Backends }> = {
  name: "pictures",
  mixins: [withBackends],

  actions: {
    find(ctx) {
      const { jobId, index } = ctx.params;
      return findImage(this.backends, jobId, index, ownerOf(ctx));
    },
  },
};

export default defineService(pictures);
