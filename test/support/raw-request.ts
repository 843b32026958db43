/** Sends requests with exact bytes and packets, as no client library would, and reads the answer. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface RawAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of all kinds
  readonly body: any;
}

export interface RawRequest {
  readonly path: string;
  readonly headers?: Record<string, string>;
  /** Chunks that are sent one after the other, each in a separate packet. */
  readonly chunks: readonly Uint8Array[];
}

/** A POST on a separate connection, which ends with the answer. */
export async function rawPost(url: string, { path, headers = {}, chunks }: RawRequest): Promise<RawAnswer> {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const socket = await openPost(url, path, { "Content-Length": String(length), ...headers });
  const answer = answerOf(socket);
  for (const chunk of chunks) await new Promise((resolve) => socket.write(chunk, resolve));
  return answer;
}

/** Sends the head of a POST; the caller sends the body. */
export async function openPost(url: string, path: string, headers: Record<string, string>): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setNoDelay();
  await once(socket, "connect");
  const fields = Object.entries({ Host: "localhost", Connection: "close", ...headers });
  const lines = [`POST ${path} HTTP/1.1`, ...fields.map(([name, value]) => `${name}: ${value}`)];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  return socket;
}

export async function answerOf(socket: Socket): Promise<RawAnswer> {
  const pieces: Buffer[] = [];
  // Ignored, because the service sends its answer before it resets a connection. `once` of `node:events` would fail
  // with the reset.
  socket.on("error", () => {});
  socket.on("data", (piece) => pieces.push(piece));
  await new Promise((resolve) => socket.once("close", resolve));
  const [head = "", ...rest] = Buffer.concat(pieces).toString("utf8").split("\r\n\r\n");
  const [statusLine = "", ...lines] = head.split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  const text = rest.join("\r\n\r\n");
  return { status: Number(statusLine.split(" ")[1]), headers, body: text.startsWith("{") ? JSON.parse(text) : text };
}
