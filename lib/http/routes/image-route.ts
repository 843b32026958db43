/** `/v1/jobs/{id}/images/{index}/picture`: an uploaded file, served as untrusted content. */
import type { ServerResponse } from "node:http";
import { call, type ResultOf } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { failure } from "../../errors.ts";
import { imageGone } from "../../jobs/find-image.ts";
import { mediaTypeOf } from "../../vision/headers/image-header.ts";
import { entityTag, isConditional } from "../gateway/conditional.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { sendDescription, sendStable, sendUnchanged } from "../gateway/reply.ts";
import { jobIdOf } from "./job-routes.ts";

type ImageDescription = ResultOf<typeof actions.pictures.describe>;

const INDEX = /^\d{1,15}$/;

async function sendImage(request: GatewayRequest, response: ServerResponse): Promise<void> {
  const { $ctx, $params, $service } = request;
  const jobId = jobIdOf(request);
  if (!INDEX.test($params.index ?? "")) throw failure("IMAGE_NOT_FOUND", "An image is named by its index.");
  const place = { jobId, index: Number($params.index) };
  response.setHeader("Cache-Control", "private, no-store");
  if (request.method === "HEAD") return describe(response, await call($ctx, actions.pictures.describe, place));
  const mustBeStored = isConditional(request.headers);
  // `mustBeStored` is left out if it is false: nodes of an earlier version, which may run during a rolling update, do
  // not know it.
  const reference = await call($ctx, actions.pictures.find, { ...place, ...(mustBeStored && { mustBeStored }) });
  const sha256 = Buffer.from(reference.sha256, "hex");
  // Answers before the file is read if it can.
  if (mustBeStored && sendUnchanged(response, entityTag(sha256))) return;
  const file = await $service.blobs.get(reference);
  if (!file) throw imageGone();
  const mediaType = mediaTypeOf(file);
  setUntrusted(response);
  response.setHeader("Content-Disposition", mediaType ? "inline" : "attachment");
  sendStable(response, mediaType ?? "application/octet-stream", file, sha256);
}

/** Describes the image without its media type: that is known only from the file, which is not read. */
function describe(response: ServerResponse, { sha256: hex, bytes }: ImageDescription): void {
  setUntrusted(response);
  sendDescription(response, bytes, Buffer.from(hex, "hex"));
}

/**
 * Sets headers for untrusted bytes, typed by their content: browsers must never run them as a page, script or style.
 */
function setUntrusted(response: ServerResponse): void {
  response.setHeader("Content-Security-Policy", "default-src 'none'; sandbox");
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
}

export const imageRoutes = { "GET v1/jobs/:id/images/:index/picture": sendImage };
