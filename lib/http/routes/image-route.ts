/** `/v1/jobs/{id}/images/{index}/picture`: an uploaded file, served as untrusted content. */
import type { ServerResponse } from "node:http";
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { failure } from "../../errors.ts";
import { imageGone } from "../../jobs/find-image.ts";
import { mediaTypeOf } from "../../vision/headers/image-header.ts";
import { entityTag, isConditional } from "../gateway/conditional.ts";
import type { GatewayRequest } from "../gateway/gateway.ts";
import { sendStable, sendUnchanged } from "../gateway/reply.ts";
import { jobIdOf } from "./job-routes.ts";

const INDEX = /^\d{1,15}$/;

async function sendImage(request: GatewayRequest, response: ServerResponse): Promise<void> {
  const { $ctx, $params, $service } = request;
  const jobId = jobIdOf(request);
  if (!INDEX.test($params.index ?? "")) throw failure("IMAGE_NOT_FOUND", "An image is named by its index.");
  const mustBeStored = isConditional(request.headers);
  // Not where it is false: nodes of an earlier version, which a rolling update leaves for a while, do not know it.
  const image = { jobId, index: Number($params.index), ...(mustBeStored && { mustBeStored }) };
  const reference = await call($ctx, actions.pictures.find, image);
  const sha256 = Buffer.from(reference.sha256, "hex");
  response.setHeader("Cache-Control", "private, no-store");
  // Before the file is read.
  if (mustBeStored && sendUnchanged(response, entityTag(sha256))) return;
  const file = await $service.blobs.get(reference);
  if (!file) throw imageGone();
  const mediaType = mediaTypeOf(file);
  // Untrusted bytes, typed by their content: browsers must never run them as a page, script or style.
  response.setHeader("Content-Security-Policy", "default-src 'none'; sandbox");
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
  response.setHeader("Content-Disposition", mediaType ? "inline" : "attachment");
  sendStable(response, mediaType ?? "application/octet-stream", file, sha256);
}

export const imageRoutes = { "GET v1/jobs/:id/images/:index/picture": sendImage };
