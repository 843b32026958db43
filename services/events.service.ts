/** The log of everything that happened to jobs and their images, readable from any point. */
import type { Context, ServiceSchema, ServiceSettingSchema } from "moleculer";
import { openBackends } from "../lib/backends/open.ts";
import { type ReadEventsParams as Params, ReadEventsParams } from "../lib/contracts/job-actions.ts";
import { params } from "../lib/contracts/validation.ts";
import { readEvents } from "../lib/jobs/event-reader.ts";
import type { Backends } from "../lib/ports/backends.ts";

const events: ServiceSchema<ServiceSettingSchema, object, { backends: Backends }> = {
  name: "events",

  actions: {
    /** The events after a point, waiting for the first one if asked to. */
    read: {
      params: params(ReadEventsParams),
      handler({ params: { after, limit = 100, jobId, waitMs = 0 } }: Context<Params>) {
        return readEvents(this.backends.log, { after, limit, ...(jobId && { jobId }) }, waitMs);
      },
    },
  },

  async started() {
    this.backends = await openBackends((notice) => this.logger.warn(notice));
  },

  async stopped() {
    await this.backends.close();
  },
};

export default events;
