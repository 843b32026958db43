/** A service whose models are damaged, missing, new, limited or wrongly named. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sample } from "../support/images.ts";
import { JobClient, type Json } from "../support/job-client.ts";
import { copyOfModels, modelsDir } from "../support/model-files.ts";
import { nearBox } from "../support/near.ts";
import { startService } from "../support/service.ts";

function form(...names: string[]): FormData {
  const data = new FormData();
  for (const name of names) data.append("images", new Blob([new Uint8Array(sample(name))]), name);
  return data;
}

describe.skipIf(!modelsDir)("a service whose models are not all as they should be", () => {
  it("serves the others, and says what is wrong: a damaged file, a missing one, a false reference", async () => {
    const folder = copyOfModels();
    const manifest = join(folder, "more.json");
    const own = JSON.parse(readFileSync("lib/vision/models/manifest.json", "utf8")).models[0];
    writeFileSync(manifest, JSON.stringify({ models: [{ ...own, name: "liar", reference: "liar.json" }] }));
    writeFileSync(join(folder, "liar.json"), JSON.stringify({ faces: [] }));
    const path = join(folder, "yolox_nano.onnx");
    const damaged = readFileSync(path);
    damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] as number) ^ 1;
    rmSync(path);
    writeFileSync(path, damaged);
    rmSync(join(folder, "MobileFaceNet.onnx"));

    const service = await startService({ MODELS_DIR: folder, MODELS_MANIFEST: manifest });
    const client = new JobClient(service.url);
    const { body } = await client.get("/v1/models");
    const models = Object.fromEntries(body.items.map((model: Json) => [model.name, model]));
    expect(models.objects).toMatchObject({
      state: "unavailable",
      reason: expect.stringMatching(/yolox_nano\.onnx is damaged/),
    });
    expect(models["face-encoding"]).toMatchObject({
      state: "unavailable",
      reason: expect.stringMatching(/MobileFaceNet\.onnx is missing/),
    });
    expect(models.liar).toMatchObject({
      state: "unavailable",
      reason: expect.stringMatching(/does not reproduce its reference result \(1 found instead of 0\)/),
    });
    for (const { reason = "" } of body.items) expect(reason).not.toContain(folder);
    const states = { "faces-yunet": "ready", classify: "ready", objects: "unavailable", liar: "unavailable" };
    expect((await client.get("/readyz")).body.models).toMatchObject(states);
    await expect.poll(() => service.log.join("\n")).toContain("yolox_nano.onnx is damaged");

    const refused = await client.post("/process?models=classify,objects", form("coffee.png"));
    expect(refused).toMatchObject({ status: 503, body: { code: "MODEL_UNAVAILABLE", model: "objects" } });
    const served = await client.post("/process?models=faces-yunet,classify", form("coffee.png"));
    expect(served.body.images[0].results.classify.labels[0].label).toBe("espresso");
    await service.stop();
    rmSync(folder, { recursive: true });
  });

  it("serves a new model by a manifest alone, of the older form too", async () => {
    const folder = copyOfModels();
    const manifest = join(folder, "more.json");
    const [yunet, encoder] = JSON.parse(readFileSync("lib/vision/models/manifest.json", "utf8")).models;
    const file = readFileSync(join(modelsDir as string, "yunet_s_640_640.onnx"));
    writeFileSync(join(folder, "yunet_s_640_640.onnx"), file);
    const { reference: _reference, layout: _layout, coarsePass: _pass, ...entry } = yunet;
    const small = {
      ...entry,
      name: "faces-small",
      version: "yunet-s",
      files: {
        model: {
          name: "yunet_s_640_640.onnx",
          url: "https://example.org/yunet_s_640_640.onnx",
          sha256: "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
          bytes: file.length,
        },
      },
      // This one was exported for one size. Kinds were networks before.
      kind: "yunet",
      input: { size: 640 },
    };
    const { reference: _other, ...encoding } = encoder;
    const encodingBySmall = { ...encoding, name: "encoding-small", detector: "faces-small" };
    writeFileSync(manifest, JSON.stringify({ models: [small, encodingBySmall] }));
    const service = await startService({
      MODELS_DIR: folder,
      MODELS_MANIFEST: manifest,
      MODELS: "encoding-small,faces-small",
    });
    const client = new JobClient(service.url);
    expect((await client.get("/readyz")).body.models).toEqual({ "faces-small": "ready", "encoding-small": "ready" });
    const { body } = await client.post("/process?models=faces-small,encoding-small", form("astronaut.png"));
    const { "faces-small": faces, "encoding-small": encodings } = body.images[0].results;
    expect(faces).toMatchObject({ version: "yunet-s", faces: [{ box: nearBox(182, 65, 89, 112) }] });
    expect(encodings.faces[0].encoding).toHaveLength(128);
    await service.stop();
    rmSync(folder, { recursive: true });
  });

  it("is limited to some models by MODELS", async () => {
    const service = await startService({ MODELS_DIR: modelsDir, MODELS: "face-encoding" });
    const client = new JobClient(service.url);
    expect((await client.get("/readyz")).body.models).toEqual({ "face-encoding": "ready" });
    const { body } = await client.post("/process?models=face-encoding", form("astronaut.png"));
    expect(body.images[0].results["face-encoding"].faces).toHaveLength(1);
    // Its detector is loaded for it, and not served.
    const other = await client.post("/process?models=faces-yunet", form("astronaut.png"));
    expect(other).toMatchObject({ status: 404, body: { code: "MODEL_NOT_FOUND" } });
    const byDefault = await client.post("/process", form("astronaut.png"));
    expect(byDefault).toMatchObject({ status: 503, body: { code: "MODEL_UNAVAILABLE" } });
    const job = await client.post("/v1/jobs", form("astronaut.png"));
    expect(job).toMatchObject({ status: 404, body: { code: "MODEL_NOT_FOUND", model: "faces-haar" } });
    await service.stop();
  });

  it.each([
    [{ MODELS: "nothing" }, "MODELS names what no manifest has: nothing"],
    [{ MODELS_MANIFEST: "/none.json" }, "The manifest /none.json cannot be used"],
  ])("does not start with %j", async (settings, message) => {
    await expect(startService(settings)).rejects.toThrow(message);
  });
});
