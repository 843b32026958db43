/** Locates the images of jobs while they are stored. */
import { openBackends } from "../lib/backends/open.ts";
import { findPicture } from "../lib/jobs/pictures.ts";
import type { Backends } from "../lib/ports/backends.ts";
import { ownerOf } from "../lib/sessions/owner.ts";
import { defineService, type ServiceDefinition } from "../lib/transport/service.ts";

const pictures: ServiceDefinition<"pictures", { backends: Backends }> = {
  name: "pictures",

  actions: {
    find(ctx) {
      const { jobId, index } = ctx.params;
      return findPicture(this.backends, jobId, index, ownerOf(ctx));
    },
  },

  async started() {
    this.backends = await openBackends((notice) => this.logger.warn(notice));
  },

  async stopped() {
    await this.backends?.close();
  },
};

export default defineService(pictures);
