/** The path under which clients reach the service: BASE_PATH, or the prefix that a proxy reports to have removed. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { config } from "../../config.ts";
import { type Problem, toProblem } from "../../contracts/problem.ts";
import type { Failure } from "../../errors.ts";
import { isBasePath } from "../../settings/address.ts";
import { StartFailure } from "../../start-failure.ts";

/** The base path of a request: empty, or a path that does not end in a slash. */
export function basePathOf({ headers }: IncomingMessage): string {
  return forwardedPrefix(headers["x-forwarded-prefix"], config.proxyHops) ?? config.basePath;
}

/**
 * Combines the values of `X-Forwarded-Prefix` that each proxy adds, the outermost first.
 * @param proxyHops Number of trusted proxies. Earlier values may be from anybody.
 * @returns undefined if the result is no path.
 */
export function forwardedPrefix(header: string | string[] | undefined, proxyHops: number): string | undefined {
  if (header === undefined || proxyHops === 0) return undefined;
  const prefixes = [header].flat().join(",").split(",").slice(-proxyHops);
  const path = prefixes.map((prefix) => prefix.trim().replace(/\/$/, "")).join("");
  return isBasePath(path) ? path : undefined;
}

/** A path of the service as the client knows it. */
export function clientPath(request: IncomingMessage, path: string): string {
  return basePathOf(request) + path;
}

export function setLocation(response: ServerResponse, path: string): void {
  response.setHeader("Location", clientPath(response.req, path));
}

/** The problem details for an error, with a type that leads the client to its page. */
export function clientProblem(request: IncomingMessage, error: Failure, requestId?: string): Problem {
  return withClientType(request, { problem: toProblem(error, requestId) }).problem;
}

/** An item of an answer. If it has a problem, the problem's type leads the client to its page. */
export function withClientType<T extends { readonly problem?: Problem }>(request: IncomingMessage, item: T): T {
  const { problem } = item;
  return problem ? { ...item, problem: { ...problem, type: clientPath(request, problem.type) } } : item;
}

/** Removes BASE_PATH, unless a proxy has removed it. @param target Target in origin form. */
export function withoutBasePath(target: string, basePath: string = config.basePath): string {
  if (basePath === "" || !target.startsWith(basePath)) return target;
  const rest = target.slice(basePath.length);
  if (rest === "" || rest.startsWith("?")) return `/${rest}`;
  return rest.startsWith("/") ? rest : target;
}

/**
 * Refuses a BASE_PATH with which a path of the service begins: requests for that path would be confused with others.
 * @param routes Names of the routes: method and path, such as `GET v1/jobs/:id`.
 * @throws StartFailure
 */
export function requireOwnBasePath(routes: readonly string[], basePath: string = config.basePath): void {
  if (basePath === "") return;
  const base = basePath.split("/").slice(1);
  for (const route of routes) {
    const path = route.slice(route.indexOf(" ") + 1);
    const segments = path.split("/");
    if (base.every((segment, n) => segments[n] === segment || segments[n]?.startsWith(":")))
      throw new StartFailure(
        `BASE_PATH must not be ${basePath}, since the service's own path /${path} begins with it. Choose another one.`,
      );
  }
}
