/** A client of `inference.GRPCInferenceService` that uses the service's own `.proto`. */
import { join } from "node:path";
import {
  type CallOptions,
  Client,
  type ClientDuplexStream,
  type ClientOptions,
  credentials,
  Metadata,
  type ServiceDefinition,
  type ServiceError,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { Json } from "./job-client.ts";

const { "inference.GRPCInferenceService": definition } = loadSync(
  join(import.meta.dirname, "../../lib/grpc/inference.proto"),
  { keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true },
);
const methods = definition as ServiceDefinition;

export type Fields = Readonly<Record<string, string>>;

function metadataOf(fields: Fields): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(fields)) metadata.set(name, value);
  return metadata;
}

export class GrpcClient {
  readonly #client: Client;

  constructor(port: number, options: ClientOptions = {}) {
    const all = { "grpc.enable_retries": 0, ...options };
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), all);
  }

  /** @throws ServiceError */
  call(method: string, message: object = {}, fields: Fields = {}, options: CallOptions = {}): Promise<Json> {
    const { path, requestSerialize, responseDeserialize } = methods[method] as ServiceDefinition[string];
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        ...([path, requestSerialize, responseDeserialize, message, metadataOf(fields), options] as const),
        (error, answer) => (error ? reject(error) : resolve(answer)),
      );
    });
  }

  /** The failure of the call: the status, the stable code and the reason. */
  async failureOf(...args: Parameters<GrpcClient["call"]>): Promise<Json> {
    const error = await this.call(...args).then(
      (answer) => {
        throw new Error(`It was answered: ${JSON.stringify(answer)}`);
      },
      (error: ServiceError) => error,
    );
    return failureOf(error);
  }

  stream(fields: Fields = {}, options: CallOptions = {}): ClientDuplexStream<object, Json> {
    const { path, requestSerialize, responseDeserialize } = methods.ModelStreamInfer as ServiceDefinition[string];
    return this.#client.makeBidiStreamRequest(
      ...([path, requestSerialize, responseDeserialize, metadataOf(fields), options] as const),
    );
  }

  close(): void {
    this.#client.close();
  }
}

export function failureOf({ code: status, details, metadata }: ServiceError): Json {
  const trailer = (name: string) => metadata?.get(name)[0];
  return { status, details, code: trailer("code"), retryAfter: trailer("retry-after") };
}
