/** `/v1/models`: what this service can find in pictures, and by what. */
import type { ServerResponse } from "node:http";
import type { Model } from "../contracts/model.ts";
import { failure } from "../errors.ts";
import type { GatewayRequest } from "./gateway.ts";
import { sendJson } from "./reply.ts";

async function list({ $ctx }: GatewayRequest, response: ServerResponse): Promise<void> {
  const items = await $ctx.call<Model[]>("detector.models");
  sendJson(response, { items });
}

async function get({ $ctx, $params }: GatewayRequest, response: ServerResponse): Promise<void> {
  const models = await $ctx.call<Model[]>("detector.models");
  const model = models.find(({ name }) => name === $params.name);
  if (!model) throw failure("MODEL_NOT_FOUND", `There is no model ${$params.name}.`);
  sendJson(response, model);
}

export const modelRoutes = { "GET v1/models": list, "GET v1/models/:name": get };
