/** A server of images on loopback, which answers as a test says and records requests. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Settings of a service that waits longer for image servers than a test's process may be suspended. */
export const patient = {
  IMAGE_URL_IDLE_TIMEOUT_MS: "600000",
  IMAGE_URL_TIMEOUT_MS: "600000",
  IMAGE_URLS_TIMEOUT_MS: "600000",
};

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export class ImageServer {
  readonly #server = createServer((request, response) => {
    this.requests.push(request);
    response.on("close", () => {
      this.closed++;
    });
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    (this.#answers.get(pathname) ?? notFound)(response, request);
  });
  readonly #answers = new Map<string, Answer>();
  readonly requests: IncomingMessage[] = [];
  /** Number of answers that have ended, or whose connection was closed. */
  closed = 0;
  /** Number of connections that were opened. */
  connections = 0;

  static async start(): Promise<ImageServer> {
    const server = new ImageServer();
    server.#server.on("connection", () => {
      server.connections++;
    });
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Sets the answer for a path. @returns the URL of the path. */
  at(path: string, answer: Answer): string {
    this.#answers.set(path, answer);
    return this.url(path);
  }

  file(path: string, bytes: Uint8Array, headers: Record<string, string> = {}): string {
    return this.at(path, (response) => response.writeHead(200, headers).end(bytes));
  }

  url(path: string, host = "127.0.0.1"): string {
    return `http://${host}:${this.port}${path}`;
  }

  /** Removes all answers and recorded requests. */
  reset(): void {
    this.#answers.clear();
    this.#server.closeAllConnections();
    this.requests.length = 0;
    this.closed = 0;
    this.connections = 0;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }
}

function notFound(response: ServerResponse): void {
  response.writeHead(404).end("what the server says is nobody's business");
}

/** Answers with a redirect. */
export function redirect(location: string, status = 302): Answer {
  return (response) => response.writeHead(status, { Location: location }).end();
}

/** Answers with the bytes repeatedly, for as long as they are read. */
export function endless(bytes: Uint8Array, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(200, headers);
    const pour = () => {
      while (!response.destroyed && response.write(bytes));
    };
    response.on("drain", pour);
    pour();
  };
}
