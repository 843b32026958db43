/** `/v1/models`: what this service can find in pictures, and by what. */
import type { ServerResponse } from "node:http";
import type { Context } from "moleculer";
import type { Model } from "../contracts/model.ts";
import { modelNotFound } from "../errors.ts";
import { requireReady } from "../vision/models/catalog.ts";
import type { GatewayRequest } from "./gateway.ts";
import { sendJson } from "./reply.ts";

async function list({ $ctx }: GatewayRequest, response: ServerResponse): Promise<void> {
  const items = await $ctx.call<Model[]>("detector.models");
  sendJson(response, { items });
}

async function get({ $ctx, $params }: GatewayRequest, response: ServerResponse): Promise<void> {
  const models = await $ctx.call<Model[]>("detector.models");
  const model = models.find(({ name }) => name === $params.name);
  if (!model) throw modelNotFound($params.name ?? "");
  sendJson(response, model);
}

/** @throws MODEL_NOT_FOUND, MODEL_UNAVAILABLE */
export async function requireModels(ctx: Context, names: readonly string[]): Promise<void> {
  requireReady(await ctx.call<Model[]>("detector.models"), names);
}

export const modelRoutes = { "GET v1/models": list, "GET v1/models/:name": get };
