/** Searchable collections of faces. */
import { withBackends } from "../lib/backends/mixin.ts";
import { CollectionManager } from "../lib/collections/collection-manager.ts";
import { removeCollectionsOf } from "../lib/collections/collections-of.ts";
import { FaceSweep } from "../lib/collections/face-sweep.ts";
import { config } from "../lib/config.ts";
import { call } from "../lib/contracts/action.ts";
import { actions } from "../lib/contracts/actions.ts";
import { broadcast, broadcasts, type Received } from "../lib/contracts/broadcasts.ts";
import type { Backends } from "../lib/ports/backends.ts";
import { ownerErased } from "../lib/sessions/keys.ts";
import { isErased, ownerKeyOf, ownerOf } from "../lib/sessions/owner.ts";
import { defineService, type ServiceDefinition } from "../lib/transport/service.ts";

const collections: ServiceDefinition<
  "collections",
  { backends: Backends; manager: CollectionManager; sweep: FaceSweep }
> = {
  name: "collections",
  mixins: [withBackends],

  actions: {
    async create(ctx) {
      const owner = ownerKeyOf(ctx);
      const { creation, ...wanted } = ctx.params;
      const created = await this.manager.create(owner, wanted, await call(ctx, actions.encodings.model), creation);
      // Its owner may have been erased meanwhile.
      if (!(await isErased(this.backends.sessions, ownerOf(ctx)))) return created;
      await removeCollectionsOf(this.backends.collections, owner);
      throw ownerErased();
    },

    list(ctx) {
      return this.manager.list(ownerKeyOf(ctx), ctx.params);
    },

    get(ctx) {
      return this.manager.get(ownerKeyOf(ctx), ctx.params.name);
    },

    require(ctx) {
      return this.manager.require(ownerKeyOf(ctx), ctx.params.name);
    },

    async remove(ctx) {
      const id = await this.manager.remove(ownerKeyOf(ctx), ctx.params.name);
      broadcast(this.broker, broadcasts.collectionRemoved, id);
    },

    add(ctx) {
      const { name, faces, creation } = ctx.params;
      return this.manager.add(ownerKeyOf(ctx), name, faces, creation);
    },

    faces(ctx) {
      const { name, ...query } = ctx.params;
      return this.manager.faces(ownerKeyOf(ctx), name, query);
    },

    removeFace(ctx) {
      return this.manager.removeFace(ownerKeyOf(ctx), ctx.params.name, ctx.params.id);
    },

    search(ctx) {
      const { name, face, limit } = ctx.params;
      return this.manager.search(ownerKeyOf(ctx), name, face, limit);
    },
  },

  events: {
    [broadcasts.encodingsReleased.name]({ params: owner }: Received<typeof broadcasts.encodingsReleased>) {
      this.manager.forgetOwner(owner);
    },

    [broadcasts.collectionRemoved.name]({ params: id }: Received<typeof broadcasts.collectionRemoved>) {
      this.manager.forget(id);
    },
  },

  async started() {
    this.manager = new CollectionManager(this.backends.collections);
    this.sweep = new FaceSweep(this.backends, config, (err) =>
      this.logger.error({ err }, "Deleting faces without a collection failed"),
    );
  },

  async stopped() {
    await this.sweep?.close();
  },
};

export default defineService(collections);
