/** `/session`, `/encode` and `/summary`. */
import type { ServerResponse } from "node:http";
import { config } from "../../config.ts";
import { call, type ParamsOf } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { requireOwnPage } from "../access/browser-guard.ts";
import { networkOf, uploaderOf } from "../access/client.ts";
import { requireScope } from "../access/guard.ts";
import { ImageAllowance } from "../access/image-allowance.ts";
import { accounted } from "../gateway/admit.ts";
import { sha256Of } from "../gateway/conditional.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { createOnce, idempotencyKeyOf, refuseIdempotencyKey } from "../gateway/idempotency.ts";
import { sendJson, sendSecret } from "../gateway/reply.ts";
import type { Route } from "../gateway/route.ts";
import { hasNoBody } from "../upload/body.ts";
import { digestInsteadOfImage, singleImage } from "../upload/single-image.ts";
import { uploadMemory } from "../upload/upload-memory.ts";
import { admittedToEncode } from "./face-probes.ts";

const NO_KEY = "00000000-0000-0000-0000-000000000000";

async function open(request: GatewayRequest, response: ServerResponse): Promise<void> {
  if (request.method === "HEAD") return describeKey(response);
  refuseIdempotencyKey(request, "each opens another session. Send it again without.");
  // Not even a link of another page opens a session.
  requireOwnPage(request, false);
  const { sessions } = request.$service.limits;
  await sessions.count({ client: networkOf(request), perMinute: config.sessionsPerMinute, response });
  const openedBy = request.$identity?.keyId;
  sendSecret(response, await call(request.$ctx, actions.sessions.open, openedBy === undefined ? {} : { openedBy }));
}

/** HEAD is safe (RFC 9110, section 9.2.1), so it opens no session. All keys have the same length. */
function describeKey(response: ServerResponse): void {
  sendJson(response, { key: NO_KEY });
}

async function erase(request: GatewayRequest, response: ServerResponse): Promise<void> {
  // A client key also sees what other keys of its owner have made.
  if (request.$identity && !request.$identity.isSession)
    for (const scope of ["jobs", "collections"] as const) requireScope(request, scope);
  await call(request.$ctx, actions.sessions.erase);
  response.writeHead(204).end();
}

/** Encodes an image, or only its digest if the session has sent the image before. */
async function encode(request: GatewayRequest, response: ServerResponse): Promise<void> {
  const { $ctx, headers } = request;
  // Fails before the upload is read. A repeated request needs no room.
  if (idempotencyKeyOf(request) === undefined) await call($ctx, actions.sessions.requireRoom);
  const sha256 = hasNoBody(request) ? digestInsteadOfImage(headers) : undefined;
  const { encode: action } = actions.sessions;
  const allowance = new ImageAllowance(request);
  const encodeImage = (params: ParamsOf<typeof action>, hash: () => string) =>
    createOnce(request, response, {
      action,
      params,
      content: () => ["image", hash()],
      onRepeated: () => allowance.takeBack(),
    });
  const encodeUpload = () =>
    admittedToEncode(request, 1, allowance, (accepted) =>
      singleImage(request, config, uploadMemory.open(uploaderOf(request)), (image) =>
        accounted(accepted, () => encodeImage({ image }, () => sha256Of(image).toString("hex"))),
      ),
    );
  const { timings: _measured, ...encoded } = await (sha256 ? encodeImage({ sha256 }, () => sha256) : encodeUpload());
  sendJson(response, encoded);
}

async function summary({ $ctx }: GatewayRequest, response: ServerResponse): Promise<void> {
  sendJson(response, await call($ctx, actions.sessions.summary));
}

export const sessionRoutes: Record<string, Route> = {
  "GET session": open,
  "POST session": open,
  "DELETE session": erase,
  "POST encode": encode,
  "GET summary": summary,
};
