/** The access rights that each operation needs, from the table that guards the routes. */
import type * as oas31 from "openapi3-ts/oas31";
import type { ErrorCode } from "../errors.ts";
import type { RouteAccess } from "../http/access/guard.ts";
import { problemResponses } from "./parts.ts";

export const securitySchemes: Record<string, oas31.SecuritySchemeObject> = {
  bearer: { type: "http", scheme: "bearer", description: "A key, or the key of a session." },
  apiKey: { type: "apiKey", in: "header", name: "x-api-key", description: "A key, or the key of a session." },
  sessionKey: { type: "apiKey", in: "header", name: "key", description: "The key of a session, or a key." },
};
const byAnyHeader = Object.keys(securitySchemes).map((name) => ({ [name]: [] }));

/** The route's name in the table of access. */
export function routeName(method: string, path: string): string {
  return `${method.toUpperCase()} ${path.slice(1).replaceAll(/\{(\w+)\}/g, ":$1")}`;
}

/** The operation with its security requirements and the refusals that follow from them. */
export function withAccess(access: RouteAccess, operation: oas31.OperationObject): oas31.OperationObject {
  const description = [operation.description, inWords(access)].filter(Boolean).join("\n\n");
  const responses = merged(operation.responses ?? {}, problemResponses(refusals(access)));
  const security = [...(access.withoutKey === "none" ? [] : [{}]), ...byAnyHeader];
  return { ...operation, ...(description && { description }), responses, security: isOpen(access) ? [] : security };
}

const isOpen = ({ withoutKey }: RouteAccess): boolean => withoutKey === "all";

function inWords({ scopes, withoutKey, isOfSession }: RouteAccess): string {
  if (withoutKey === "all") return "";
  if (isOfSession) return `**Key:** that of a session, or one with the scope ${orList(scopes)}.`;
  const needed = scopes.length === 0 ? "any" : `with the scope ${orList(scopes)}`;
  switch (withoutKey) {
    case "sessions":
      return `**Key:** ${needed}, where sessions need one (\`SESSIONS\`).`;
    case "none":
      return `**Key:** ${needed}, always.`;
    default:
      return `**Key:** ${needed}, where requests need one (\`AUTH\`).`;
  }
}

const orList = (scopes: readonly string[]) => scopes.map((scope) => `\`${scope}\``).join(" or ");

function refusals({ withoutKey, isOfSession, isProbe }: RouteAccess): ErrorCode[] {
  if (withoutKey === "all") return isProbe ? ["CROSS_ORIGIN"] : ["CROSS_ORIGIN", "RATE_LIMITED"];
  const ofKey = isOfSession
    ? (["KEY_INVALID", "SESSION_KEY_INVALID"] as const)
    : (["KEY_REQUIRED", "KEY_INVALID"] as const);
  // Also on a route that accepts any key, only administrators may send `Sightline-Owner`.
  return [...ofKey, "SCOPE_MISSING", "CROSS_ORIGIN", "RATE_LIMITED"];
}

/** Merges responses. Problems of the same status are described together. */
export function merged(own: oas31.ResponsesObject, added: oas31.ResponsesObject): oas31.ResponsesObject {
  const result = { ...own };
  for (const [status, response] of Object.entries(added)) {
    const known = own[status] as oas31.ResponseObject | undefined;
    result[status] = known ? both(known, response) : response;
  }
  return result;
}

const PROBLEM = "application/problem+json";

function both(known: oas31.ResponseObject, added: oas31.ResponseObject): oas31.ResponseObject {
  const [content, more] = [known.content?.[PROBLEM], added.content?.[PROBLEM]];
  const ofKnown = known.description.split("\n\n");
  const sentences = added.description.split("\n\n").filter((sentence) => !ofKnown.includes(sentence));
  return {
    ...known,
    description: [...ofKnown, ...sentences].join("\n\n"),
    ...((known.headers || added.headers) && { headers: { ...added.headers, ...known.headers } }),
    content: { ...known.content, [PROBLEM]: { ...content, examples: { ...content?.examples, ...more?.examples } } },
  };
}
