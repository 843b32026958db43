/** The drop-in paths of the face encoding service: an upload is a job of one image. */
import type { ServerResponse } from "node:http";
import { config } from "../../config.ts";
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { MeanQuery, type UploadedFile } from "../../contracts/compatibility.ts";
import { type EncodedFace, FACE_ENCODING, mainFace } from "../../encoding/encoding.ts";
import { statusOf } from "../../encoding/statistics.ts";
import { failure } from "../../errors.ts";
import { checkHeaderInThread } from "../../vision/headers/header-thread.ts";
import { clientOf } from "../access/client.ts";
import { setLocation } from "../gateway/base-path.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { setReplayed } from "../gateway/idempotency.ts";
import { querying } from "../gateway/query.ts";
import { sendJson } from "../gateway/reply.ts";
import type { Route } from "../gateway/route.ts";
import { submitUpload } from "../upload/submission.ts";
import { limitsFor, type UploadedImage } from "../upload/uploaded-image.ts";
import { jobIdOf } from "./job-routes.ts";

/** Rejects an image that cannot be encoded at upload, instead of failing its job later. */
async function requireImage({ file }: UploadedImage, client: string): Promise<void> {
  if (file instanceof Error) throw file;
  await checkHeaderInThread(file, config.maxImagePixels, client);
}

async function upload(request: GatewayRequest, response: ServerResponse): Promise<void> {
  const limits = limitsFor(1, config);
  const settings = { model: FACE_ENCODING };
  const check = (image: UploadedImage) => requireImage(image, clientOf(request));
  const { job, isRepeated } = await submitUpload({ request, settings, limits, check });
  setLocation(response, `/face_encoding/${job.id}/`);
  setReplayed(response, isRepeated);
  sendJson(response, await uploadedFile(request, job.id), 201);
}

async function read(request: GatewayRequest, response: ServerResponse): Promise<void> {
  sendJson(response, await uploadedFile(request, jobIdOf(request)));
}

async function uploadedFile(request: GatewayRequest, id: string): Promise<UploadedFile> {
  const { items } = await call(request.$ctx, actions.jobs.results, { id, limit: 1 });
  const [image] = items;
  if (!image) throw failure("JOB_NOT_FOUND", `The job ${id} has no image.`);
  const output = image.result?.results?.[FACE_ENCODING];
  const faces = output && "faces" in output ? (output.faces as EncodedFace[]) : [];
  return { id, status: statusOf(image.state), face_encoding: mainFace(faces)?.encoding ?? null };
}

async function stats({ $ctx }: GatewayRequest, response: ServerResponse): Promise<void> {
  sendJson(response, await call($ctx, actions.encodings.stats));
}

const mean = querying(MeanQuery, async ({ $ctx }, response, query) => {
  sendJson(response, await call($ctx, actions.encodings.mean, query));
});

/** The gateway accepts each path with and without a trailing slash. */
export const compatibilityRoutes: Record<string, Route> = {
  "POST uploadfile": upload,
  "GET face_encoding/:id": read,
  "GET stats": stats,
  "GET bonus": mean,
};
