/** Runs a network on a tensor too large for the process's memory limit, then on a small one. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { openCatalog } from "../../lib/vision/models/catalog.ts";
import { ModelRegistry } from "../../lib/vision/models/registry.ts";
import { openNetwork } from "../../lib/vision/models/runtime.ts";
import { selfCheckFile } from "../../lib/vision/self-check.ts";
import { modelsDir } from "./model-files.ts";
import { cv } from "./opencv.ts";

const MODEL = "faces-yunet";
/** Headroom for everything except the network, each of whose first layers takes more. */
const ROOM_BYTES = 20 * 2 ** 20;

const { loadable } = await openCatalog({ modelsDir: modelsDir as string, modelsManifest: "", models: MODEL });
const onnx = await import("onnxruntime-node");
const registry = await ModelRegistry.load(
  { cv, openNetwork: (path) => openNetwork(onnx, path, 1) },
  loadable,
  selfCheckFile(),
);
const outcomes: unknown[] = [];
const infer = (side: number, values: Float32Array) =>
  registry.infer(MODEL, values, [1, 3, side, side]).then(
    () => outcomes.push("done"),
    (error) => outcomes.push({ type: error.type, message: error.message }),
  );
const [large, small] = [new Float32Array(3 * 3200 * 3200), new Float32Array(3 * 32 * 32)];
const usedKiB = Number(/VmSize:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
execFileSync("prlimit", ["--pid", String(process.pid), `--as=${usedKiB * 1024 + ROOM_BYTES}`]);
await infer(3200, large);
await infer(32, small);
console.log(JSON.stringify(outcomes));
