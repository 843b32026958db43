/** Collections of faces to search in. */
import type { Context, ServiceSchema, ServiceSettingSchema } from "moleculer";
import { openBackends } from "../lib/backends/open.ts";
import { CollectionDesk, type Probe } from "../lib/collections/collection-desk.ts";
import * as contract from "../lib/contracts/collection.ts";
import { params } from "../lib/contracts/validation.ts";
import type { EncoderModel } from "../lib/encoding/encoding.ts";
import type { Backends } from "../lib/ports/backends.ts";
import { holderOf, type OwnerMeta } from "../lib/sessions/owner.ts";

type Call<P> = Context<P, OwnerMeta>;
type Named = contract.CollectionParams;

const collections: ServiceSchema<ServiceSettingSchema, object, { backends: Backends; desk: CollectionDesk }> = {
  name: "collections",

  actions: {
    create: {
      params: params(contract.CollectionParams),
      async handler(ctx: Call<Named>) {
        return this.desk.create(holderOf(ctx), ctx.params.name, await ctx.call<EncoderModel>("encodings.model"));
      },
    },

    list(ctx: Call<unknown>) {
      return this.desk.list(holderOf(ctx));
    },

    get: {
      params: params(contract.CollectionParams),
      handler(ctx: Call<Named>) {
        return this.desk.get(holderOf(ctx), ctx.params.name);
      },
    },

    /** Whether there is one, without counting its faces: asked before each upload. */
    require: {
      params: params(contract.CollectionParams),
      handler(ctx: Call<Named>) {
        return this.desk.require(holderOf(ctx), ctx.params.name);
      },
    },

    remove: {
      params: params(contract.CollectionParams),
      handler(ctx: Call<Named>) {
        return this.desk.remove(holderOf(ctx), ctx.params.name);
      },
    },

    add: {
      params: params(contract.AddParams),
      handler(ctx: Call<Named & { faces: Probe[] }>) {
        return this.desk.add(holderOf(ctx), ctx.params.name, ctx.params.faces);
      },
    },

    removeFace: {
      params: params(contract.RemoveFaceParams),
      handler(ctx: Call<contract.RemoveFaceParams>) {
        return this.desk.removeFace(holderOf(ctx), ctx.params.name, ctx.params.id);
      },
    },

    /** The nearest faces of the collection. */
    search: {
      params: params(contract.SearchParams),
      handler(ctx: Call<Named & { face: Probe; limit: number }>) {
        const { name, face, limit } = ctx.params;
        return this.desk.search(holderOf(ctx), name, face, limit);
      },
    },

    /** Removes all collections of the caller's session. */
    erase(ctx: Call<unknown>) {
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

export default collections;
