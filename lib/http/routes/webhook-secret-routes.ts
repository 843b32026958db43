/** `/v1/webhook-secrets`. */
import type { ServerResponse } from "node:http";
import { config } from "../../config.ts";
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { NewReceiverSecret, SecretOrigin } from "../../contracts/webhook-secret.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { createOnce } from "../gateway/idempotency.ts";
import { querying } from "../gateway/query.ts";
import { sendJson, sendSecret } from "../gateway/reply.ts";
import type { Route } from "../gateway/route.ts";
import { readJsonValue } from "../upload/json-body.ts";

const bounds = { maxItems: 10, maxNumbers: 10 };

async function rotate(request: GatewayRequest, response: ServerResponse): Promise<void> {
  const wanted = await readJsonValue(request, config, { form: NewReceiverSecret, bounds });
  const content = () => ["webhook secret", wanted];
  const secret = await createOnce(request, response, { action: actions.events.rotateSecret, params: wanted, content });
  sendSecret(response, secret, 201);
}

async function list({ $ctx }: GatewayRequest, response: ServerResponse): Promise<void> {
  sendJson(response, { items: await call($ctx, actions.events.secrets) });
}

const remove = querying(SecretOrigin, async ({ $ctx }, response, query) => {
  await call($ctx, actions.events.removeSecret, query);
  response.writeHead(204).end();
});

export const webhookSecretRoutes: Record<string, Route> = {
  "POST v1/webhook-secrets": rotate,
  "GET v1/webhook-secrets": list,
  "DELETE v1/webhook-secrets": remove,
};
