/** Messages of gRPC that arrive slowly, or are too many for the memory they may occupy. */
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import { afterAll, beforeAll, expect, it } from "vitest";
import { GrpcClient } from "../support/grpc-client.ts";
import { astronautFaces } from "../support/images.ts";
import { astronaut, element } from "../support/inference-client.ts";
import { freePort, type RunningService, startService } from "../support/service.ts";

const MiB = 2 ** 20;
let service: RunningService;
let grpc: GrpcClient;
let session: ClientHttp2Session;
beforeAll(async () => {
  const port = await freePort();
  service = await startService({
    GRPC_PORT: String(port),
    MAX_UPLOAD_BYTES_IN_FLIGHT: String(4 * MiB),
    UPLOAD_IDLE_TIMEOUT_MS: "4000",
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

/** A call with the beginning of a message of 2 MiB. */
function begin(bytes: number, method = "ModelInfer"): ClientHttp2Stream {
  const headers = { "content-type": "application/grpc", te: "trailers" };
  const path = `/inference.GRPCInferenceService/${method}`;
  const call = session.request({ ":method": "POST", ":path": path, ...headers }, { endStream: false });
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(2 * MiB, 1);
  call.on("error", () => {}).resume();
  call.write(Buffer.concat([prefix, Buffer.alloc(bytes)]));
  return call;
}

/** The stable code with which a call ends. */
function codeOf(call: ClientHttp2Stream): Promise<unknown> {
  return new Promise((resolve) => {
    call.once("trailers", ({ code }) => resolve(code));
    call.once("close", () => resolve("closed"));
  });
}

it("occupy no more than they may, and make room for others when they stand still", async () => {
  const codes = Array.from({ length: 8 }, () => codeOf(begin(MiB)));
  const answered = await grpc.call("ModelInfer", inference);
  expect(answered.outputs).toMatchObject([{ name: "boxes", shape: [1, astronautFaces.flat().length] }]);
  const ends = await Promise.all(codes);
  expect(ends.filter((code) => code === "OVERLOADED").length).toBeGreaterThan(0);
  expect(ends.filter((code) => code !== "OVERLOADED" && code !== "UPLOAD_TIMEOUT")).toEqual([]);
});

it("end their call when they stand still, but a stream may do so between them", async () => {
  const stream = grpc.stream();
  const answers: unknown[] = [];
  const answeredTwice = new Promise<void>((resolve) => {
    stream.on("data", (answer) => answers.push(answer) === 2 && resolve());
  });
  stream.write(inference);
  await expect.poll(() => answers.length, { timeout: 20_000 }).toBe(1);
  expect(await codeOf(begin(1000))).toBe("UPLOAD_TIMEOUT");
  stream.write(inference);
  await answeredTwice;
  stream.end();
});

it("are served when there is nobody else, though larger than all the memory", async () => {
  const large = { ...inference, raw_input_contents: [element(Buffer.concat([astronaut, Buffer.alloc(5 * MiB)]))] };
  expect(await grpc.call("ModelInfer", large)).toMatchObject({ model_name: "faces-haar" });
});
