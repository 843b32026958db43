/** One request over HTTP and its whole answer. */
import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestHttp,
} from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { pipeline } from "node:stream/promises";

export interface ExchangeRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Longest time in which nothing is sent or received, in milliseconds. */
  readonly idleTimeoutMs: number;
  /**
   * Rate at which sent and received bytes extend the time of an exchange, in bytes per second. Without any bytes, it
   * has twice `idleTimeoutMs`.
   */
  readonly minBytesPerSecond: number;
  /** Whether the request has a connection of its own. */
  readonly isAlone: boolean;
  readonly signal: AbortSignal;
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The answer's body in a buffer of exact size. */
  readonly body: Buffer;
}

/** A body is sent in slices, so that a slow connection is not taken for a silent one. */
const SLICE_BYTES = 64 * 1024;
const options = { keepAlive: true, scheduling: "lifo" } as const;
const httpAgent = new HttpAgent(options);
const httpsAgent = new HttpsAgent(options);

/** Redirects are not followed: another host would get the signature. @throws errors of the connection */
export async function exchange({
  url,
  body,
  idleTimeoutMs,
  minBytesPerSecond,
  isAlone,
  ...request
}: ExchangeRequest): Promise<ExchangeAnswer> {
  const isSecure = url.protocol === "https:";
  const outgoing = (isSecure ? requestHttps : requestHttp)(url, {
    method: request.method,
    headers: { ...request.headers, "Content-Length": body.length },
    agent: !isAlone && (isSecure ? httpsAgent : httpAgent),
    signal: request.signal,
    timeout: idleTimeoutMs,
  });
  outgoing.on("timeout", () => outgoing.destroy(new Error("nothing was sent or received in time")));
  endIfSlow(outgoing, 2 * idleTimeoutMs, minBytesPerSecond);
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.on("response", resolve).on("error", reject);
    outgoing.on("close", () => reject(new Error("no answer")));
  });
  const sending = pipeline(slices(body), outgoing).catch(() => {
    // The service may answer before it has read the whole request. Any other error is reported with the answer.
  });
  const answer = await answered;
  const chunks = await answer.toArray();
  // An answer to GET has a body. An empty one may have been cut off before it.
  const hasBody = chunks.length > 0 || (request.method === "GET" && answer.statusCode === 200);
  if (hasBody && !isDelimited(answer.headers)) throw new Error("the answer may have been cut off");
  await sending;
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: joined(chunks) };
}

/** Ends an exchange that is too slow. Otherwise one that gets a byte now and then would take days. */
function endIfSlow(outgoing: ClientRequest, graceMs: number, minBytesPerSecond: number): void {
  const startedAt = performance.now();
  // Bytes that the connection has transferred before, as it may have been used already.
  let bytesBefore = 0;
  const transferred = ({ socket } = outgoing) => (socket ? socket.bytesRead + socket.bytesWritten : 0);
  const leftMs = () =>
    startedAt + graceMs + ((transferred() - bytesBefore) * 1000) / minBytesPerSecond - performance.now();
  const check = () => {
    const ms = leftMs();
    if (ms > 0) timer = setTimeout(onTime, ms);
    else outgoing.destroy(new Error("less was sent and received than the lowest rate"));
  };
  // Waits one event loop turn: if the loop was blocked, bytes may have arrived but not been read yet.
  const onTime = () => setImmediate(() => outgoing.closed || check());
  let timer = setTimeout(onTime, graceMs);
  outgoing.once("socket", () => {
    bytesBefore = transferred();
  });
  outgoing.once("close", () => clearTimeout(timer));
}

/**
 * Whether the answer tells where its body ends. Otherwise the body ends with the connection, which may have been cut.
 */
function isDelimited({ "content-length": length, "transfer-encoding": coding }: IncomingHttpHeaders): boolean {
  return length !== undefined || coding !== undefined;
}

function* slices(body: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < body.length; start += SLICE_BYTES) yield body.subarray(start, start + SLICE_BYTES);
}

/** `Buffer.concat` is not used because it makes small results part of a larger buffer. */
function joined(chunks: readonly Buffer[]): Buffer {
  const body = Buffer.alloc(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) at += chunk.copy(body, at);
  return body;
}
