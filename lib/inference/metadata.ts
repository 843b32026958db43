/** Describes a model's input and output tensors in the Open Inference Protocol. Pure. */
import { FACES_HAAR } from "../contracts/faces-haar.ts";
import type { ModelMetadata, TensorMetadata } from "../contracts/inference.ts";
import type { Model } from "../contracts/model.ts";

/** An encoded image: JPEG, PNG, WebP, BMP or TIFF. */
export const imageInput: TensorMetadata = { name: "image", datatype: "BYTES", shape: [1] };

const boxes: TensorMetadata = { name: "boxes", datatype: "INT32", shape: [-1, 4] };
const scores: TensorMetadata = { name: "scores", datatype: "FP32", shape: [-1] };
const labels: TensorMetadata = { name: "labels", datatype: "BYTES", shape: [-1] };
const landmarks: TensorMetadata = { name: "landmarks", datatype: "FP32", shape: [-1, 5, 2] };

/** The model's outputs for an image. The first dimension of each is the number of results. */
export function imageOutputs({ name, task, network }: Model): TensorMetadata[] {
  switch (task) {
    case "face-detection":
      return name === FACES_HAAR ? [boxes] : [boxes, scores, landmarks];
    case "face-encoding": {
      const length = network?.outputs[0]?.shape.at(-1) ?? -1;
      return [boxes, scores, { name: "encodings", datatype: "FP32", shape: [-1, length] }];
    }
    case "image-classification":
      return [labels, scores];
    case "object-detection":
      return [boxes, labels, scores];
  }
}

export function describeForInference(model: Model): ModelMetadata {
  const { name, version, network } = model;
  const ofNetwork = (tensor: { name: string; shape: number[] }): TensorMetadata => ({ ...tensor, datatype: "FP32" });
  return {
    name,
    versions: [version],
    platform: name === FACES_HAAR ? "opencv_cascade" : "onnxruntime_onnx",
    inputs: [imageInput, ...(network ? [ofNetwork(network.input)] : [])],
    outputs: [...imageOutputs(model), ...(network?.outputs.map(ofNetwork) ?? [])],
  };
}
