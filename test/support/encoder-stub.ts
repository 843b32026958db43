/** A remote encoder: a real HTTP server that encodes instantly, counts requests, and misbehaves on command. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import busboy from "busboy";

export const DIMENSIONS = 128;

/** The stub's encoding of an image: a unit vector derived from its content and the face's number. */
export function vectorOf(file: Uint8Array, face = 0): number[] {
  const bytes = createHash("sha512").update(file).update(String(face)).digest();
  const values = Array.from({ length: DIMENSIONS }, (_, index) => (bytes[index % bytes.length] as number) / 255 - 0.5);
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

export type Behaviour = (request: IncomingMessage, response: ServerResponse, file: Buffer) => void;

export interface EncoderStub {
  readonly url: string;
  /** Number of received images by hash, including failed attempts. */
  readonly received: Map<string, number>;
  readonly requests: number;
  /** Number of faces per image from now on. */
  faces: number;
  /** Replaces the normal answer; undefined for the normal answer. */
  behaviour: Behaviour | undefined;
  close(): Promise<void>;
}

export const answerWith =
  (status: number, body: string, headers: Record<string, string> = {}): Behaviour =>
  (_request, response) => {
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(body);
  };

export const behaviours = {
  slow: () => {},
  reset: (request) => request.socket.resetAndDestroy(),
  truncated: (request, response) => {
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "1000" });
    response.write("[[0.1, 0.2", () => request.socket.destroy());
  },
  cutOff: answerWith(200, "[[0.1, 0.2"),
  wrongShape: answerWith(200, '{"faces": []}'),
  unevenVectors: answerWith(200, "[[0.1, 0.2], [0.3]]"),
  text: answerWith(200, '[["a"]]'),
  fault: answerWith(500, "{}"),
  endless: (_request, response) => {
    response.writeHead(200, { "Content-Type": "application/json" });
    const more = () => response.destroyed || response.write(`[${"0,".repeat(65536)}`, () => setImmediate(more));
    more();
  },
  redirect: answerWith(302, "", { Location: "http://127.0.0.1:1/" }),
  refusal: answerWith(415, "{}"),
} satisfies Record<string, Behaviour>;

export async function startEncoderStub(): Promise<EncoderStub> {
  const received = new Map<string, number>();
  const state = { faces: 1, behaviour: undefined as Behaviour | undefined, requests: 0 };
  const server = createServer(async (request, response) => {
    state.requests++;
    const file = await fileOf(request).catch(() => undefined);
    if (!file) return response.writeHead(400).end();
    const hash = createHash("sha256").update(file).digest("hex");
    received.set(hash, (received.get(hash) ?? 0) + 1);
    if (state.behaviour) return state.behaviour(request, response, file);
    const vectors = Array.from({ length: state.faces }, (_, face) => vectorOf(file, face));
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(vectors));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.defineProperties({} as EncoderStub, {
    url: { value: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/selfie` },
    received: { value: received },
    requests: { get: () => state.requests },
    faces: { get: () => state.faces, set: (faces: number) => Object.assign(state, { faces }) },
    behaviour: { get: () => state.behaviour, set: (behaviour: Behaviour) => Object.assign(state, { behaviour }) },
    close: {
      value: async () => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    },
  });
}

function fileOf(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parser = busboy({ headers: request.headers });
    const chunks: Buffer[] = [];
    parser.on("file", (name, stream) => {
      if (name !== "file") reject(new Error(`The field is called ${name}.`));
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    });
    parser.on("close", () => resolve(Buffer.concat(chunks)));
    parser.on("error", reject);
    request.pipe(parser);
  });
}
