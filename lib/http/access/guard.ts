/**
 * Checks the key of a request against what its route needs, counts it for its limits, and stores its owner in the
 * call's `meta` for actions.
 */
import type { ServerResponse } from "node:http";
import { config } from "../../config.ts";
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { type Failure, failure } from "../../errors.ts";
import { type Credential, credentialOf, invalidKey, isKey } from "../../sessions/keys.ts";
import { NOBODY_NAME, type OwnerMeta } from "../../sessions/owner.ts";
import { allows, type Identity, type Scope } from "../../sessions/scopes.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import type { Route } from "../gateway/route.ts";
import { networkOf } from "./client.ts";
import { lookUpUnknown } from "./failed-keys.ts";
import { endSignIn, signInOf } from "./sign-in.ts";

/** Header of requests with an admin key: the owner whose data the request is about, or `none`. */
export const ACT_FOR = "sightline-owner";
const OWNER = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Who may use a route. */
export interface RouteAccess {
  /** A key must allow one of these; if empty, any key will do. */
  readonly scopes: readonly Scope[];
  /**
   * Result of a request without a key.
   * - `all`: the route; a key is ignored.
   * - `open`: the route, unless requests need a key (AUTH).
   * - `sessions`: the route, unless sessions need a key (SESSIONS).
   * - `none`: a refusal.
   */
  readonly withoutKey: "all" | "open" | "sessions" | "none";
  /** The route works on the data of a session. A wrong key gives 403, as the documents of these paths require. */
  readonly isOfSession?: true;
  /**
   * Route for programs that watch the service. It is not counted without a key, since a refusal would look like a
   * fault.
   */
  readonly isProbe?: true;
}

const isOpenTo: Readonly<Record<RouteAccess["withoutKey"], boolean>> = {
  all: true,
  open: config.access !== "keys",
  sessions: config.sessions === "open",
  none: false,
};

/**
 * Wraps a route to require the access that it needs.
 * @throws KEY_REQUIRED, KEY_INVALID, SCOPE_MISSING, RATE_LIMITED; SESSION_KEY_INVALID for routes of a session.
 */
export function guarded(route: Route, needed: RouteAccess): Route {
  if (needed.isProbe && needed.withoutKey === "all") return route;
  return async (request, response) => {
    const credential = needed.withoutKey === "all" ? undefined : credentialIn(request, needed);
    if (credential && !isEmpty(credential)) await admit(request, response, needed, credential);
    else {
      if (!needed.isProbe) await countAnonymous(request, response);
      if (credential) throw needed.isOfSession ? keyRequired(needed) : credential;
      if (!isOpenTo[needed.withoutKey]) throw keyRequired(needed);
    }
    await route(request, response);
  };
}

async function admit(
  request: GatewayRequest,
  response: ServerResponse,
  needed: RouteAccess,
  credential: Credential | Failure,
): Promise<void> {
  const { identities, limits } = request.$service;
  const look = (check: () => Promise<Identity>) => lookUpUnknown(request, check);
  if (credential instanceof Error) return lookUpUnknown<never>(request, () => Promise.reject(credential));
  const identity = await identities.identify(credential, look).catch((error) => {
    if (credential.kind === "sign-in" && error.type === "KEY_INVALID") endSignIn(request, response);
    throw refusal(error, needed);
  });
  if (isAbandoned(identity)) throw refusal(invalidKey("Sessions need a key, and this one has none."), needed);
  identities.watch(response, credential);
  request.$identity = identity;
  Object.assign(request.$ctx.meta, await ownerMetaOf(request, identity));
  await limits.requests.count({ client: identity.owner, perMinute: config.requestsPerMinute, response });
  const { keyId = "", limits: { requestsPerMinute = 0 } = {} } = identity;
  await limits.keyRequests.count({ client: keyId, perMinute: requestsPerMinute, response });
  if (!mayUse(identity, needed.scopes)) throw scopeMissing(needed.scopes);
}

async function countAnonymous(request: GatewayRequest, response: ServerResponse): Promise<void> {
  const { anonymousRequests } = request.$service.limits;
  await anonymousRequests.count({
    client: networkOf(request),
    perMinute: config.anonymousRequestsPerMinute,
    response,
  });
}

