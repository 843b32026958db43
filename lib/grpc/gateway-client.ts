/**
 * Sends requests to the HTTP server of this process without a port: over a pair of streams that the server treats as a
 * connection. So a gRPC call passes the same checks of keys, limits and capacity, and the same routes, log and metrics
 * as an HTTP request, and there is only one of each.
 */
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type Server } from "node:http";
import { type Duplex, duplexPair } from "node:stream";
import { buffer } from "node:stream/consumers";
import { type Failure, failure, isErrorCode } from "../errors.ts";

export interface GatewayCall {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: readonly Buffer[];
}

export interface GatewayAnswer {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The client that calls. */
export interface Origin {
  readonly headers: Readonly<Record<string, string>>;
  /** The address of the client, for limits by address and the audit log. */
  readonly address: string;
  /** Aborted when the client has gone or its time is over. */
  readonly signal: AbortSignal;
}

export class GatewayClient {
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
  }

  /** @throws the problem that the gateway answers with; AbortError. */
  async send({ method, path, headers, body = [] }: GatewayCall, origin: Origin): Promise<GatewayAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const request = httpRequest({
      method,
      path,
      headers: {
        ...origin.headers,
        ...headers,
        "Content-Length": body.reduce((sum, { length }) => sum + length, 0),
        Connection: "close",
      },
      signal: origin.signal,
      createConnection: () => this.#connect(origin.address),
    });
    request.on("response", resolve).on("error", reject);
    for (const part of body) request.write(part);
    request.end();
    const response = await promise;
    const answer = { headers: response.headers, body: await buffer(response) };
    if ((response.statusCode ?? 500) >= 400) throw problemOf(answer);
    return answer;
  }

  #connect(address: string): Duplex {
    const [client, server] = duplexPair();
    // Either end may close first. The other must notice it, as it would on a network.
    client.once("close", () => server.destroy());
    server.once("close", () => client.destroy());
    this.#server.emit("connection", Object.assign(server, { remoteAddress: address }));
    return client;
  }
}

function problemOf({ headers, body }: GatewayAnswer): Failure {
  const { code, detail } = JSON.parse(body.toString());
  const retryAfter = headers["retry-after"];
  const facts = retryAfter === undefined ? {} : { retryAfterSeconds: Number(retryAfter) };
  return failure(isErrorCode(code) ? code : "INTERNAL_ERROR", detail, facts);
}
