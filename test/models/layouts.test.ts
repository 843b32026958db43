/**
 * A model of each layout, added by a manifest alone. The networks are made here, with outputs whose meaning is computed
 * by hand: boxes in inputs of 64 × 64 pixels, for an image of 128 × 64.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blackPng } from "../support/images.ts";
import { form, JobClient, type Json } from "../support/job-client.ts";
import { constantNetwork, flatteningNetwork, type NetworkOutput } from "../support/onnx-file.ts";
import { cv } from "../support/opencv.ts";
import { type OwnModel, withOwnModels } from "../support/own-models.ts";
import { type RunningService, startService } from "../support/service.ts";

const shape = [1, 3, 64, 64];
const stretch = { fit: "stretch", width: 64, height: 64, colors: "rgb" };
/** The image at half its size, in the upper half. */
const corner = { ...stretch, fit: "letterbox", padding: 0, position: "corner" };
/** 16 pixels lower. */
const centre = { ...corner, position: "centre" };
const thresholds = { score: 0.3, overlap: 0.45 };
const labels = ["ant", "bee", "cat"];
const { log } = Math;

/** Rows of zeros but for those given by index. */
function rows(count: number, columns: number, given: Record<number, readonly number[]> = {}): NetworkOutput["values"] {
  return Array.from({ length: count }, (_, row) => given[row] ?? Array<number>(columns).fill(0)).flat();
}

function transposed(values: readonly number[], columns: number): number[] {
  const count = values.length / columns;
  return Array.from({ length: values.length }, (_, at) => values[(at % count) * columns + Math.floor(at / count)] ?? 0);
}

const output = (name: string, dimensions: number[], values: readonly number[]) => ({ name, shape: dimensions, values });
const network = (...outputs: NetworkOutput[]) => constantNetwork({ shape }, outputs);

/** The face is at stride 16, in the cell of row 1 and column 2; the next cell finds it too. */
const yunet = network(
  ...[8, 16, 32].flatMap((stride) => {
    const cells = (64 / stride) ** 2;
    const isHere = stride === 16;
    const boxes = { 6: [0.5, 0.25, log(1.5), log(1)], 7: [-0.5, 0.25, log(1.4), log(1)] };
    const points = { 6: [0, 0, 0.5, 0, 0.25, 0.5, 0, 0.75, 0.5, 0.75] };
    return [
      output(`cls_${stride}`, [1, cells, 1], rows(cells, 1, isHere ? { 6: [0.81], 7: [0.64], 0: [0.04] } : {})),
      output(`obj_${stride}`, [1, cells, 1], rows(cells, 1, isHere ? { 6: [1.5], 7: [1], 0: [1] } : {})),
      output(`bbox_${stride}`, [1, cells, 4], rows(cells, 4, isHere ? boxes : {})),
      output(`kps_${stride}`, [1, cells, 10], rows(cells, 10, isHere ? points : {})),
    ];
  }),
);
const yunetFace = {
  box: [56, 24, 48, 32],
  score: 0.9,
  landmarks: [
    [64, 32],
    [80, 32],
    [72, 48],
    [64, 56],
    [80, 56],
  ],
};

/** The face is at stride 32, in the last cell, whose point is (32, 32): both of its rows find it, the second better. */
function scrfd(hasLandmarks: boolean): Buffer {
  const counts = [128, 32, 8];
  const ofEach = (columns: number, found: Record<number, readonly number[]>, withBatch: boolean) =>
    counts.map((count) => {
      const dimensions = withBatch ? [1, count, columns] : [count, columns];
      return output(`${columns} ${count}`, dimensions, rows(count, columns, count === 8 ? found : {}));
    });
  return network(
    ...(hasLandmarks ? ofEach(10, { 7: [-0.25, 0, 0.25, 0, 0, 0.125, -0.25, 0.25, 0.25, 0.25] }, false).reverse() : []),
    ...ofEach(1, { 6: [0.75], 7: [0.8] }, hasLandmarks),
    ...ofEach(4, { 6: [0.5, 0.25, 0.4, 0.25], 7: [0.5, 0.25, 0.5, 0.25] }, false),
  );
}
const scrfdFace = { box: [32, 16, 64, 32], score: 0.8 };

