import type { ServerResponse } from "node:http";
import type { TSchema } from "typebox";
import type { GatewayRequest } from "./gateway-request.ts";

/** Answers a request. */
export interface Route {
  (request: GatewayRequest, response: ServerResponse): Promise<void>;
  /** Schema of the query parameters, if the route has any; see `querying`. */
  readonly query?: TSchema;
}
