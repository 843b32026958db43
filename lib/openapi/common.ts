/** What all operations have in common: headers, problems that occur before a route is found, and any other problem. */
import type * as oas31 from "openapi3-ts/oas31";
import { Problem } from "../contracts/problem.ts";
import type { ErrorCode } from "../errors.ts";
import type { RouteAccess } from "../http/access/guard.ts";
import { accessOfRoute } from "../http/routes/access.ts";
import { merged, routeName, withAccess } from "./access.ts";
import { headerParameter, headersOf } from "./headers.ts";
import { problemResponses, schemaOf } from "./parts.ts";
import { samples } from "./samples/samples.ts";
import { codeSamples } from "./samples/writers.ts";

const METHODS = new Set(["get", "post", "delete"]);
/** Problems that are answered before routing, whatever the operation. */
const beforeRouting = ["EXPECTATION_FAILED", "HOST_NOT_ALLOWED"] as const satisfies ErrorCode[];
/** Problems that are answered before there is a request, and so without its id. */
const beforeRequest = ["HEADERS_TIMEOUT", "HEADERS_TOO_LARGE"] as const satisfies ErrorCode[];
/** Problems of any query: it cannot be read, or a parameter is given twice or is unknown. */
const ofEveryQuery = problemResponses(["MALFORMED_REQUEST", "INVALID_OPTION"]);

/** Problems of any key: its owner and rights come from another service, which asks the database. */
const ofEveryKey = problemResponses(["SERVICE_UNAVAILABLE", "STORE_UNAVAILABLE"]);
/** Problem of any request that changes something. Deleting needs room too. */
const ofEveryChange = problemResponses(["STORAGE_FULL"]);
/** Nothing that can be changed has an `ETag`, so only `*` in `If-Match` and `If-None-Match` means something. */
const ofEveryCondition = problemResponses(["PRECONDITION_FAILED"]);

/** Responses under `components`, by status. */
export const commonResponses: Readonly<Record<string, oas31.ResponseObject>> = {
  ...(problemResponses(beforeRequest) as Record<string, oas31.ResponseObject>),
  ...mapEntries(problemResponses(beforeRouting), (_status, response: oas31.ResponseObject) => ({
    ...response,
    headers: headersOf("X-Request-Id", "traceparent"),
  })),
  default: {
    description: "Any other problem.",
    headers: headersOf("X-Request-Id"),
    content: { "application/problem+json": { schema: schemaOf(Problem) } },
  },
};

/** Adds to the paths the access rights of each operation and what all operations have in common. */
export function withCommon(paths: oas31.PathsObject): oas31.PathsObject {
  return mapEntries(paths, (path, item: Readonly<Record<string, unknown>>) =>
    mapEntries(item, (name, part: never) => (METHODS.has(name) ? complete(name, path, part) : part)),
  );
}

function complete(method: string, path: string, operation: oas31.OperationObject): oas31.OperationObject {
  const access = accessOfRoute(routeName(method, path));
  const { parameters = [], responses: own = {}, ...rest } = withAccess(access, operation);
  const asked = access.withoutKey === "all" ? own : ofStores(own, method);
  const ofKey = access.withoutKey === "all" ? [] : [headerParameter("Sightline-Owner")];
  const common = ["X-Request-Id", "traceparent", "tracestate"] as const;
  const sample = samples[rest.operationId ?? ""];
  const needsKey = rest.security?.length !== 0;
  return {
    ...rest,
    ...(sample && { "x-codeSamples": codeSamples(sample, { method, path }, needsKey) }),
    parameters: [...parameters, ...ofKey, ...common.map(headerParameter)],
    responses: completeResponses(method === "get" ? asked : merged(asked, ofEveryCondition), isLimited(access)),
  };
}

function ofStores(own: oas31.ResponsesObject, method: string): oas31.ResponsesObject {
  const asked = merged(own, ofEveryKey);
  return method === "get" ? asked : merged(asked, ofEveryChange);
}

/** Probes without a key are not counted. */
const isLimited = ({ isProbe, withoutKey }: RouteAccess) => !isProbe || withoutKey !== "all";

function completeResponses(own: oas31.ResponsesObject, areLimited: boolean): oas31.ResponsesObject {
  const known = mapEntries(merged(own, ofEveryQuery), (status, response: oas31.ResponseObject) =>
    withHeaders(status, response, areLimited),
  );
  const shared = mapEntries(commonResponses, (status, response: oas31.ResponseObject) =>
    known[status] ? merged({ [status]: known[status] }, { [status]: response })[status] : referenceTo(status),
  );
  return { ...known, ...shared };
}

function withHeaders(status: string, response: oas31.ResponseObject, isLimited: boolean): oas31.ResponseObject {
  const ofLimit = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"] as const;
  const headers = {
    ...response.headers,
    ...(status === "401" && headersOf("WWW-Authenticate")),
    ...(status === "415" && headersOf("Accept-Encoding")),
    ...(isLimited && headersOf(...ofLimit)),
    ...headersOf("X-Request-Id", "traceparent"),
  };
  return { ...response, headers };
}

const referenceTo = (status: string): oas31.ReferenceObject => ({ $ref: `#/components/responses/${status}` });

function mapEntries<T>(object: Readonly<Record<string, unknown>>, change: (name: string, value: never) => T) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(name, value as never)]));
}
