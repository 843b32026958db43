import { expect, it } from "vitest";
import { openCatalog } from "../../lib/vision/models/catalog.ts";
import { constantNetwork } from "../support/onnx-file.ts";
import { withOwnModels } from "../support/own-models.ts";

it("loads a detector once that is not served and that several encoders need", async () => {
  const network = constantNetwork({ shape: [1, 3, 112, 112] }, [{ name: "out", shape: [1, 2], values: [3, 4] }]);
  const encoder = {
    ...{ kind: "face-encoder", detector: "finder", input: { colors: "rgb" } },
    thresholds: { samePerson: 0.5 },
  };
  const input = { fit: "scale-down", maxSide: 640, stride: 32, padding: 0, colors: "rgb" };
  const finder = { kind: "face-detector", layout: "scrfd", input, thresholds: { score: 0.5, overlap: 0.4 } };
  const own = withOwnModels([
    { name: "one", network, entry: encoder },
    { name: "another", network, entry: encoder },
    { name: "finder", network, entry: finder },
  ]);
  const { MODELS_DIR: modelsDir, MODELS_MANIFEST: modelsManifest } = own.settings;
  const { loadable } = await openCatalog({ modelsDir, modelsManifest, models: "one,another" });
  expect(loadable.map(({ manifest: { name }, isHidden = false }) => [name, isHidden])).toEqual([
    ["one", false],
    ["another", false],
    ["finder", true],
  ]);
  own.remove();
});
