/** Models stop when an image's time is over, however many faces or objects it shows. */
import { describe, expect, it } from "vitest";
import { InputImage } from "../../lib/vision/input-image.ts";
import { openCatalog } from "../../lib/vision/models/catalog.ts";
import { ModelRegistry } from "../../lib/vision/models/registry.ts";
import { openNetwork } from "../../lib/vision/models/runtime.ts";
import { selfCheckFile } from "../../lib/vision/self-check.ts";
import { sample } from "../support/images.ts";
import { modelsDir } from "../support/model-files.ts";
import { startModelPool } from "../support/model-pool.ts";
import { cv } from "../support/opencv.ts";

const MODELS = ["faces-yunet", "face-encoding", "objects"];

/** Three faces beside each other. */
function threeFaces(): Buffer {
  const face = cv.imdecode(sample("astronaut.png"), cv.IMREAD_COLOR).getRegion(new cv.Rect(120, 0, 220, 260));
  const image = new cv.Mat(260, 660, cv.CV_8UC3, [0, 0, 0]);
  for (const x of [0, 220, 440]) face.copyTo(image.getRegion(new cv.Rect(x, 0, 220, 260)));
  return cv.imencode(".png", image);
}

describe.skipIf(!modelsDir)("a model's work on an image", { timeout: 120_000 }, () => {
  it("asks for the time at each candidate and before each encoding, and ends when it is over", async () => {
    const catalog = await openCatalog({ modelsDir: modelsDir as string, modelsManifest: "", models: MODELS.join(",") });
    const network = async (path: string) => openNetwork(await import("onnxruntime-node"), path, 1);
    const registry = await ModelRegistry.load({ cv, openNetwork: network }, catalog.loadable, selfCheckFile());
    expect(registry.unavailable).toEqual({});
    const file = threeFaces();
    /** @returns how often the model asked for the time, which is over after so many calls. */
    const callsOf = async (model: string, most = Number.POSITIVE_INFINITY) => {
      const image = new InputImage(cv, file, Number.POSITIVE_INFINITY);
      let calls = 0;
      const checkTime = () => {
        calls += 1;
        if (calls > most) throw new Error("The time is over.");
      };
      try {
        await registry.run(model, image, {}, checkTime);
        return calls;
      } finally {
        image.release();
      }
    };
    const candidates = await callsOf("faces-yunet");
    expect(candidates).toBeGreaterThanOrEqual(3);
    expect(await callsOf("face-encoding")).toBe(candidates + 3);
    expect(await callsOf("objects")).toBeGreaterThan(0);
    await expect(callsOf("faces-yunet", candidates - 1)).rejects.toThrow("The time is over.");
    await expect(callsOf("face-encoding", candidates + 2)).rejects.toThrow("The time is over.");
    await expect(callsOf("objects", 0)).rejects.toThrow("The time is over.");
  });

  it.each(MODELS)("has the image's time limit in the pool's threads: %s", async (model) => {
    const pool = await startModelPool(1, model);
    // The network alone takes longer.
    await expect(pool.analyse(threeFaces(), [model], {}, 1)).rejects.toMatchObject({
      type: "IMAGE_TIMEOUT",
      message: `The model ${model} was stopped after 1 ms.`,
      data: { timeoutMs: 1 },
    });
    await pool.close();
  });
});
