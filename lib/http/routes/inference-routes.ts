/** `/v2`: the Open Inference Protocol (KServe's V2). Images are processed as in `/process`, tensors by the network. */
import type { ServerResponse } from "node:http";
import packageJson from "../../../package.json" with { type: "json" };
import type { AdmittedRequest } from "../../admission/admission.ts";
import { allModels, modelAmong } from "../../balancing/detector-models.ts";
import { modelStatistics } from "../../balancing/model-statistics.ts";
import { config } from "../../config.ts";
import { call } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import type { StatisticsList } from "../../contracts/inference.ts";
import type { Model, TensorForm } from "../../contracts/model.ts";
import { plainName, versionName } from "../../contracts/model-name.ts";
import { checkOptionsByName, checkOptionsByTask } from "../../contracts/options.ts";
import { failure } from "../../errors.ts";
import { configurationOf, describeForInference } from "../../inference/metadata.ts";
import { type Inference, inferenceBounds, jsonLength, parseInference, toFloats } from "../../inference/request.ts";
import { areAlike, inferenceAnswer, type OutputTensor, requireOutputs, toTensors } from "../../inference/response.ts";
import { requireReady } from "../../vision/models/catalog.ts";
import { uploaderOf } from "../access/client.ts";
import { ImageAllowance } from "../access/image-allowance.ts";
import { departureOf } from "../connections/departure.ts";
import { accounted, admitted } from "../gateway/admit.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { readiness } from "../gateway/readiness.ts";
import { sendBody, sendJson } from "../gateway/reply.ts";
import { jsonBody } from "../upload/json-body.ts";
import { type UploadAccount, uploadMemory } from "../upload/upload-memory.ts";
import { sized } from "../upload/uploaded-image.ts";

/** Extensions that are served, by Triton's names. */
const EXTENSIONS = ["binary_tensor_data", "model_configuration", "model_repository", "parameters", "statistics"];
const JSON_LENGTH = "Inference-Header-Content-Length";

/** All models, and the named one in the named version or its default version. @throws as `modelNamed` does */
async function modelsOf({ $ctx, $params: { name = "", version } }: GatewayRequest) {
  const models = await allModels($ctx);
  return { models, model: modelAmong(models, $ctx, name, version) };
}

/** The name that is sent to detectors. Without a version, any of them may answer with its default version. */
function nameToCall({ $params: { name, version } }: GatewayRequest, model: Model): string {
  return version === undefined && name === model.name ? name : (versionName(model) ?? model.name);
}

/** As `nameToCall`, but includes the version if the model's ready versions take or give different tensors. */
function nameFor(request: GatewayRequest, model: Model, models: readonly Model[], input: Inference["input"]): string {
  const isVersion = ({ name, state }: Model) => plainName(name) === plainName(model.name) && state === "ready";
  const areVersionsAlike = areAlike([model, ...models.filter(isVersion)], input);
  return areVersionsAlike ? nameToCall(request, model) : (versionName(model) ?? model.name);
}

async function server(_request: GatewayRequest, response: ServerResponse): Promise<void> {
  const { name, version } = packageJson;
  sendJson(response, { name, version, extensions: EXTENSIONS });
}

async function live(_request: GatewayRequest, response: ServerResponse): Promise<void> {
  sendJson(response, { live: true });
}

async function ready(request: GatewayRequest, response: ServerResponse): Promise<void> {
  await readiness(request);
  sendJson(response, { ready: true });
}

async function metadata(request: GatewayRequest, response: ServerResponse): Promise<void> {
  const { model, models } = await modelsOf(request);
  sendJson(response, describeForInference(model, models));
}

async function configuration(request: GatewayRequest, response: ServerResponse): Promise<void> {
  const { model, models } = await modelsOf(request);
  sendJson(response, configurationOf(model, models));
}

async function statistics(request: GatewayRequest, response: ServerResponse): Promise<void> {
  const { $ctx, $params } = request;
  const models = $params.name === undefined ? await allModels($ctx) : [(await modelsOf(request)).model];
  sendJson(response, { model_stats: await modelStatistics($ctx, models) } satisfies StatisticsList);
}

async function modelReady(request: GatewayRequest, response: ServerResponse): Promise<void> {
  const { model } = await modelsOf(request);
  requireReady([model], [model.name]);
  sendJson(response, { name: plainName(model.name), ready: true });
}

async function infer(request: GatewayRequest, response: ServerResponse): Promise<void> {
  const { model } = await modelsOf(request);
  requireReady([model], [model.name]);
  const departure = departureOf(response);
  const demand = { models: [nameToCall(request, model)], images: 1, departure };
  const { inference, version, tensors } = await admitted(request, demand, async (accepted) => {
    await new ImageAllowance(request).expect(1);
    return answerTo(request, accepted, departure);
  });
  const { body, jsonBytes } = inferenceAnswer(inference, { name: plainName(model.name), version }, tensors);
  if (jsonBytes !== undefined) response.setHeader(JSON_LENGTH, jsonBytes);
  sendBody(response, 200, jsonBytes === undefined ? "application/json" : "application/octet-stream", body);
}

