/**
 * Measures whether running images of the same size as one batch saves time: CPU time of an image in batches of several
 * sizes against one alone, and whether the outputs are the same bit for bit. Measures networks only, without images.
 *
 *   node scripts/run.mjs node bench/batches.ts [rounds]
 *
 * Needs the model files. Rounds are interleaved; the least CPU time is reported, which other work affects least.
 */
import { join } from "node:path";
import * as onnx from "onnxruntime-node";
import { openNetwork } from "../lib/vision/models/runtime.ts";
import { modelsDir } from "../test/support/model-files.ts";
import { Random } from "../test/support/random.ts";

const rounds = Number(process.argv[2] ?? 9);
const BATCHES = [2, 4, 8];
/** Files of networks, with the width and height of their input in pixels. */
const NETWORKS = { "yunet_n_dynamic.onnx": 256, "mobilenetv2-12-int8.onnx": 224, "MobileFaceNet.onnx": 112 };

async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const rows: Record<string, string | number>[] = [];
for (const [file, side] of Object.entries(NETWORKS)) {
  const network = await openNetwork(onnx, join(modelsDir as string, file), 1);
  if (network.form.input.shape[0] !== -1) {
    rows.push({ network: file, batch: `${network.form.input.shape[0]} only` });
    continue;
  }
  const length = 3 * side * side;
  const random = new Random(3);
  for (const batch of BATCHES) {
    const values = Float32Array.from({ length: batch * length }, () => random.integer(0, 255));
    const images = Array.from({ length: batch }, (_, index) => values.slice(index * length, (index + 1) * length));
    const together = () => network.infer(values, [batch, 3, side, side]);
    const apart = () => Promise.all(images.map((image) => network.infer(image, [1, 3, side, side])));
    const [inBatch, alone] = [await together(), await apart()];
    let differing = 0;
    for (const [output, { values: all }] of inBatch.entries())
      for (const [index, value] of alone.flatMap((one) => Array.from(one[output]?.values ?? [])).entries())
        if (value !== all[index]) differing++;
    const times = { apart: Number.POSITIVE_INFINITY, together: Number.POSITIVE_INFINITY };
    for (let round = 0; round < rounds; round++) {
      times.apart = Math.min(times.apart, (await cpuMs(apart)) / batch);
      times.together = Math.min(times.together, (await cpuMs(together)) / batch);
    }
    rows.push({
      network: file,
      batch,
      "alone, ms": times.apart.toFixed(2),
      "in the batch, ms": times.together.toFixed(2),
      "values that differ": differing,
    });
  }
}
console.table(rows);
