/** Messages of gRPC that arrive slowly, or are too many for the memory they may occupy. */
import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect, type IncomingHttpHeaders } from "node:http2";
import { compressionAlgorithms, status } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { GrpcClient } from "../support/grpc-client.ts";
import { astronautFaces } from "../support/images.ts";
import { astronaut, element } from "../support/inference-client.ts";
import { freePort, startService } from "../support/service.ts";

const MiB = 2 ** 20;
const HOUR_MS = 3_600_000;
/** A new call is refused, or ends one that has stood still for a second, as on a machine that is busy with others. */
const FOR_WANT_OF_MEMORY = ["OVERLOADED", "UPLOAD_TIMEOUT"];

interface Served {
  readonly port: number;
  readonly grpc: GrpcClient;
  readonly session: ClientHttp2Session;
  stop(): Promise<unknown>;
}

async function serve(idleTimeoutMs: number): Promise<Served> {
  const port = await freePort();
  const service = await startService({
    GRPC_PORT: String(port),
    MAX_UPLOAD_BYTES_IN_FLIGHT: String(4 * MiB),
    UPLOAD_IDLE_TIMEOUT_MS: String(idleTimeoutMs),
  });
  const grpc = new GrpcClient(port);
  const session = connect(`http://127.0.0.1:${port}`);
  return {
    port,
    grpc,
    session,
    stop() {
      session.destroy();
      grpc.close();
      return service.stop();
    },
  };
}

/** Ends a call that stands still. */
let strict: Served;
/** Ends it only for others. */
let patient: Served;
beforeAll(async () => {
  [strict, patient] = await Promise.all([serve(8_000), serve(HOUR_MS)]);
});
afterAll(() => Promise.all([strict.stop(), patient.stop()]));

const inference = {
  model_name: "faces-haar",
  inputs: [{ name: "image", datatype: "BYTES", shape: [1] }],
  raw_input_contents: [element(astronaut)],
};

function open(method: string, over: ClientHttp2Session): ClientHttp2Stream {
  const headers = { "content-type": "application/grpc", te: "trailers" };
  const path = `/inference.GRPCInferenceService/${method}`;
  const call = over.request({ ":method": "POST", ":path": path, ...headers }, { endStream: false });
  return call.on("error", () => {}).resume();
}

function prefixOf(bytes: number): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(bytes, 1);
  return prefix;
}

/** A call with the beginning of a message of 2 MiB. */
function begin(bytes: number, over: ClientHttp2Session): ClientHttp2Stream {
  const call = open("ModelInfer", over);
  call.write(Buffer.concat([prefixOf(2 * MiB), Buffer.alloc(bytes)]));
  return call;
}

/** A message that the service refuses, without an image. */
const empty = Buffer.from([0, 0, 0, 0, 0]);

/** The stable code with which a call ends, and why in words. */
function endOf(call: ClientHttp2Stream): Promise<{ readonly code: unknown; readonly reason?: string }> {
  return new Promise((resolve) => {
    const readStatus = ({ code, "grpc-status": status, "grpc-message": reason }: IncomingHttpHeaders) => {
      if (status) resolve({ code, reason: decodeURI(String(reason)) });
    };
    // A call that is refused at once has its status in place of headers.
    call.once("response", readStatus).once("trailers", readStatus);
    call.once("close", () => resolve({ code: "closed" }));
  });
}

it("occupy no more than they may, and make room for others when they stand still", async () => {
  const { grpc, session } = patient;
  const ends: Awaited<ReturnType<typeof endOf>>[] = [];
  const calls = Array.from({ length: 8 }, () => begin(MiB, session));
  for (const call of calls) void endOf(call).then((end) => ends.push(end));
  // Only then all memory is occupied: one of them had no room.
  await expect.poll(() => ends.length).toBeGreaterThan(0);
  const large = { ...inference, raw_input_contents: [element(Buffer.concat([astronaut, Buffer.alloc(2 * MiB)]))] };
  const outputs = [{ name: "boxes", shape: [astronautFaces.length, 4] }];
  await expect.poll(() => grpc.call("ModelInfer", large)).toMatchObject({ outputs });
  const stalled = "The upload stood still while others needed the memory.";
  await expect.poll(() => ends).toContainEqual({ code: "UPLOAD_TIMEOUT", reason: stalled });
  expect(FOR_WANT_OF_MEMORY).toEqual(expect.arrayContaining(ends.map(({ code }) => code)));
  for (const call of calls) call.destroy();
});