/** The key of a request, or the failure that explains why it has no key to look up. */
function credentialIn(request: GatewayRequest, needed: RouteAccess): Credential | Failure | undefined {
  try {
    const credential = credentialOf(request.headers) ?? signInOf(request);
    return credential && !isKey(credential.key) ? refusal(invalidKey(), needed) : credential;
  } catch (error) {
    return error as Failure;
  }
}

/** Whether nothing is in the header of the key, so that none was tried. */
function isEmpty(credential: Credential | Failure): credential is Failure {
  return credential instanceof Error && credential.type === "KEY_REQUIRED";
}

/** Requires a scope that the route as a whole does not. @throws SCOPE_MISSING */
export function requireScope({ $identity }: GatewayRequest, scope: Scope): void {
  if ($identity && !mayUse($identity, [scope])) throw scopeMissing([scope]);
}

/** Whether the session was opened without a key, at a time when sessions needed none. */
function isAbandoned({ isSession, keyId }: Identity): boolean {
  return config.sessions === "keys" && isSession && keyId === undefined;
}

/** Whether the identity may use something that needs one of the scopes. If there are no scopes, any key will do. */
export function mayUse(identity: Identity, scopes: readonly Scope[]): boolean {
  if (scopes.length === 0 || allows(identity, scopes)) return true;
  // Where requests need no key, a session that was opened without one allows what its client may do
  // without the session.
  const isOpen = identity.isSession && identity.keyId === undefined && config.access !== "keys";
  return isOpen && !scopes.includes("admin");
}

/**
 * An admin key reads the data of all owners, or acts for one owner. If that is a session, images count as if the
 * session had sent them itself.
 * @throws SCOPE_MISSING, INVALID_OPTION
 */
async function ownerMetaOf(
  { $ctx, headers: { [ACT_FOR]: other } }: GatewayRequest,
  { owner, account, scopes }: Identity,
): Promise<OwnerMeta> {
  const isAdmin = scopes.includes("admin");
  if (other === undefined) return { owner, ...(account !== undefined && { account }), ...(isAdmin && { isAdmin }) };
  if (!isAdmin) throw scopeMissing(["admin"]);
  if (other === NOBODY_NAME) return {};
  if (typeof other !== "string" || !OWNER.test(other))
    throw failure("INVALID_OPTION", `Sightline-Owner must be the id of an owner, or ${NOBODY_NAME}.`);
  const id = other.toLowerCase();
  return { owner: id, ...(await call($ctx, actions.sessions.account, { id })) };
}

function refusal(error: Failure, { isOfSession }: RouteAccess): Failure {
  const { type, message } = error;
  // Each path answers with the code that the API document lists for it, whatever kind of key was sent.
  if (type === "KEY_INVALID" && isOfSession) return failure("SESSION_KEY_INVALID", message);
  if (type === "SESSION_KEY_INVALID" && !isOfSession) return invalidKey(message);
  return error;
}

function keyRequired({ isOfSession, scopes }: RouteAccess): Failure {
  if (isOfSession)
    return failure("SESSION_KEY_INVALID", "Send a session's key in the header key; GET /session hands one out.");
  if (config.access === "keys")
    return failure("KEY_REQUIRED", "Send a key, as in Authorization: Bearer <key>. An administrator creates keys.");
  // Other requests need no key, so perhaps nobody has one to send.
  if (scopes.includes("admin"))
    return failure(
      "KEY_REQUIRED",
      "This needs an admin key, although most requests need no key here. Start the service with ADMIN_KEY, and send that key; with AUTH=off, the other requests still need none.",
    );
  const key =
    config.sessions === "open"
      ? "the key of a session, which GET /session hands out"
      : `a key with the scope ${scopes.join(" or ")}, which an administrator creates`;
  return failure("KEY_REQUIRED", `This needs ${key}. Most other requests need no key here.`);
}

function scopeMissing(scopes: readonly Scope[]): Failure {
  const detail = `This needs a key with the scope ${scopes.join(" or ")}.`;
  return failure("SCOPE_MISSING", detail, { scopes });
}
