/** Collections of faces to search in. */
import { openBackends } from "../lib/backends/open.ts";
import { CollectionDesk } from "../lib/collections/collection-desk.ts";
import { call } from "../lib/contracts/action.ts";
import { actions } from "../lib/contracts/actions.ts";
import { defineService, type ServiceDefinition } from "../lib/contracts/service.ts";
import type { Backends } from "../lib/ports/backends.ts";
import { holderOf } from "../lib/sessions/owner.ts";

const collections: ServiceDefinition<"collections", { backends: Backends; desk: CollectionDesk }> = {
  name: "collections",

  actions: {
    async create(ctx) {
      return this.desk.create(holderOf(ctx), ctx.params.name, await call(ctx, actions.encodings.model));
    },

    list(ctx) {
      return this.desk.list(holderOf(ctx));
    },

    get(ctx) {
      return this.desk.get(holderOf(ctx), ctx.params.name);
    },

    require(ctx) {
      return this.desk.require(holderOf(ctx), ctx.params.name);
    },

    remove(ctx) {
      return this.desk.remove(holderOf(ctx), ctx.params.name);
    },

    add(ctx) {
      return this.desk.add(holderOf(ctx), ctx.params.name, ctx.params.faces);
    },

    removeFace(ctx) {
      return this.desk.removeFace(holderOf(ctx), ctx.params.name, ctx.params.id);
    },

    search(ctx) {
      const { name, face, limit } = ctx.params;
      return this.desk.search(holderOf(ctx), name, face, limit);
    },

    erase(ctx) {
      return this.desk.removeAll(holderOf(ctx));
    },
  },

  async started() {
    this.backends = await openBackends((notice) => this.logger.warn(notice));
    this.desk = new CollectionDesk(this.backends.collections);
  },

  async stopped() {
    await this.backends?.close();
  },
};

export default defineService(collections);
