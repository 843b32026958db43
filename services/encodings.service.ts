/** Faces as vectors: made once for each picture, kept, compared, averaged. */
import type { Context, ServiceSchema, ServiceSettingSchema } from "moleculer";
import { SharedBlobs } from "../lib/backends/blob-access.ts";
import { openBackends } from "../lib/backends/open.ts";
import { config } from "../lib/config.ts";
import { type MeanQuery as Mean, MeanQuery } from "../lib/contracts/documents.ts";
import { type ImageReference, readImageSource } from "../lib/contracts/image-source.ts";
import type { Model } from "../lib/contracts/model.ts";
import type { Analysis } from "../lib/contracts/results.ts";
import * as contract from "../lib/contracts/session.ts";
import { params } from "../lib/contracts/validation.ts";
import { CachedEncoder } from "../lib/encoding/cached-encoder.ts";
import { FACE_ENCODING } from "../lib/encoding/encoding.ts";
import { localEncoder } from "../lib/encoding/local-encoder.ts";
import { meanEncoding } from "../lib/encoding/mean-encoding.ts";
import { remoteEncoder } from "../lib/encoding/remote-encoder.ts";
import { statsOf } from "../lib/encoding/statistics.ts";
import { EncodingSweep } from "../lib/encoding/sweep.ts";
import { fetchImage } from "../lib/jobs/fetch-image.ts";
import { utc } from "../lib/jobs/time.ts";
import type { Backends } from "../lib/ports/backends.ts";
import { holderOf, type OwnerMeta, ownerOf } from "../lib/sessions/owner.ts";

const RELEASED = "encodings.released";

type Call<P> = Context<P, OwnerMeta>;
type EncodingsSchema = ServiceSchema<
  ServiceSettingSchema,
  object,
  { backends: Backends; blobs: SharedBlobs; encoder: CachedEncoder; sweep: EncodingSweep }
>;

const encodings: EncodingsSchema = {
  name: "encodings",

  actions: {
    /** The faces of one picture as vectors, from the cache if anybody has sent it before. */
    encode: {
      params: params(contract.EncodingParams),
      handler(ctx: Call<contract.EncodingParams>) {
        const { image, options = {}, priority = "interactive", suspect = false } = ctx.params;
        return this.encoder.encode(readImageSource(image), { holder: holderOf(ctx), options, priority, suspect });
      },
    },

    /** The encoding of a picture that the same session has sent before, or null. */
    known: {
      params: params(contract.KnownParams),
      async handler(ctx: Call<contract.KnownParams>) {
        return (await this.encoder.known(ctx.params.sha256, holderOf(ctx))) ?? null;
      },
    },

    /** What encodes, and in which version. */
    model() {
      return this.encoder.model();
    },

    /** How many images there are, by status, model and day; of the caller's session, or of nobody's. */
    async stats(ctx: Call<unknown>) {
      return statsOf(await this.backends.store.tallyImages(ownerOf(ctx)));
    },

    /** The mean of stored encodings, of one version of a model. */
    mean: {
      params: params(MeanQuery),
      handler(ctx: Call<Mean>) {
        const { from, to, model = FACE_ENCODING, version } = ctx.params;
        return meanEncoding(this.backends.store, {
          owner: ownerOf(ctx),
          model,
          ...(version !== undefined && { version }),
          ...(from !== undefined && { from: utc("from", from) }),
          ...(to !== undefined && { before: utc("to", to) }),
        });
      },
    },

    /** Lets go of all that the session has sent. */
    async release(ctx: Call<unknown>) {
      const holder = holderOf(ctx);
      await this.encoder.releaseAll(holder);
      this.broker.broadcast(RELEASED, holder);
    },
  },

  events: {
    [RELEASED]({ params: holder }: Context<string>) {
      this.encoder.forget(holder);
    },
  },

  async started() {
    const { broker, logger } = this;
    this.backends = await openBackends((notice) => logger.warn(notice));
    this.blobs = new SharedBlobs(broker, (notice) => logger.warn(notice));
    const timeoutMs = config.imageTimeoutMs;
    const local = localEncoder({
      models: () => broker.call<Model[]>("detector.models"),
      detect: (image, request) => broker.call<Analysis, object>("detector.detect", { image, ...request, timeoutMs }),
    });
    const fetch = (reference: ImageReference) => fetchImage(this.blobs, reference);
    this.encoder = new CachedEncoder(config.encoderUrl ? remoteEncoder(config, fetch) : local, this.backends);
    this.sweep = new EncodingSweep(this.backends, config, (err) => logger.error({ err }, "Encodings were not swept"));
  },

  async stopped() {
    await this.sweep?.close();
    await this.blobs?.close();
    await this.backends?.close();
  },
};

export default encodings;
