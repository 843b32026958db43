import type { ServerResponse } from "node:http";
import type { TSchema } from "typebox";
import type { GatewayRequest } from "./gateway-request.ts";

/** Answers a request. */
export interface Route {
  (request: GatewayRequest, response: ServerResponse): Promise<void>;
  /** Of its query parameters, if it has any: see `querying`. */
  readonly query?: TSchema;
}
