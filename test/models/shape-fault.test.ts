/** Whose fault it is that a network does not run: the tensor's or the runtime's. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { isShapeFault } from "../../lib/vision/models/shape-fault.ts";
import { findShared } from "../support/shared-data.ts";

const onnx = await import("onnxruntime-node");

describe("an error of onnxruntime", () => {
  const yunet = findShared("models/yunet_n_dynamic.onnx");
  it.skipIf(!yunet).each([
    ["rank", [3, 32, 32]],
    ["channels", [1, 4, 32, 32]],
    ["size, which a node in the middle sees", [1, 3, 33, 47]],
  ])("of a tensor of another %s is the tensor's", async (_name, shape) => {
    const session = await onnx.InferenceSession.create(yunet as string, { logSeverityLevel: 4 });
    const values = new Float32Array(shape.reduce((product, size) => product * size));
    const run = session.run({ [session.inputNames[0] as string]: new onnx.Tensor("float32", values, shape) });
    const error = await run.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(isShapeFault(error)).toBe(true);
  });

  const node = "Non-zero status code returned while running Reshape node. Name:'Reshape_1' Status Message: ";
  it.each([
    `${node}/onnxruntime_src/bfc_arena.cc:360 Failed to allocate memory for requested buffer of size 163840000`,
    `${node}std::bad_alloc`,
    `${node}CUDA error 700: an illegal memory access was encountered`,
    "Failed to allocate memory for the output shape",
    "bad allocation",
    "Cannot read properties of undefined (reading 'dims')",
    "",
  ])("is the runtime's: %s", (message) => {
    expect(isShapeFault(new Error(message))).toBe(false);
  });

  it("is the runtime's where it is none", () => {
    expect(isShapeFault("Got invalid dimensions")).toBe(false);
    expect(isShapeFault(undefined)).toBe(false);
  });
});

it.skipIf(!findShared("models/yunet_n_dynamic.onnx"))(
  "a lack of memory is not told as a fault of the tensor",
  async () => {
    const script = join(import.meta.dirname, "../support/starved-network.ts");
    const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 50_000 });
    const [large, small] = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    expect(large.message).toMatch(/allocate memory/);
    expect(large.type).toBeUndefined();
    expect(small).toBe("done");
  },
);