/** The face is at stride 16, in the cell of row 1 and column 1, by the prior of 128 pixels around (24, 24). */
const retinaface = network(
  output("loc", [1, 168, 4], rows(168, 4, { 139: [0.625, -0.625, log(0.25) / 0.2, log(0.125) / 0.2] })),
  output("conf", [1, 168, 2], rows(168, 2, { 139: [0.25, 0.75], 0: [0.9, 0.1] })),
  output("landms", [1, 168, 10], rows(168, 10, { 139: [0, 0, 0.625, 0, 0, 0.625, 0, 0, -0.625, -0.625] })),
);

/** At stride 8, in the cell of row 2 and column 3, and too unlikely at stride 32. */
const yolox = network(
  output(
    "output",
    [1, 84, 8],
    rows(84, 8, { 19: [0.5, 0.25, log(2), 0, 0.9, 0.5, 0.1, 0.8], 83: [0, 0, 0, 0, 0.5, 0.5, 0, 0] }),
  ),
);

const yolov8Rows = [
  [32, 16, 16, 8, 0.1, 0.9, 0.2],
  [33, 16, 16, 8, 0.1, 0.8, 0.2],
  [32, 16, 16, 8, 0.7, 0.1, 0.2],
  [50, 16, 16, 8, 0.1, 0.2, 0.1],
  [0, 4, 8, 8, 0.1, 0.2, 0.6],
].flat();
const yolov8Objects = [
  { label: "bee", box: [48, 24, 32, 16], score: 0.9 },
  { label: "ant", box: [48, 24, 32, 16], score: 0.7 },
  { label: "cat", box: [0, 0, 8, 16], score: 0.6 },
];

const object = (name: string, layout: string, made: Buffer, more: object = {}): OwnModel => ({
  name,
  network: made,
  labels,
  entry: { kind: "object-detector", layout, input: corner, thresholds, ...more },
});
const face = (name: string, layout: string, made: Buffer, input: object): OwnModel => ({
  name,
  network: made,
  entry: { kind: "face-detector", layout, input, thresholds },
});
const classifier = (name: string, made: Buffer, entry: object, classes: readonly string[] = labels): OwnModel => ({
  name,
  network: made,
  labels: classes,
  entry: { kind: "classifier", input: stretch, ...entry },
});
const encoder = (name: string, made: Buffer, detector: string): OwnModel => ({
  name,
  network: made,
  entry: { kind: "face-encoder", detector, input: { colors: "rgb" }, thresholds: { samePerson: 0.3 } },
});

const usable: readonly OwnModel[] = [
  face("yunet", "yunet", yunet, corner),
  face("scrfd", "scrfd", scrfd(true), centre),
  face("scrfd-boxes", "scrfd", scrfd(false), centre),
  face("retinaface", "retinaface", retinaface, stretch),
  object("yolox", "yolox", yolox),
  object("yolov8", "yolov8", network(output("output0", [1, 7, 5], transposed(yolov8Rows, 7)))),
  object("yolov8-rows", "yolov8", network(output("output0", [1, 5, 7], yolov8Rows))),
  object(
    "yolov5",
    "yolov5",
    network(
      output(
        "output",
        [1, 3, 8],
        rows(3, 8, {
          0: [32, 16, 16, 8, 0.5, 0.1, 0.8, 0.2],
          1: [32, 16, 16, 8, 0.8, 0.1, 0.75, 0.2],
          2: [10, 16, 4, 4, 0.5, 0.5, 0.1, 0.2],
        }),
      ),
    ),
  ),
  object(
    "end-to-end",
    "end-to-end",
    network(output("output0", [1, 3, 6], rows(3, 6, { 0: [10, 4, 30, 20, 0.9, 2], 1: [10, 4, 30, 21, 0.8, 2] }))),
    { thresholds: { score: 0.3, overlap: 1 } },
  ),
  classifier("logits", network(output("output", [1, 3], [0, log(3), 0])), { layout: "logits" }),
  classifier("probabilities", network(output("output", [1, 3], [0.25, 0.125, 0.5])), { layout: "probabilities" }),
  encoder("encoder", constantNetwork({ shape: [1, 3, 112, 112] }, [output("output", [1, 3], [3, 0, 4])]), "yunet"),
];

