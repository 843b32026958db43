/** `/v2/repository`: the models that can be served, and loading and unloading them (Triton's extension). */
import type { ServerResponse } from "node:http";
import type { Static, TSchema } from "typebox";
import { allModels } from "../../balancing/detector-models.ts";
import { config } from "../../config.ts";
import { LoadRequest, RepositoryIndexRequest, UnloadRequest } from "../../contracts/inference.ts";
import { parseJson } from "../../contracts/validation.ts";
import { changeModel } from "../../detector/model-changes.ts";
import { repositoryIndex } from "../../inference/metadata.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { sendJson } from "../gateway/reply.ts";
import { smallJsonBody, tooManyValues } from "../upload/json-body.ts";
import type { JsonBounds } from "../upload/json-scan.ts";

const BOUNDS: JsonBounds = { maxItems: 16, maxNumbers: 16 };

async function index(request: GatewayRequest, response: ServerResponse): Promise<void> {
  const { ready = false } = await optionalJson(request, RepositoryIndexRequest);
  sendJson(response, repositoryIndex(await allModels(request.$ctx), ready));
}

async function load(request: GatewayRequest, response: ServerResponse): Promise<void> {
  await optionalJson(request, LoadRequest);
  await change(request, response, true);
}

async function unload(request: GatewayRequest, response: ServerResponse): Promise<void> {
  await optionalJson(request, UnloadRequest);
  await change(request, response, false);
}

async function change({ $ctx, $params }: GatewayRequest, response: ServerResponse, isLoaded: boolean): Promise<void> {
  const [changed] = repositoryIndex([await changeModel($ctx, $params.name ?? "", isLoaded)], false);
  sendJson(response, changed);
}

/**
 * Reads an optional body of any media type, as clients of the protocol send it. Requests that a page makes a browser
 * send are refused before, like those of every page of another origin.
 */
async function optionalJson<T extends TSchema>(request: GatewayRequest, form: T): Promise<Partial<Static<T>>> {
  const { bytes, isCut } = await smallJsonBody(request, config, BOUNDS);
  if (isCut) throw tooManyValues();
  return bytes.length === 0 ? {} : parseJson(form, bytes);
}

export const repositoryRoutes = {
  "POST v2/repository/index": index,
  "POST v2/repository/models/:name/load": load,
  "POST v2/repository/models/:name/unload": unload,
};
