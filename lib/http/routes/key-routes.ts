/** `/v1/keys` and `/v1/whoami`. */
import type { ServerResponse } from "node:http";
import { config } from "../../config.ts";
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { KeysQuery, NewKey, SignInRequest, type WhoAmI } from "../../contracts/key.ts";
import { failure } from "../../errors.ts";
import { allows, type Scope, scopes } from "../../sessions/scopes.ts";
import { requireOwnPage } from "../access/browser-guard.ts";
import { lookUpUnknown } from "../access/failed-keys.ts";
import { endSignIn, setSignIn } from "../access/sign-in.ts";
import { setLocation } from "../gateway/base-path.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { createOnce } from "../gateway/idempotency.ts";
import { querying } from "../gateway/query.ts";
import { sendJson, sendSecret } from "../gateway/reply.ts";
import { readJsonValue } from "../upload/json-body.ts";

const bounds = { maxItems: 100, maxNumbers: 100 };
/** Scopes of requests without a key, if none is required. */
const scopesWithoutKey = scopes.filter((scope) => scope !== "admin");

async function create(request: GatewayRequest, response: ServerResponse): Promise<void> {
  const wanted = await readJsonValue(request, config, { form: NewKey, bounds });
  const content = () => ["key", wanted];
  const created = await createOnce(request, response, { action: actions.keys.create, params: wanted, content });
  setLocation(response, `/v1/keys/${created.id}`);
  sendSecret(response, created, 201);
}

const list = querying(KeysQuery, async ({ $ctx }, response, query) => {
  sendJson(response, await call($ctx, actions.keys.list, query));
});

async function get(request: GatewayRequest, response: ServerResponse): Promise<void> {
  sendJson(response, await call(request.$ctx, actions.keys.get, { id: idOf(request) }));
}

async function revoke(request: GatewayRequest, response: ServerResponse): Promise<void> {
  const id = idOf(request);
  // The revoked key may be the one of this request, whose answer must still be sent.
  request.$service.identities.unwatch(response);
  await call(request.$ctx, actions.keys.revoke, { id });
  response.writeHead(204).end();
}

async function whoAmI({ $ctx, $identity }: GatewayRequest, response: ServerResponse): Promise<void> {
  const { access } = config;
  const maySeeEvents = !$identity || allows($identity, ["jobs", "read-only"]);
  // Without a node that has the log, there are no events to follow.
  const lastSequence = maySeeEvents ? await call($ctx, actions.events.last).catch(() => undefined) : undefined;
  const log = lastSequence === undefined ? {} : { lastSequence };
  if (!$identity) return sendJson(response, { access, owner: null, scopes: scopesWithoutKey, ...log } satisfies WhoAmI);
  const { owner, keyId, isSession } = $identity;
  // The key of the setting ADMIN_KEY is not stored.
  const key =
    isSession || keyId === undefined
      ? undefined
      : await call($ctx, actions.keys.get, { id: keyId }).catch(unlessMissing);
  const allowed: Scope[] = [...$identity.scopes];
  const { limits } = $identity;
  const of = { ...(limits && { limits }), ...(key && { key }) };
  sendJson(response, { access, owner, scopes: allowed, ...of, ...log } satisfies WhoAmI);
}

/** For browsers: a cookie replaces the key. */
async function signIn(request: GatewayRequest, response: ServerResponse): Promise<void> {
  requireOwnPage(request, false, false);
  const { key } = await readJsonValue(request, config, { form: SignInRequest, bounds });
  const look = () => call(request.$ctx, actions.keys.signIn, { key });
  const isKnown = request.$service.identities.isKnown({ kind: "client", key });
  setSignIn(request, response, await (isKnown ? look() : lookUpUnknown(request, look)));
  response.writeHead(204).end();
}

async function signOut(request: GatewayRequest, response: ServerResponse): Promise<void> {
  endSignIn(request, response);
  response.writeHead(204).end();
}

function unlessMissing(error: { readonly type?: unknown }): undefined {
  if (error.type !== "KEY_NOT_FOUND") throw error;
}

/** @throws KEY_NOT_FOUND if the text cannot be an id. */
function idOf({ $params: { id = "" } }: GatewayRequest): string {
  if (id.length > 64) throw failure("KEY_NOT_FOUND", "There is no such key.");
  return id;
}

export const keyRoutes = {
  "POST v1/keys": create,
  "GET v1/keys": list,
  "GET v1/keys/:id": get,
  "DELETE v1/keys/:id": revoke,
  "GET v1/whoami": whoAmI,
  "POST v1/sign-in": signIn,
  "POST v1/sign-out": signOut,
};
