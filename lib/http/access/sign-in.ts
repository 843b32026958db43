/**
 * The cookie of a browser that is signed in. Scripts cannot read it, and browsers send it with requests of the
 * service's own pages only (`SameSite=Strict`).
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { SignIn } from "../../contracts/key.ts";
import type { Credential } from "../../sessions/keys.ts";
import { clientPath } from "../gateway/base-path.ts";
import { isOwnPage } from "./browser-guard.ts";

const NAME = "sightline";
const COOKIE = new RegExp(`(?:^|;\\s?)${NAME}=([\\w.-]{1,256})(?=;|$)`, "g");

/**
 * The token in the cookie. Undefined for pages of CORS_ORIGINS, which have keys of their own, and if there are two such
 * cookies: a sibling domain may have set one, so that the user would unknowingly work with the attacker's key.
 */
export function signInOf(request: IncomingMessage): Credential | undefined {
  const [token, ...others] = Array.from((request.headers.cookie ?? "").matchAll(COOKIE), ([, value]) => value);
  if (others.length > 0) return undefined;
  return token !== undefined && isOwnPage(request) ? { kind: "sign-in", key: token } : undefined;
}

export function setSignIn(request: IncomingMessage, response: ServerResponse, { token, maxAgeSeconds }: SignIn): void {
  response.setHeader("Set-Cookie", cookie(request, token, maxAgeSeconds));
}

export function endSignIn(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("Set-Cookie", cookie(request, "", 0));
}

function cookie(request: IncomingMessage, value: string, maxAgeSeconds: number): string {
  // Behind a proxy with TLS, only the page knows that the connection is secure.
  const secure = request.headers.origin?.startsWith("https:") ? "; Secure" : "";
  return `${NAME}=${value}; Path=${clientPath(request, "/")}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure}`;
}
