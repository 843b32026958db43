/** Face encodings: computed once per image, stored, compared and averaged. */
import { SharedBlobs } from "../lib/backends/blob-access.ts";
import { withBackends } from "../lib/backends/mixin.ts";
import { modelNamed } from "../lib/balancing/detector-models.ts";
import { config } from "../lib/config.ts";
import { callFrom } from "../lib/contracts/action.ts";
import { actions } from "../lib/contracts/actions.ts";
import { broadcasts, type Received } from "../lib/contracts/broadcasts.ts";
import type { Stats } from "../lib/contracts/compatibility.ts";
import { type ImageReference, readImageSource } from "../lib/contracts/image-source.ts";
import { CachedEncoder } from "../lib/encoding/cached-encoder.ts";
import { FACE_ENCODING } from "../lib/encoding/encoding.ts";
import { EncodingSweep } from "../lib/encoding/encoding-sweep.ts";
import { localEncoder } from "../lib/encoding/local-encoder.ts";
import { MeanEncodings } from "../lib/encoding/mean-encoding.ts";
import { remoteEncoder } from "../lib/encoding/remote-encoder.ts";
import { statsOf } from "../lib/encoding/statistics.ts";
import { fetchImage } from "../lib/jobs/fetch-image.ts";
import { SharedAnswers } from "../lib/monitor/shared-answers.ts";
import type { Backends } from "../lib/ports/backends.ts";
import { type Owner, ownerKeyOf, ownerOf } from "../lib/sessions/owner.ts";
import { modelCounts } from "../lib/telemetry/model-statistics.ts";
import { utc } from "../lib/time/timestamp.ts";
import { defineService, type ServiceDefinition } from "../lib/transport/service.ts";

/**
 * If a count takes longer in a cluster, it is shared, because a client that asks all the time would burden the
 * database.
 */
const LONG_COUNT_MS = 100;

interface Vars {
  backends: Backends;
  blobs: SharedBlobs;
  encoder: CachedEncoder;
  sweep: EncodingSweep;
  means: MeanEncodings;
  stats(owner: Owner): Promise<Stats>;
}

const encodings: ServiceDefinition<"encodings", Vars> = {
  name: "encodings",
  mixins: [withBackends],

  actions: {
    encode(ctx) {
      const { image, options = {}, priority = "interactive", suspect = false } = ctx.params;
      const request = { owner: ownerKeyOf(ctx), options, priority, suspect, client: ctx.meta.client };
      return this.encoder.encode(readImageSource(image), request);
    },

    async known(ctx) {
      return (await this.encoder.known(ctx.params.sha256, ownerKeyOf(ctx))) ?? null;
    },

    model() {
      return this.encoder.model();
    },

    stats(ctx) {
      return this.stats(ownerOf(ctx));
    },

    mean(ctx) {
      const { from, to, model = FACE_ENCODING, version } = ctx.params;
      const request = {
        owner: ownerOf(ctx),
        model,
        ...(version !== undefined && { version }),
        ...(from !== undefined && { from: utc("from", from) }),
        ...(to !== undefined && { before: utc("to", to) }),
      };
      return this.means.compute(request);
    },

    modelCounts,
  },

  events: {
    [broadcasts.encodingsReleased.name]({ params: owner }: Received<typeof broadcasts.encodingsReleased>) {
      this.encoder.forget(owner);
    },
  },

  async started() {
    const { broker, logger } = this;
    const { store, isShared } = this.backends;
    this.means = new MeanEncodings(store);
    const count = async (owner: Owner) => statsOf(await store.tallyImages(owner));
    const shared = new SharedAnswers(count, { sharedMs: 0, longMs: LONG_COUNT_MS });
    // A single machine maintains the counts: if an answer takes long, it waits for the disk, and sharing would not
    // help.
    this.stats = isShared ? (owner) => shared.get(owner) : count;
    this.blobs = new SharedBlobs(broker, logger);
    const timeoutMs = config.imageTimeoutMs;
    const call = callFrom(broker);
    const local = localEncoder({
      model: () => modelNamed(broker, FACE_ENCODING),
      detect: (image, { client, ...request }) =>
        call(
          actions.detector.detect,
          { image, ...request, timeoutMs },
          client === undefined ? {} : { meta: { client } },
        ),
    });
    const fetch = (reference: ImageReference) => fetchImage(this.blobs, reference);
    this.encoder = new CachedEncoder(config.encoderUrl ? remoteEncoder(config, fetch) : local, this.backends);
    this.sweep = new EncodingSweep(this.backends, config, (err) =>
      logger.error({ err }, "Deleting old encodings failed"),
    );
  },

  async stopped() {
    await this.sweep?.close();
    await this.blobs?.close();
  },
};

export default defineService(encodings);
