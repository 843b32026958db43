/** Messages of gRPC that arrive slowly, or are too many for the memory they may occupy. */
import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import { compressionAlgorithms, status } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { GrpcClient } from "../support/grpc-client.ts";
import { astronautFaces } from "../support/images.ts";
import { astronaut, element } from "../support/inference-client.ts";
import { freePort, type RunningService, startService } from "../support/service.ts";

const MiB = 2 ** 20;
let service: RunningService;
let port: number;
let grpc: GrpcClient;
let session: ClientHttp2Session;
beforeAll(async () => {
  port = await freePort();
  service = await startService({
    GRPC_PORT: String(port),
    MAX_UPLOAD_BYTES_IN_FLIGHT: String(4 * MiB),
    UPLOAD_IDLE_TIMEOUT_MS: "8000",
  });
  grpc = new GrpcClient(port);
  session = connect(`http://127.0.0.1:${port}`);
});
afterAll(async () => {
  session.destroy();
  grpc.close();
  await service.stop();
});

const inference = {
  model_name: "faces-haar",
  inputs: [{ name: "image", datatype: "BYTES", shape: [1] }],
  raw_input_contents: [element(astronaut)],
};

function open(method: string, over = session): ClientHttp2Stream {
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
function begin(bytes: number): ClientHttp2Stream {
  const call = open("ModelInfer");
  call.write(Buffer.concat([prefixOf(2 * MiB), Buffer.alloc(bytes)]));
  return call;
}

/** A message that the service refuses, without an image. */
const empty = Buffer.from([0, 0, 0, 0, 0]);

/** The stable code with which a call ends, and why in words. */
function endOf(call: ClientHttp2Stream): Promise<{ readonly code: unknown; readonly reason?: string }> {
  return new Promise((resolve) => {
    call.once("trailers", ({ code, "grpc-message": reason }) => resolve({ code, reason: decodeURI(String(reason)) }));
    call.once("close", () => resolve({ code: "closed" }));
  });
}

it("occupy no more than they may, and make room for others when they stand still", async () => {
  const calls = Array.from({ length: 8 }, () => endOf(begin(MiB)));
  // Only then all memory is occupied: one of them had no room.
  await Promise.race(calls);
  const large = { ...inference, raw_input_contents: [element(Buffer.concat([astronaut, Buffer.alloc(2 * MiB)]))] };
  const outputs = [{ name: "boxes", shape: [astronautFaces.length, 4] }];
  await expect.poll(() => grpc.call("ModelInfer", large)).toMatchObject({ outputs });
  const ends = await Promise.all(calls);
  expect(new Set(ends.map(({ code }) => code))).toEqual(new Set(["OVERLOADED", "UPLOAD_TIMEOUT"]));
  // For the large one, before their own time was over.
  const stalled = "The upload stood still while others needed the memory.";
  expect(ends).toContainEqual({ code: "UPLOAD_TIMEOUT", reason: stalled });
});

it("end their call when they stand still, but a stream may do so between them", async () => {
  const stream = grpc.stream();
  const answers: unknown[] = [];
  const answeredTwice = new Promise<void>((resolve) => {
    stream.on("data", (answer) => answers.push(answer) === 2 && resolve());
  });
  stream.write(inference);
  await expect.poll(() => answers.length).toBe(1);
  expect(await endOf(begin(1000))).toMatchObject({ code: "UPLOAD_TIMEOUT" });
  stream.write(inference);
  await answeredTwice;
  stream.end();
});

it("that do not begin end a call that has one", async () => {
  expect(await endOf(open("ModelInfer"))).toMatchObject({ code: "UPLOAD_TIMEOUT" });
});

it("leave calls that stand still some memory, for so many, and calls that work get it", async () => {
  const other = connect(`http://127.0.0.1:${port}`);
  const codes: unknown[] = [];
  // A call counts as 64 KiB.
  for (let n = 0; n < 100; n++) void endOf(open("ModelStreamInfer", other)).then(({ code }) => codes.push(code));
  await expect.poll(() => codes.length).toBeGreaterThanOrEqual(36);
  expect(new Set(codes)).toEqual(new Set(["OVERLOADED"]));
  await expect.poll(() => grpc.call("ModelInfer", inference)).toMatchObject({ model_name: "faces-haar" });
  await expect.poll(() => codes).toContain("UPLOAD_TIMEOUT");
  other.destroy();
});

it("get the memory of calls whose clients do not read their answers", async () => {
  // Such a client takes no byte of a message.
  const other = connect(`http://127.0.0.1:${port}`, { settings: { initialWindowSize: 0 } });
  let ended = 0;
  for (let n = 0; n < 100; n++)
    open("ServerLive", other)
      .once("close", () => {
        ended += 1;
      })
      .end(empty);
  // These had no room.
  await expect.poll(() => ended).toBeGreaterThanOrEqual(36);
  await expect.poll(() => grpc.call("ModelInfer", inference)).toMatchObject({ model_name: "faces-haar" });
  // It did not have to wait until all others were given up.
  expect(ended).toBeLessThan(100);
  other.destroy();
});

it("are served when there is nobody else, though larger than all the memory", async () => {
  const large = { ...inference, raw_input_contents: [element(Buffer.concat([astronaut, Buffer.alloc(5 * MiB)]))] };
  expect(await grpc.call("ModelInfer", large)).toMatchObject({ model_name: "faces-haar" });
});

it("that stand still behind another one that came with their beginning end their call, too", async () => {
  const call = open("ModelStreamInfer");
  const answered = once(call, "data");
  call.write(Buffer.concat([empty, prefixOf(2 * MiB), Buffer.alloc(1000)]));
  await answered;
  expect(await endOf(call)).toMatchObject({ code: "UPLOAD_TIMEOUT" });
});

it("are refused when they are compressed, as a few bytes of each may be megabytes", async () => {
  const options = { "grpc.default_compression_algorithm": compressionAlgorithms.gzip };
  const compressing = new GrpcClient(port, options);
  try {
    const refusal = { status: status.UNIMPLEMENTED, code: "TRANSFER_CODING_NOT_IMPLEMENTED" };
    expect(await compressing.failureOf("ModelInfer", inference)).toMatchObject(refusal);
  } finally {
    compressing.close();
  }
});
