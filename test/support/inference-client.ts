/** A client of the Open Inference Protocol, with its extension for binary tensors. */
import { expect } from "vitest";
import { sample } from "./images.ts";
import { type Answer, JobClient, type Json } from "./job-client.ts";
import { modelsDir } from "./model-files.ts";

/** Settings of the service: all available models, and a limit on JSON that a tensor can exceed. */
export const inferenceSettings = {
  LOG_LEVEL: "warn",
  MAX_JSON_BYTES: "8000000",
  ...(modelsDir && { MODELS_DIR: modelsDir }),
};

export const astronaut = sample("astronaut.png");
export const base64 = astronaut.toString("base64");
export const imageInput = (data = base64) => ({ name: "image", shape: [1], datatype: "BYTES", data: [data] });
/** The input of `classify`, without its data. */
export const floats = { name: "input", shape: [1, 3, 224, 224], datatype: "FP32" };
/** Data for that input. */
export const noise = Array.from({ length: 3 * 224 * 224 }, (_, index) => (index % 7) / 7);

export const LENGTH = "Inference-Header-Content-Length";

export function element(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** The outputs of an answer with binary tensors, in the form that JSON would have. */
export async function outputsOf(response: Response): Promise<Record<string, unknown[]>> {
  const body = Buffer.from(await response.arrayBuffer());
  let at = Number(response.headers.get(LENGTH));
  const { outputs } = JSON.parse(body.subarray(0, at).toString());
  const entries = outputs.map(({ name, datatype, parameters, data }: Json) => {
    if (!parameters) return [name, data];
    const bytes = new Uint8Array(body.subarray(at, at + parameters.binary_data_size));
    at += parameters.binary_data_size;
    const strings: string[] = [];
    const view = Buffer.from(bytes);
    if (datatype === "BYTES")
      for (let from = 0; from < view.length; ) {
        const end = from + 4 + view.readUInt32LE(from);
        strings.push(view.toString("utf8", from + 4, end));
        from = end;
      }
    const Values = datatype === "FP32" ? Float32Array : Int32Array;
    return [name, datatype === "BYTES" ? strings : Array.from(new Values(bytes.buffer))];
  });
  expect(at).toBe(body.length);
  return Object.fromEntries(entries);
}

export const namedOutputs = ({ body }: Answer<Json>): Record<string, Json> =>
  Object.fromEntries(body.outputs.map(({ name, ...rest }: Json) => [name, rest]));

export class InferenceClient extends JobClient {
  infer(model: string, request: object): Promise<Answer<Json>> {
    return this.postJson(`/v2/models/${model}/infer`, request);
  }

  /** Uses the extension for binary tensors: JSON, its length in a header, and the tensor after it. */
  async inferBinary(model: string, { inputs: [input], ...rest }: Json, tensor: Buffer): Promise<Response> {
    const inputs = [{ ...input, parameters: { binary_data_size: tensor.length } }];
    const json = Buffer.from(JSON.stringify({ inputs, ...rest }));
    return fetch(`${this.url}/v2/models/${model}/infer`, {
      method: "POST",
      headers: { [LENGTH]: String(json.length) },
      body: Buffer.concat([json, tensor]),
    });
  }
}
