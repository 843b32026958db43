/** The gateway request for each method of `inference.GRPCInferenceService`. Pure. */
import { MODEL_NAME } from "../contracts/model-name.ts";
import { definitions, type Failure, modelNotFound } from "../errors.ts";
import type { GatewayAnswer, GatewayCall } from "./gateway-client.ts";
import { isRaw, type ModelInferRequest, type Parameters, parametersOf, toHttp, toMessage } from "./tensors.ts";

export interface Method<Message = unknown> {
  /** Whether the message has no fields. It is not read then. */
  readonly isEmpty?: true;
  /** @throws MODEL_NOT_FOUND, INVALID_TENSOR, INVALID_OPTION */
  request(message: Message): GatewayCall;
  /** The answer's message. */
  answer(answer: GatewayAnswer, message: Message): object;
  /** The message that is sent in place of an error. */
  refused?(error: Failure): object | undefined;
}

interface OfModel {
  readonly name: string;
  readonly version: string;
}

interface RepositoryChange {
  readonly repository_name: string;
  readonly model_name: string;
  readonly parameters: Parameters;
}

const JSON_LENGTH = "inference-header-content-length";
const isName = new RegExp(`^${MODEL_NAME}$`);
/** In a path these would lead to another resource. */
const ONLY_DOTS = /^\.+$/;

const get = (path: string): GatewayCall => ({ method: "GET", path });
const jsonOf = ({ body }: GatewayAnswer) => JSON.parse(body.toString());
const notReady = ({ type }: Failure) => (definitions[type].status === 503 ? { ready: false } : undefined);

/** @throws MODEL_NOT_FOUND */
function modelPath({ name, version }: OfModel, rest = ""): string {
  if (!isName.test(name) || ONLY_DOTS.test(version)) throw modelNotFound(name);
  return `/v2/models/${name}${version && `/versions/${encodeURIComponent(version)}`}${rest}`;
}

const modelInfer: Method<ModelInferRequest> = {
  request(message) {
    const path = modelPath({ name: message.model_name, version: message.model_version }, "/infer");
    const { json, tensors } = toHttp(message);
    return { method: "POST", path, headers: { [JSON_LENGTH]: json.length }, body: [json, ...tensors] };
  },
  answer({ headers, body }, message) {
    const length = Number(headers[JSON_LENGTH] ?? body.length);
    return toMessage(JSON.parse(body.toString("utf8", 0, length)), body.subarray(length), isRaw(message));
  },
};

/** The gateway refuses unknown parameters, and the name of a repository. */
function changing(change: "load" | "unload"): Method<RepositoryChange> {
  return {
    request({ repository_name, model_name: name, parameters: given }) {
      const parameters = parametersOf(given);
      if (!isName.test(name)) throw modelNotFound(name);
      const asked = { parameters, ...(repository_name && { repository_name }) };
      const body = [Buffer.from(JSON.stringify(asked))];
      return { method: "POST", path: `/v2/repository/models/${name}/${change}`, body };
    },
    answer: () => ({}),
  };
}

/** Methods by name. Other methods of the service answer UNIMPLEMENTED. */
export const methods = {
  ServerLive: { isEmpty: true, request: () => get("/v2/health/live"), answer: jsonOf },
  ServerReady: { isEmpty: true, request: () => get("/v2/health/ready"), answer: jsonOf, refused: notReady },
  ServerMetadata: { isEmpty: true, request: () => get("/v2"), answer: jsonOf },
  ModelReady: {
    request: (message: OfModel) => get(modelPath(message, "/ready")),
    answer: () => ({ ready: true }),
    refused: notReady,
  },
  ModelMetadata: { request: (message: OfModel) => get(modelPath(message)), answer: jsonOf },
  ModelConfig: {
    request: (message: OfModel) => get(modelPath(message, "/config")),
    answer: (answer: GatewayAnswer) => ({ config: jsonOf(answer) }),
  },
  ModelStatistics: {
    request: (message: OfModel) => get(message.name ? modelPath(message, "/stats") : "/v2/models/stats"),
    answer: jsonOf,
  },
  RepositoryIndex: {
    request({ repository_name, ready }: { readonly repository_name: string; readonly ready: boolean }) {
      // There is one repository, without a name; the gateway refuses a name that it does not know.
      const asked = { ready, ...(repository_name && { repository_name }) };
      return { method: "POST", path: "/v2/repository/index", body: [Buffer.from(JSON.stringify(asked))] };
    },
    answer: (answer: GatewayAnswer) => ({ models: jsonOf(answer) }),
  },
  RepositoryModelLoad: changing("load"),
  RepositoryModelUnload: changing("unload"),
  ModelInfer: modelInfer,
} satisfies Readonly<Record<string, Method<never>>>;