const unusable: readonly (readonly [OwnModel, reason: string])[] = [
  [
    face("other-layout", "scrfd", network(output("scores", [1, 7, 5], yolov8Rows)), corner),
    "The network has the outputs `scores` (1×7×5); the layout scrfd needs 6 or 9 outputs.",
  ],
  [
    face(
      "other-size",
      "retinaface",
      constantNetwork({ shape: [1, 3, -1, -1] }, [
        output("loc", [1, 168, 4], rows(168, 4)),
        output("conf", [1, 168, 2], rows(168, 2)),
        output("landms", [1, 168, 10], rows(168, 10)),
      ]),
      { ...corner, width: 96 },
    ),
    "The output `loc` has the shape 1×168×4; the layout retinaface needs 1×252×4.",
  ],
  [
    face("no-yunet", "yunet", network(output("cls_8", [1, 64, 1], rows(64, 1))), corner),
    "The network has the outputs `cls_8` (1×64×1); the layout yunet needs `obj_8`.",
  ],
  [
    object("other-labels", "yolov8", network(output("output0", [1, 84, 10], rows(84, 10)))),
    "The output `output0` has the shape 1×84×10; the layout yolov8 needs 1×7×boxes, or 1×boxes×7.",
  ],
  [
    object("other-fields", "yolov5", network(output("output0", [1, 5, 7], yolov8Rows))),
    "The output `output0` has the shape 1×5×7; the layout yolov5 needs 1×boxes×8.",
  ],
  [
    object("no-label", "end-to-end", network(output("output0", [1, 1, 6], [10, 4, 30, 20, 0.9, 3]))),
    "The output `output0` has an object of class 3; there are 3 labels.",
  ],
  [
    object("other-input", "yolov8", network(output("output0", [1, 5, 7], yolov8Rows)), {
      input: { ...corner, width: 32 },
    }),
    "The input `input` has the shape 1×3×64×64; the manifest says 1×3×64×32.",
  ],
  [
    object("one-size", "yolov8", network(output("output0", [1, 5, 7], yolov8Rows)), {
      input: { fit: "scale-down", maxSide: 640, stride: 32, padding: 0, colors: "rgb" },
    }),
    "The input `input` has the shape 1×3×64×64; the manifest says 1×3×?×?.",
  ],
  [
    classifier("integers", constantNetwork({ shape, type: "int32" }, [output("output", [1, 3], [0, 0, 0])]), {
      layout: "logits",
    }),
    "`input` is a tensor of int32, which is none of float32, uint8.",
  ],
  [
    classifier("two-outputs", network(output("a", [1, 3], [0, 0, 0]), output("b", [1, 2], [0, 0])), {
      layout: "logits",
    }),
    "The network has the outputs `a` (1×3), `b` (1×2); the layout logits needs one output.",
  ],
  [
    classifier("four-classes", network(output("output", [1, 4], [0, 0, 0, 0])), { layout: "logits" }),
    "The output `output` has the shape 1×4; the layout logits needs 1×3 with this file of labels.",
  ],
  [
    encoder(
      "blind",
      constantNetwork({ shape: [1, 3, 112, 112] }, [output("output", [1, 3], [3, 0, 4])]),
      "scrfd-boxes",
    ),
    "its detector, scrfd-boxes, gives no landmarks",
  ],
  [
    encoder("many", constantNetwork({ shape: [1, 3, 112, 112] }, [output("output", [2, 3], rows(2, 3))]), "yunet"),
    "The output `output` has the shape 2×3; the layout of a face encoder needs 1×numbers.",
  ],
  [
    encoder("aimless", constantNetwork({ shape: [1, 3, 112, 112] }, [output("output", [1, 3], [0, 0, 0])]), "yunet"),
    "The network's vector of a face has no direction.",
  ],
  [
    classifier("no-numbers", network(output("output", [1, 3], [0, Number.NaN, 0])), { layout: "logits" }),
    "The network's output has something that is no number.",
  ],
];

/** Classifiers whose classes are the values of their inputs. */
const [width, height] = [6, 4];
const places = Array.from({ length: 3 * width * height }, (_, index) => String(index));
const sized = { ...stretch, width, height };
const shown: readonly OwnModel[] = [
  classifier(
    "floats",
    flatteningNetwork({ shape: [1, 3, height, width] }),
    { layout: "probabilities", input: { ...sized, mean: [0, 1, 2], deviation: [256, 512, 1024] } },
    places,
  ),
  classifier(
    "bytes",
    flatteningNetwork({ shape: [1, height, width, 3], type: "uint8" }, 1 / 256),
    { layout: "probabilities", input: { ...sized, axes: "nhwc" } },
    places,
  ),
  classifier(
    "any-size",
    flatteningNetwork({ shape: [1, 3, -1, -1] }),
    { layout: "probabilities", input: { ...sized, colors: "bgr", deviation: [256, 256, 256] } },
    places,
  ),
];

