/** The pictures of jobs, for as long as they are kept. */
import type { Context, ServiceSchema, ServiceSettingSchema } from "moleculer";
import { openBackends } from "../lib/backends/open.ts";
import { type PictureParams as Params, PictureParams } from "../lib/contracts/job-actions.ts";
import { params } from "../lib/contracts/validation.ts";
import { readPicture } from "../lib/jobs/pictures.ts";
import type { Backends } from "../lib/ports/backends.ts";
import { ownerOf } from "../lib/sessions/owner.ts";

const pictures: ServiceSchema<ServiceSettingSchema, object, { backends: Backends }> = {
  name: "pictures",

  actions: {
    /** The bytes of an image's file. @throws JOB_NOT_FOUND, IMAGE_NOT_FOUND, PICTURE_GONE */
    get: {
      params: params(PictureParams),
      handler(ctx: Context<Params>) {
        const { jobId, index } = ctx.params;
        return readPicture(this.backends, jobId, index, ownerOf(ctx));
      },
    },
  },

  async started() {
    this.backends = await openBackends((notice) => this.logger.warn(notice));
  },

  async stopped() {
    await this.backends?.close();
  },
};

export default pictures;