async function answerTo(request: GatewayRequest, accepted: AdmittedRequest, signal: AbortSignal) {
  const account = uploadMemory.open(uploaderOf(request));
  try {
    const inference = await readInference(request, account);
    // The model's versions may have changed while the body arrived.
    const { model, models } = await modelsOf(request);
    requireOutputs(model, inference);
    checkOptionsByName([model.name], inference.options);
    checkOptionsByTask([model], inference.options);
    const name = nameFor(request, model, models, inference.input);
    const release = await inWork(account, inference.input);
    try {
      const answer = await accounted(accepted, () => run(request, model, { name, inference, signal }));
      requireVersion(request, answer);
      return { inference, ...answer };
    } finally {
      release();
    }
  } finally {
    account.close();
  }
}

/**
 * Accepts any media type: the protocol specifies none, and clients send JSON as `application/octet-stream`, without a
 * type, or as `curl -d` does. That is safe, because an inference changes no state.
 * @throws what `jsonBody` and `parseInference` throw.
 */
async function readInference(request: GatewayRequest, account: UploadAccount): Promise<Inference> {
  const jsonBytes = jsonLength(request.headers[JSON_LENGTH.toLowerCase()] as string | undefined);
  const reading = { bounds: inferenceBounds, account, ...(jsonBytes !== undefined && { jsonBytes }) };
  return parseInference(await jsonBody(request, config, reading), jsonBytes, config.maxImageBytes);
}

/** Counts the input as being processed. The bytes of a tensor become floats for that. @throws OVERLOADED */
async function inWork(account: UploadAccount, input: Inference["input"]): Promise<() => void> {
  const isOfBytes = "values" in input && input.datatype === "UINT8";
  const { length } = "file" in input ? input.file : input.values;
  const bytes = isOfBytes ? length * Float32Array.BYTES_PER_ELEMENT : length;
  if (isOfBytes) await account.room(bytes);
  const release = account.hand(bytes);
  account.keep(0);
  return release;
}

/**
 * Detectors may have different versions under one name. @throws MODEL_UNAVAILABLE if the answer is of another version
 * than the named one
 */
function requireVersion({ $params: { name = "", version } }: GatewayRequest, answer: Answer): void {
  if (version === undefined || version === answer.version) return;
  const detail = `The model ${name} is being replaced: version ${answer.version} answered instead of ${version}.`;
  throw failure("MODEL_UNAVAILABLE", detail, { model: name, retryAfterSeconds: 1 });
}

interface Answer {
  readonly version: string;
  readonly tensors: OutputTensor[];
  readonly timings: { readonly inferenceMs: number };
}

interface Run {
  /** The name that is sent to detectors: see `nameFor`. */
  readonly name: string;
  readonly inference: Inference;
  readonly signal: AbortSignal;
}

async function run({ $ctx }: GatewayRequest, model: Model, { name, inference, signal }: Run): Promise<Answer> {
  const { input, options } = inference;
  if ("file" in input) {
    const image = sized(input.file.length, config, () => input.file);
    if (image instanceof Error) throw image;
    const answer = await call($ctx, actions.detector.detect, { image, models: [name], options }, { signal });
    const result = "results" in answer && answer.results[name];
    if (!result) throw new Error(`The answer has nothing of ${name}.`);
    return { version: result.version, tensors: toTensors(model, result), timings: answer.timings };
  }
  const { shape, values } = input;
  if (model.network) requireInput(model.network.input, input);
  const timeoutMs = config.imageTimeoutMs;
  const floats = input.datatype === "UINT8" ? toFloats(values) : values;
  const tensor = { model: name, shape, values: floats, timeoutMs };
  // The version is that of the detector, as detectors may have different ones.
  const { outputs, timings, version = model.version } = await call($ctx, actions.detector.infer, tensor, { signal });
  const tensors = outputs.map((output): OutputTensor => ({ ...output, datatype: "FP32", shape: [...output.shape] }));
  return { version, tensors, timings };
}

/** Floats are accepted for bytes. @throws INVALID_TENSOR for another name, or bytes for floats. */
function requireInput({ name, datatype }: TensorForm, input: Pick<TensorForm, "name" | "datatype">): void {
  if (input.name !== name) throw failure("INVALID_TENSOR", `The input of datatype ${datatype} is called ${name}.`);
  if (input.datatype !== datatype && input.datatype !== "FP32")
    throw failure("INVALID_TENSOR", `${name} has the datatype ${datatype}, not ${input.datatype}.`);
}

/** A route for the model's default version, and one for a named version. */
function forVersions<T>(method: string, rest: string, route: T): Record<string, T> {
  return { [`${method} v2/models/:name${rest}`]: route, [`${method} v2/models/:name/versions/:version${rest}`]: route };
}

/** Routes of the server. */
export const inferenceServerRoutes = {
  "GET v2": server,
  "GET v2/health/live": live,
  "GET v2/health/ready": ready,
  // Must precede the routes of a model, one of which would take `stats` for a name.
  "GET v2/models/stats": statistics,
};

export const inferenceRoutes = {
  ...forVersions("GET", "", metadata),
  ...forVersions("GET", "/ready", modelReady),
  ...forVersions("GET", "/config", configuration),
  ...forVersions("GET", "/stats", statistics),
  ...forVersions("POST", "/infer", infer),
};