describe("models by a manifest alone", () => {
  const own = withOwnModels([...usable, ...unusable.map(([model]) => model), ...shown]);
  let service: RunningService;
  let client: JobClient;
  beforeAll(async () => {
    service = await startService({ ...own.settings, LOG_LEVEL: "warn" });
    client = new JobClient(service.url);
  });
  afterAll(async () => {
    await service.stop();
    own.remove();
  });

  const process = async (file: Uint8Array, query: string): Promise<Json> =>
    (await client.post(`/process?${query}`, form([{ name: "a.png", bytes: new Uint8Array(file) }]))).body;

  it("are ready, or say what does not fit", async () => {
    const { body } = await client.get("/v1/models");
    const reasons = Object.fromEntries(body.items.map(({ name, reason }: Json) => [name, reason]));
    expect(reasons).toEqual({
      ...Object.fromEntries([...usable, ...shown].map(({ name }) => [name, undefined])),
      ...Object.fromEntries(unusable.map(([{ name }, reason]) => [name, reason])),
    });
  });

  it("find what their networks' outputs mean", async () => {
    const { images } = await process(blackPng(128, 64), `models=${usable.map(({ name }) => name)}`);
    const results = Object.fromEntries(
      Object.entries<Json>(images[0].results).map(([name, { version: _version, ...found }]) => [name, found]),
    );
    const bee = { label: "bee", box: [48, 24, 32, 16], score: 0.6 };
    const cat = { label: "cat", box: [20, 8, 40, 32], score: 0.9 };
    expect(results).toEqual({
      yunet: { faces: [yunetFace] },
      scrfd: {
        faces: [
          {
            ...scrfdFace,
            landmarks: [
              [48, 32],
              [80, 32],
              [64, 40],
              [48, 48],
              [80, 48],
            ],
          },
        ],
      },
      "scrfd-boxes": { faces: [scrfdFace] },
      retinaface: {
        faces: [
          {
            box: [32, 8, 64, 16],
            score: 0.75,
            landmarks: [
              [48, 24],
              [64, 24],
              [48, 32],
              [48, 24],
              [32, 16],
            ],
          },
        ],
      },
      yolox: {
        objects: [
          { label: "cat", box: [40, 28, 32, 16], score: 0.72 },
          { label: "ant", box: [40, 28, 32, 16], score: 0.45 },
        ],
      },
      yolov8: { objects: yolov8Objects },
      "yolov8-rows": { objects: yolov8Objects },
      yolov5: { objects: [bee] },
      "end-to-end": { objects: [cat, { ...cat, box: [20, 8, 40, 34], score: 0.8 }] },
      logits: { labels: [{ label: "bee", score: 0.6 }, ...["ant", "cat"].map((label) => ({ label, score: 0.2 }))] },
      probabilities: {
        labels: [
          { label: "cat", score: 0.5 },
          { label: "ant", score: 0.25 },
          { label: "bee", score: 0.125 },
        ],
      },
      encoder: {
        faces: [{ box: yunetFace.box, score: yunetFace.score, encoding: [0.6, 0, 0.8], quality: expect.any(Object) }],
      },
    });
  });

  it("leave out what the request's threshold leaves out", async () => {
    const { images } = await process(blackPng(128, 64), "models=yolov8,scrfd&scoreThreshold=0.85");
    expect(images[0].results).toMatchObject({ yolov8: { objects: [yolov8Objects[0]] }, scrfd: { faces: [] } });
  });

  it("get the pixels of an image as their manifest says", async () => {
    const pixels = Buffer.from(Array.from({ length: 3 * width * height }, (_, index) => 20 + 3 * index));
    const file = cv.imencode(".png", new cv.Mat(pixels, height, width, cv.CV_8UC3));
    const { images } = await process(file, `models=floats,bytes,any-size&topK=${places.length}`);
    const valuesOf = (model: string) => {
      const found: { label: string; score: number }[] = images[0].results[model].labels;
      return places.map((place) => found.find(({ label }) => label === place)?.score);
    };
    const byPlace = (valueAt: (channel: number, pixel: number) => number, isInterleaved = false) =>
      places.map((_, index) => {
        const [channel, pixel] = isInterleaved
          ? [index % 3, Math.floor(index / 3)]
          : [Math.floor(index / (width * height)), index % (width * height)];
        return Number(valueAt(channel, pixel).toFixed(6));
      });
    const blueFirst = (channel: number, pixel: number) => pixels[3 * pixel + channel] as number;
    const redFirst = (channel: number, pixel: number) => blueFirst(2 - channel, pixel);
    expect(valuesOf("floats")).toEqual(
      byPlace((channel, pixel) => (redFirst(channel, pixel) - channel) / (256 * 2 ** channel)),
    );
    expect(valuesOf("bytes")).toEqual(byPlace((channel, pixel) => redFirst(channel, pixel) / 256, true));
    expect(valuesOf("any-size")).toEqual(byPlace((channel, pixel) => blueFirst(channel, pixel) / 256));
  });

  it("take tensors of floats by the Open Inference Protocol, whatever type the network has", async () => {
    const data = places.map((_, index) => index - 3 + 0.75);
    const infer = async (model: string, dimensions: number[]) => {
      const input = { name: "input", shape: dimensions, datatype: "FP32", data };
      return (await client.postJson(`/v2/models/${model}/infer`, { inputs: [input] })).body.outputs[0].data;
    };
    const dimensions = [1, 3, height, width];
    expect(await infer("floats", dimensions)).toEqual(data);
    expect(await infer("any-size", dimensions)).toEqual(data);
    // Bytes are rounded, and limited to their range.
    const bytes = data.map((value) => Math.max(0, Math.round(value)) / 256);
    expect(await infer("bytes", [1, height, width, 3])).toEqual(bytes);
  });

  it("leave out the output of landmarks where there are none", async () => {
    const image = {
      name: "image",
      shape: [1],
      datatype: "BYTES",
      data: [Buffer.from(blackPng(128, 64)).toString("base64")],
    };
    const { body } = await client.postJson("/v2/models/scrfd-boxes/infer", { inputs: [image] });
    expect(body.outputs.map(({ name }: Json) => name)).toEqual(["boxes", "scores"]);
    const described = async (model: string): Promise<string[]> =>
      (await client.get(`/v2/models/${model}`)).body.outputs.map(({ name }: Json) => name);
    expect(await described("scrfd-boxes")).not.toContain("landmarks");
    for (const model of ["scrfd", "yunet"]) expect(await described(model)).toContain("landmarks");
  });

  it("take bytes as the input of a network of bytes, and say so", async () => {
    const shape = [1, height, width, 3];
    const [, input] = (await client.get("/v2/models/bytes")).body.inputs;
    expect(input).toEqual({ name: "input", datatype: "UINT8", shape });
    const { body: config } = await client.get("/v2/models/bytes/config");
    expect(config.input[1].data_type).toBe("TYPE_UINT8");
    const data = places.map((_, index) => 255 - 3 * index);
    const infer = (model: string, tensor: object) =>
      client.postJson(`/v2/models/${model}/infer`, { inputs: [{ name: "input", shape, ...tensor }] });
    const { body } = await infer("bytes", { datatype: "UINT8", data });
    expect(body.outputs[0].data).toEqual(data.map((value) => value / 256));
    expect((await infer("bytes", { datatype: "FP32", data })).body.outputs).toEqual(body.outputs);
    for (const odd of [256, -1, 0.5, "1"]) {
      const answer = await infer("bytes", { datatype: "UINT8", data: [...data.slice(1), odd] });
      expect(answer).toMatchObject({ status: 400, body: { code: "INVALID_TENSOR" } });
    }
    const short = await infer("bytes", { datatype: "UINT8", data: data.slice(1) });
    expect(short).toMatchObject({ status: 400, body: { code: "INVALID_TENSOR" } });
    const ofFloats = await infer("floats", { shape: [1, 3, height, width], datatype: "UINT8", data });
    expect(ofFloats).toMatchObject({ status: 400, body: { code: "INVALID_TENSOR" } });
    expect(ofFloats.body.detail).toBe("input has the datatype FP32, not UINT8.");
  });
});
