/** Locates the images of jobs while they are stored. */
import { withBackends } from "../lib/backends/mixin.ts";
import { referenceTo } from "../lib/jobs/fetch-image.ts";
import { findImage } from "../lib/jobs/find-image.ts";
import type { Backends } from "../lib/ports/backends.ts";
import { defineService, type ServiceDefinition } from "../lib/transport/service.ts";

const pictures: ServiceDefinition<"pictures", { backends: Backends }> = {
  name: "pictures",
  mixins: [withBackends],

  jobLookup() {
    return this.backends.store;
  },

  actions: {
    async find(ctx) {
      return referenceTo(await findImage(this.backends, ctx.params));
    },

    async describe(ctx) {
      const image = { ...ctx.params, mustBeStored: true };
      const { sha256, bytes } = await findImage(this.backends, image);
      return { sha256, bytes };
    },
  },
};

export default defineService(pictures);
