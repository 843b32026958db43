/** What networks run on. Every machine has a processor, and none has a provider that onnxruntime was built without. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Model } from "../../lib/contracts/model.ts";
import { ownManifest } from "../../lib/vision/models/manifest.ts";
import { withFirstWorking } from "../../lib/vision/models/providers.ts";
import { modelsDir } from "../support/model-files.ts";
import { flatteningNetwork } from "../support/onnx-file.ts";
import { type RunningService, startService } from "../support/service.ts";

const NOT_HERE = "coreml cannot be used: onnxruntime has no such provider here.";

describe("the first provider that works", () => {
  const failing = (names: string[]) => async (name: string) => {
    if (names.includes(name)) throw new Error(`[${name}] backend not found.`);
    return name;
  };

  it("is used, and says why those before it are not", async () => {
    expect(await withFirstWorking(["cpu", "coreml"], failing([]))).toEqual({ opened: "cpu", provider: "cpu" });
    expect(await withFirstWorking(["coreml", "cpu"], failing(["coreml"]))).toEqual({
      opened: "cpu",
      provider: "cpu",
      fallbackReason: NOT_HERE,
    });
  });

  it("is missed with the reasons of all", async () => {
    await expect(withFirstWorking(["coreml", "webgpu"], failing(["coreml", "webgpu"]))).rejects.toThrow(
      `${NOT_HERE} webgpu cannot be used: onnxruntime has no such provider here.`,
    );
  });

  it("is not looked for where the processor cannot read the network", async () => {
    const open = async () => {
      throw new Error("Protobuf parsing failed.");
    };
    await expect(withFirstWorking(["cpu", "webgpu"], open)).rejects.toThrow("Protobuf parsing failed.");
  });
});

it("a provider that cannot be used is told in our log only", () => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-providers-"));
  const path = join(folder, "network.onnx");
  writeFileSync(path, flatteningNetwork({ shape: [1, 3, 8, 8] }));
  const program = `
    import * as onnx from "onnxruntime-node";
    import { openNetwork } from "./lib/vision/models/runtime.ts";
    await openNetwork(onnx, process.argv[1], 1, ["cuda", "cpu"]);
    console.log("open");`;
  const options = { cwd: join(import.meta.dirname, "../.."), encoding: "utf8" } as const;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program, path], options);
  rmSync(folder, { recursive: true });
  expect({ stdout, stderr }).toEqual({ stdout: "open\n", stderr: "" });
});

describe.skipIf(!modelsDir || process.platform !== "linux")("PROVIDERS", () => {
  let service: RunningService | undefined;
  afterEach(() => service?.stop());

  async function modelsWith(environment: NodeJS.ProcessEnv): Promise<Record<string, Model>> {
    service = await startService({ MODELS_DIR: modelsDir, MODELS: "faces-haar,objects", ...environment });
    const { items } = (await (await fetch(`${service.url}/v1/models`)).json()) as { items: Model[] };
    return Object.fromEntries(items.map((model) => [model.name, model]));
  }

  it("fall back to what is named, and to nothing else", async () => {
    const { objects, "faces-haar": haar } = await modelsWith({ PROVIDERS: "coreml,cpu" });
    expect(objects).toMatchObject({ state: "ready", network: { provider: "cpu", fallbackReason: NOT_HERE } });
    await expect.poll(() => service?.log.join()).toContain("A model runs on cpu instead");
    await service?.stop();
    const alone = await modelsWith({ PROVIDERS: "coreml" });
    expect(alone.objects).toMatchObject({ state: "unavailable", reason: NOT_HERE });
    expect([haar?.state, alone["faces-haar"]?.state]).toEqual(["ready", "ready"]);
  });

  it("of a model count in place of those of the process", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sightline-providers-"));
    try {
      const { models } = JSON.parse(readFileSync(ownManifest, "utf8"));
      const objects = models.find(({ name }: { name: string }) => name === "objects");
      const { reference: _, ...rest } = objects;
      const mine = { ...rest, name: "mine", providers: ["coreml"] };
      const manifest = join(folder, "models.json");
      writeFileSync(manifest, JSON.stringify({ models: [mine] }));
      const found = await modelsWith({ MODELS_MANIFEST: manifest, MODELS: "objects,mine" });
      expect(found.mine).toMatchObject({ state: "unavailable", reason: NOT_HERE });
      expect(found.objects).toMatchObject({ state: "ready", network: { provider: "cpu" } });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
