/** Sessions: keys, the pictures that were encoded into a session, and the end of all that belongs to one. */
import type { Context, ServiceSchema, ServiceSettingSchema } from "moleculer";
import { openBackends } from "../lib/backends/open.ts";
import { config } from "../lib/config.ts";
import * as contract from "../lib/contracts/session.ts";
import { params } from "../lib/contracts/validation.ts";
import type { KnownEncoding } from "../lib/encoding/cached-encoder.ts";
import { failure } from "../lib/errors.ts";
import type { Backends } from "../lib/ports/backends.ts";
import { openSecret, unknownKey } from "../lib/sessions/keys.ts";
import { type OwnerMeta, ownerOf } from "../lib/sessions/owner.ts";
import { SessionDesk } from "../lib/sessions/session-desk.ts";

type Call<P> = Context<P, OwnerMeta>;

/** @throws SESSION_KEY_INVALID for a call that is no session's. */
function sessionOf(ctx: Call<unknown>): string {
  const owner = ownerOf(ctx);
  if (owner === null) throw unknownKey();
  return owner;
}

const sessions: ServiceSchema<ServiceSettingSchema, object, { backends: Backends; desk: SessionDesk }> = {
  name: "sessions",

  actions: {
    async open() {
      return { key: await this.desk.open() };
    },

    /** The id of the session a key is of. @throws SESSION_KEY_INVALID */
    identify: {
      params: params(contract.KeyParams),
      handler({ params: { key } }: Context<contract.KeyParams>) {
        return this.desk.identify(key);
      },
    },

    /** Encodes a picture into the session. */
    encode: {
      params: params(contract.EncodeParams),
      async handler(ctx: Call<contract.EncodeParams>) {
        const session = sessionOf(ctx);
        const { image, sha256 } = ctx.params;
        await this.desk.requireRoom(session);
        const encoding = image
          ? await ctx.call<KnownEncoding, object>("encodings.encode", { image })
          : await ctx.call<KnownEncoding | null, object>("encodings.known", { sha256 });
        if (!encoding) throw failure("PICTURE_UNKNOWN", "The session has not sent this picture; send its bytes.");
        await this.desk.add(session, encoding);
        const { timings: _measured, ...picture } = encoding;
        return picture;
      },
    },

    /** @throws SESSION_FULL */
    requireRoom(ctx: Call<unknown>) {
      return this.desk.requireRoom(sessionOf(ctx));
    },

    summary(ctx: Call<unknown>) {
      return this.desk.summary(sessionOf(ctx));
    },

    /** Removes everything that belongs to the session. The key stays usable. */
    async erase(ctx: Call<unknown>) {
      await this.desk.erase(sessionOf(ctx));
      await ctx.call("jobs.erase");
      await ctx.call("collections.erase");
      await ctx.call("encodings.release");
    },
  },

  async started() {
    this.backends = await openBackends((notice) => this.logger.warn(notice));
    const { sessions: store } = this.backends;
    this.desk = new SessionDesk(store, await openSecret(store, config.sessionSecret));
  },

  async stopped() {
    await this.backends?.close();
  },
};

export default sessions;
