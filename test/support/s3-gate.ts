/** Stands in front of an S3 server and makes it fail like such services do. */
import { once } from "node:events";
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/**
 * - `slow down`: 503, which is S3's answer to too many requests.
 * - `broken`: 500 after the request was carried out, so that its answer is lost.
 * - `silent`: the request is read and not answered.
 * - `half`: the connection is closed in the middle of the answer.
 * - `stalled`: half of the answer comes, and then nothing.
 * - `trickling`: half of the answer comes, and the rest byte by byte, often enough that the connection is never silent.
 * - `endless`: half of the answer comes, without its length, so that the end of the connection is its end.
 * - `bare`: like `endless`, but only the headers come.
 * - An answer, which is sent in place of that of the server.
 */
export type Fault =
  | "slow down"
  | "broken"
  | "silent"
  | "half"
  | "stalled"
  | "trickling"
  | "endless"
  | "bare"
  | FalseAnswer;

const TRICKLE_MS = 20;

export interface FalseAnswer {
  readonly status: number;
  readonly body: string;
}

export interface S3Gate {
  readonly port: number;
  /** Requests that passed, as method and path. */
  readonly passed: string[];
  /** Maximum number of concurrent requests that passed, since it was set to 0. */
  mostAtOnce: number;
  /** From now on nothing is answered on the open connections, as if a firewall had forgotten them. */
  forget(): void;
  /**
   * Makes the next requests of this method fail.
   * @param request `GET`, or `GET ?versions` for requests with that text in their path.
   */
  fail(request: string, fault: Fault, times: number): void;
  close(): Promise<void>;
}

export const xml = (code: string) =>
  `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;

export async function startS3Gate(target: number): Promise<S3Gate> {
  const passed: string[] = [];
  const faults: { readonly request: string; readonly fault: Fault }[] = [];
  let atOnce = 0;
  const open = new Set<Socket>();
  const forgotten = new Set<Socket>();
  const server = createServer((request, response) => {
    if (forgotten.has(request.socket)) return void request.resume();
    const isMeant = (method = "", part = "") => method === request.method && request.url?.includes(part);
    const index = faults.findIndex((wanted) => isMeant(...wanted.request.split(" ")));
    const [found] = index < 0 ? [] : faults.splice(index, 1);
    if (found?.fault === "slow down") response.writeHead(503, { Connection: "close" }).end(xml("SlowDown"));
    else if (found?.fault === "silent") request.resume();
    else if (typeof found?.fault === "object") {
      const { status, body } = found.fault;
      request.resume().on("end", () => response.writeHead(status).end(body));
    } else {
      passed.push(`${request.method} ${request.url}`);
      gate.mostAtOnce = Math.max(gate.mostAtOnce, ++atOnce);
      response.on("close", () => atOnce--);
      pass(request, response, target, found?.fault);
    }
  }).listen(0, "127.0.0.1");
  server.on("connection", (socket) => open.add(socket));
  await once(server, "listening");
  const gate: S3Gate = {
    port: (server.address() as AddressInfo).port,
    passed,
    mostAtOnce: 0,
    forget() {
      for (const socket of open) forgotten.add(socket);
    },
    fail(request, fault, times) {
      for (let n = 0; n < times; n++) faults.push({ request, fault });
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
  return gate;
}

function pass(request: IncomingMessage, response: ServerResponse, port: number, fault: Fault | undefined): void {
  const { method, url, headers } = request;
  // Keeps the host name that was signed.
  const onward = forward({ host: "127.0.0.1", port, method, path: url, headers }, async (answer) => {
    const body = Buffer.concat(await answer.toArray());
    // VersityGW closes each connection, but most services keep them.
    delete answer.headers.connection;
    if (fault === "broken") response.writeHead(500).end(xml("InternalError"));
    else if (fault === "half") {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      response.write(body.subarray(0, body.length / 2), () => response.destroy());
    } else if (fault === "endless" || fault === "bare") {
      const half = body.subarray(0, fault === "bare" ? 0 : body.length / 2);
      response.socket?.end(Buffer.concat([Buffer.from("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"), half]));
    } else if (fault === "stalled") {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      response.write(body.subarray(0, body.length / 2));
    } else if (fault === "trickling") {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      let sent = body.length >> 1;
      response.write(body.subarray(0, sent));
      const timer = setInterval(() => response.write(body.subarray(sent, ++sent)), TRICKLE_MS);
      response.on("close", () => clearInterval(timer));
    } else response.writeHead(answer.statusCode ?? 0, answer.headers).end(body);
  });
  onward.on("error", () => response.destroy());
  request.pipe(onward);
}
