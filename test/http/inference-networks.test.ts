/** Networks by the Open Inference Protocol: images and tensors in, tensors out. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { softmax } from "../../lib/vision/models/classifier.ts";
import type { ManifestOf } from "../../lib/vision/models/entry.ts";
import { loadManifests, ownManifest } from "../../lib/vision/models/manifest.ts";
import { placementOf, tensorOf } from "../../lib/vision/models/preprocessing.ts";
import {
  astronaut,
  element,
  floats,
  InferenceClient,
  imageInput,
  inferenceSettings,
  namedOutputs,
  noise,
  outputsOf,
} from "../support/inference-client.ts";
import { form, type Json } from "../support/job-client.ts";
import { modelsDir } from "../support/model-files.ts";
import { cv } from "../support/opencv.ts";
import { type RunningService, startService } from "../support/service.ts";

let service: RunningService;
let client: InferenceClient;
beforeAll(async () => {
  service = await startService(inferenceSettings);
  client = new InferenceClient(service.url);
});
afterAll(() => service.stop());

describe.skipIf(!modelsDir)("networks", () => {
  const process = async (model: string, query = ""): Promise<Json> => {
    const files = form([{ name: "a.png", bytes: new Uint8Array(astronaut) }]);
    return (await client.post(`/process?models=${model}${query}`, files)).body.images[0].results[model];
  };

  it("find in an image what they find by /process", async () => {
    const { faces } = await process("faces-yunet");
    expect(namedOutputs(await client.infer("faces-yunet", { inputs: [imageInput()] }))).toEqual({
      boxes: { datatype: "INT32", shape: [1, 4], data: faces[0].box },
      scores: { datatype: "FP32", shape: [1], data: [faces[0].score] },
      landmarks: { datatype: "FP32", shape: [1, 5, 2], data: faces[0].landmarks.flat() },
    });
    const encoded = await process("face-encoding");
    expect(namedOutputs(await client.infer("face-encoding", { inputs: [imageInput()] })).encodings).toEqual({
      datatype: "FP32",
      shape: [1, 128],
      data: encoded.faces[0].encoding,
    });
    const { labels } = await process("classify", "&topK=3");
    expect(namedOutputs(await client.infer("classify", { inputs: [imageInput()], parameters: { topK: 3 } }))).toEqual({
      labels: { datatype: "BYTES", shape: [3], data: labels.map(({ label }: Json) => label) },
      scores: { datatype: "FP32", shape: [3], data: labels.map(({ score }: Json) => score) },
    });
    const { objects } = await process("objects");
    const request = {
      inputs: [{ name: "image", shape: [1], datatype: "BYTES" }],
      parameters: { binary_data_output: true },
    };
    expect(await outputsOf(await client.inferBinary("objects", request, element(astronaut)))).toEqual({
      boxes: objects.flatMap(({ box }: Json) => box),
      labels: objects.map(({ label }: Json) => label),
      scores: objects.map(({ score }: Json) => Math.fround(score)),
    });
  });

  it("give only the outputs that are named, in that order", async () => {
    const all = namedOutputs(await client.infer("faces-yunet", { inputs: [imageInput()] }));
    const outputs = ["landmarks", "boxes"].map((name) => ({ name }));
    const { body } = await client.infer("faces-yunet", { inputs: [imageInput()], outputs });
    expect(body.outputs).toEqual(outputs.map(({ name }) => ({ name, ...all[name] })));
    const none = await client.infer("faces-yunet", { inputs: [imageInput()], outputs: [] });
    expect(namedOutputs(none)).toEqual(all);
    const ofNetwork = await client.infer("faces-yunet", { inputs: [imageInput()], outputs: [{ name: "cls_8" }] });
    expect(ofNetwork).toMatchObject({ status: 400, body: { code: "INVALID_TENSOR" } });
  });

  it("take tensors as they are: what `classify` finds in an image comes of its pixels", async () => {
    const color = cv.imdecode(astronaut);
    const { input } = loadManifests([ownManifest]).find(({ name }) => name === "classify") as ManifestOf<"classifier">;
    const planes = tensorOf(cv, color, input, placementOf(color.cols, color.rows, input));
    const asBytes = await client.inferBinary(
      "classify",
      { inputs: [floats], outputs: [{ name: "output", parameters: { binary_data: true } }] },
      Buffer.from(planes.buffer),
    );
    const logits = (await outputsOf(asBytes)).output as number[];
    const { labels } = await process("classify", "&topK=1");
    expect(Math.max(...softmax(logits))).toBeCloseTo(labels[0].score, 5);

    const { body } = await client.infer("classify", { inputs: [{ ...floats, data: [Array.from(planes)] }] });
    expect(body.outputs).toEqual([{ name: "output", datatype: "FP32", shape: [1, 1000], data: logits }]);
    // A batch: each row as if it were alone.
    const two = await client.infer("classify", {
      inputs: [{ ...floats, shape: [2, 3, 224, 224], data: [Array.from(planes), noise] }],
    });
    expect(two.body.outputs[0].shape).toEqual([2, 1000]);
    expect(two.body.outputs[0].data.slice(0, 1000)).toEqual(logits);
  });

  it("give all their outputs, of the shapes they say", async () => {
    for (const model of ["faces-yunet", "face-encoding", "objects"]) {
      const { body } = await client.get(`/v2/models/${model}`);
      const [, { name, shape: any }] = body.inputs;
      const shape = any.map((size: number, index: number) => (size === -1 ? [1, 3, 64, 96][index] : size));
      const tensor = Buffer.alloc(4 * shape.reduce((product: number, size: number) => product * size, 1));
      const outputs = body.outputs.filter(
        (output: Json) => !["boxes", "scores", "labels", "landmarks", "encodings"].includes(output.name),
      );
      const response = await client.inferBinary(model, { inputs: [{ name, datatype: "FP32", shape }] }, tensor);
      expect(response.status).toBe(200);
      const answer = (await response.json()) as Json;
      expect(answer.outputs.map((output: Json) => output.name)).toEqual(outputs.map((output: Json) => output.name));
      for (const [index, { shape: actual, data }] of answer.outputs.entries()) {
        const expected: number[] = outputs[index].shape;
        expect(expected.every((size, at) => size === -1 || size === actual[at])).toBe(true);
        expect(data).toHaveLength(actual.reduce((product: number, size: number) => product * size, 1));
      }
    }
  });

  it.each<[string, string, object]>([
    ["of another size", "classify", { ...floats, shape: [1, 3, 10, 10], data: noise.slice(0, 300) }],
    ["of another rank", "classify", { ...floats, shape: [3, 224, 224], data: noise }],
    ["of nothing", "classify", { ...floats, shape: [0, 3, 224, 224], data: [] }],
    ["with a number too few", "classify", { ...floats, data: noise.slice(1) }],
    ["with text in it", "classify", { ...floats, data: ["a", ...noise.slice(1)] }],
    ["nested too deep", "classify", { ...floats, data: [[[[[noise]]]]] }],
    ["called otherwise", "classify", { ...floats, name: "data", data: noise }],
    ["of integers", "classify", { ...floats, datatype: "INT32", data: noise }],
    [
      "of a batch the network cannot take",
      "objects",
      { name: "images", shape: [2, 3, 416, 416], datatype: "FP32", data: [0] },
    ],
    ["larger than any image", "faces-yunet", { ...floats, shape: [1, 3, 4000, 4000], data: [0] }],
    [
      "the network itself cannot take",
      "faces-yunet",
      { ...floats, shape: [1, 3, 33, 47], data: noise.slice(0, 3 * 33 * 47) },
    ],
  ])("refuse a tensor %s", async (_name, model, input) => {
    const { status, body } = await client.infer(model, { inputs: [input] });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { code: "INVALID_TENSOR", error: expect.any(String) },
    });
    expect(await client.infer(model, { inputs: [imageInput()] })).toMatchObject({ status: 200 });
  });

  it("refuse an option that only models of another task take", async () => {
    const answer = await client.infer("classify", { inputs: [imageInput()], parameters: { scoreThreshold: 0.5 } });
    expect(answer).toMatchObject({ status: 400, body: { code: "INVALID_OPTION" } });
  });

  it("refuse options that mean nothing to a tensor", async () => {
    const answer = await client.infer("classify", { inputs: [{ ...floats, data: noise }], parameters: { topK: 3 } });
    expect(answer).toMatchObject({ status: 400, body: { code: "INVALID_OPTION" } });
  });
});
