/** Locates the images of jobs while they are stored. */
import type { Context } from "moleculer";
import { withBackends } from "../lib/backends/mixin.ts";
import { referenceTo } from "../lib/jobs/fetch-image.ts";
import { findImage } from "../lib/jobs/find-image.ts";
import type { Backends } from "../lib/ports/backends.ts";
import { readableOwnerOf, tellJobOwner } from "../lib/sessions/owner.ts";
import { defineService, type ServiceDefinition } from "../lib/transport/service.ts";

/** Whose the job must be: the caller's or, for an administrator, anybody's. */
async function ownerOf(ctx: Context<{ jobId: string }>, { store }: Backends): Promise<string | null> {
  const owner = readableOwnerOf(ctx);
  if (owner !== undefined) return owner;
  const job = await store.getJob(ctx.params.jobId);
  if (job) tellJobOwner(ctx, job.owner);
  return job?.owner ?? null;
}

const pictures: ServiceDefinition<"pictures", { backends: Backends }> = {
  name: "pictures",
  mixins: [withBackends],

  actions: {
    async find(ctx) {
      return referenceTo(await findImage(this.backends, ctx.params, await ownerOf(ctx, this.backends)));
    },

    async describe(ctx) {
      const image = { ...ctx.params, mustBeStored: true };
      const { sha256, bytes } = await findImage(this.backends, image, await ownerOf(ctx, this.backends));
      return { sha256, bytes };
    },
  },
};

export default defineService(pictures);
