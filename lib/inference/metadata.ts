/** Describes a model's input and output tensors in the Open Inference Protocol. Pure. */
import {
  configTypes,
  type Datatype,
  type ModelConfig,
  type ModelMetadata,
  type RepositoryIndex,
  type TensorMetadata,
} from "../contracts/inference.ts";
import type { Model } from "../contracts/model.ts";
import { FACES_HAAR, plainName } from "../contracts/model-name.ts";

/** An encoded image, of any format that the service reads. */
export const imageInput: TensorMetadata = { name: "image", datatype: "BYTES", shape: [1] };

const boxes: TensorMetadata = { name: "boxes", datatype: "INT32", shape: [-1, 4] };
const scores: TensorMetadata = { name: "scores", datatype: "FP32", shape: [-1] };
const labels: TensorMetadata = { name: "labels", datatype: "BYTES", shape: [-1] };
const landmarks: TensorMetadata = { name: "landmarks", datatype: "FP32", shape: [-1, 5, 2] };

/** The model's outputs for an image. The first dimension of each is the number of results. */
export function imageOutputs({ name, task, network, hasLandmarks }: Model): TensorMetadata[] {
  switch (task) {
    case "face-detection":
      return name === FACES_HAAR ? [boxes] : [boxes, scores, ...(hasLandmarks ? [landmarks] : [])];
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

/** The model's outputs for its network's own input. */
export function networkOutputs({ network }: Model): TensorMetadata[] {
  return network?.outputs ?? [];
}

/** @param all All models, for the other versions of this one; the default version comes first. */
export function describeForInference(model: Model, all: readonly Model[] = [model]): ModelMetadata {
  const { network } = model;
  const name = plainName(model.name);
  const versions = all.filter((other) => plainName(other.name) === name);
  versions.sort((a, b) => Number(b.name === name) - Number(a.name === name));
  return {
    name,
    versions: versions.map(({ version }) => version),
    platform: name === FACES_HAAR ? "opencv_cascade" : "onnxruntime_onnx",
    inputs: [imageInput, ...(network ? [network.input] : [])],
    outputs: [...imageOutputs(model), ...networkOutputs(model)],
  };
}

/**
 * The model's configuration in Triton's form. With `max_batch_size` 0, `dims` are whole shapes.
 * @param all As for `describeForInference`.
 */
export function configurationOf(model: Model, all: readonly Model[]): ModelConfig {
  const { name, platform, versions, inputs, outputs } = describeForInference(model, all);
  const tensor = ({ name, datatype, shape }: TensorMetadata) => ({
    name,
    data_type: configTypes[datatype as Datatype],
    dims: shape,
  });
  return {
    name,
    platform,
    backend: name === FACES_HAAR ? "opencv" : "onnxruntime",
    version_policy: { latest: { num_versions: versions.length } },
    max_batch_size: 0,
    input: inputs.map((input) => ({ ...tensor(input), ...(inputs.length > 1 && { optional: true }) })),
    output: outputs.map(tensor),
  };
}

/** @param onlyReady Leaves out models that are unavailable. */
export function repositoryIndex(models: readonly Model[], onlyReady: boolean): RepositoryIndex {
  return models
    .filter(({ state }) => state === "ready" || !onlyReady)
    .map(({ name, version, state, reason = "" }) => ({
      ...{ name: plainName(name), version, reason },
      state: state === "ready" ? "READY" : "UNAVAILABLE",
    }));
}