it("end their call when they stand still, but a stream may do so between them", async () => {
  const stream = strict.grpc.stream();
  const answers: unknown[] = [];
  const answeredTwice = new Promise<void>((resolve) => {
    stream.on("data", (answer) => answers.push(answer) === 2 && resolve());
  });
  stream.write(inference);
  await expect.poll(() => answers.length).toBe(1);
  expect(await endOf(begin(1000, strict.session))).toMatchObject({ code: "UPLOAD_TIMEOUT" });
  stream.write(inference);
  await answeredTwice;
  stream.end();
});

it("that do not begin end a call that has one", async () => {
  expect(await endOf(open("ModelInfer", strict.session))).toMatchObject({ code: "UPLOAD_TIMEOUT" });
});

it("leave calls that stand still some memory, for so many, and calls that work get it", async () => {
  const { grpc, port } = patient;
  const other = connect(`http://127.0.0.1:${port}`);
  const codes: unknown[] = [];
  // A call counts as 64 KiB.
  for (let n = 0; n < 100; n++) void endOf(open("ModelStreamInfer", other)).then(({ code }) => codes.push(code));
  await expect.poll(() => codes.length).toBeGreaterThanOrEqual(36);
  const ended = codes.length;
  await expect.poll(() => grpc.call("ModelInfer", inference)).toMatchObject({ model_name: "faces-haar" });
  await expect.poll(() => codes.slice(ended)).toContain("UPLOAD_TIMEOUT");
  expect(FOR_WANT_OF_MEMORY).toEqual(expect.arrayContaining(codes));
  other.destroy();
});

it("get the memory of calls whose clients do not read their answers", async () => {
  const { grpc, port } = patient;
  // Such a client takes no byte of a message.
  const other = connect(`http://127.0.0.1:${port}`, { settings: { initialWindowSize: 0 } });
  const codes: unknown[] = [];
  for (let n = 0; n < 100; n++) {
    const call = open("ServerLive", other);
    void endOf(call).then(({ code }) => codes.push(code));
    call.end(empty);
  }
  // These had no room. A status before any message needs none in the client's window.
  await expect.poll(() => codes.length).toBeGreaterThanOrEqual(36);
  expect(codes).toContain("OVERLOADED");
  await expect.poll(() => grpc.call("ModelInfer", inference)).toMatchObject({ model_name: "faces-haar" });
  // It did not have to wait until all others were given up.
  expect(codes.length).toBeLessThan(100);
  other.destroy();
});

it("are served when there is nobody else, though larger than all the memory", async () => {
  const large = { ...inference, raw_input_contents: [element(Buffer.concat([astronaut, Buffer.alloc(5 * MiB)]))] };
  expect(await patient.grpc.call("ModelInfer", large)).toMatchObject({ model_name: "faces-haar" });
});

it("that stand still behind another one that came with their beginning end their call, too", async () => {
  const call = open("ModelStreamInfer", strict.session);
  const answered = once(call, "data");
  call.write(Buffer.concat([empty, prefixOf(2 * MiB), Buffer.alloc(1000)]));
  await answered;
  expect(await endOf(call)).toMatchObject({ code: "UPLOAD_TIMEOUT" });
});

it("are refused when they are compressed, as a few bytes of each may be megabytes", async () => {
  const options = { "grpc.default_compression_algorithm": compressionAlgorithms.gzip };
  const compressing = new GrpcClient(strict.port, options);
  try {
    const refusal = { status: status.UNIMPLEMENTED, code: "TRANSFER_CODING_NOT_IMPLEMENTED" };
    expect(await compressing.failureOf("ModelInfer", inference)).toMatchObject(refusal);
  } finally {
    compressing.close();
  }
});
