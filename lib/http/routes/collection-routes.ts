/** `/v1/compare` and `/v1/collections`. */
import type { ServerResponse } from "node:http";
import type { Static } from "typebox";
import type { Probe } from "../../collections/probe.ts";
import { config } from "../../config.ts";
import { call, type ParamsOf } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import {
  AddQuery,
  CollectionName,
  CollectionsQuery,
  CompareJson,
  FaceJson,
  FacesJson,
  FacesQuery,
  MAX_DIMENSIONS,
  MAX_FACES_PER_REQUEST,
  NewCollection,
  SearchQuery,
} from "../../contracts/collection.ts";
import { matches } from "../../contracts/matching.ts";
import { compare as compareEncodings, isSamePerson, ofVersion } from "../../encoding/comparison.ts";
import { failure } from "../../errors.ts";
import { ImageAllowance } from "../access/image-allowance.ts";
import { setLocation } from "../gateway/base-path.ts";
import type { GatewayRequest } from "../gateway/gateway-request.ts";
import { createOnce } from "../gateway/idempotency.ts";
import { querying } from "../gateway/query.ts";
import { sendJson } from "../gateway/reply.ts";
import type { Route } from "../gateway/route.ts";
import { isJson, readJsonValue } from "../upload/json-body.ts";
import type { JsonBounds } from "../upload/json-scan.ts";
import { type ProbesForm, probesOfJson, probesOfUpload } from "./face-probes.ts";

const DEFAULT_LIMIT = 10;

/** Each face is an object with two members. */
const boundsOf = (faces: number): JsonBounds => ({
  maxItems: 8 * faces + 100,
  maxNumbers: faces * MAX_DIMENSIONS + 100,
});
const pairForm: ProbesForm<Static<typeof CompareJson>> = {
  form: CompareJson,
  bounds: boundsOf(2),
  facesOf: ({ first, second }) => [first, second],
};
const facesForm: ProbesForm<Static<typeof FacesJson>> = {
  form: FacesJson,
  bounds: boundsOf(MAX_FACES_PER_REQUEST),
  facesOf: ({ faces }) => faces,
};
const oneFaceForm: ProbesForm<Static<typeof FaceJson>> = {
  form: FaceJson,
  bounds: boundsOf(1),
  facesOf: (face) => [face],
};

/** The collection named in the path. @throws COLLECTION_NOT_FOUND for an invalid name. */
function nameOf({ $params }: GatewayRequest): string {
  const { name = "" } = $params;
  if (!matches(CollectionName, name)) throw failure("COLLECTION_NOT_FOUND", "There is no such collection.");
  return name;
}

const modelOf = ({ $ctx }: GatewayRequest) => call($ctx, actions.encodings.model);

const compare: Route = async (request, response) => {
  const [first, second] = isJson(request) ? await probesOfJson(request, pairForm) : await probesOfUpload(request, 2);
  sendJson(response, compareEncodings(first as Probe, second as Probe, await modelOf(request)));
};

const create: Route = async (request, response) => {
  const wanted = await readJsonValue(request, config, { form: NewCollection, bounds: boundsOf(1) });
  const content = () => ["collection", wanted];
  const created = await createOnce(request, response, { action: actions.collections.create, params: wanted, content });
  setLocation(response, `/v1/collections/${wanted.name}`);
  sendJson(response, created, 201);
};

const list = querying(CollectionsQuery, async ({ $ctx }, response, query) => {
  sendJson(response, await call($ctx, actions.collections.list, query));
});

const get: Route = async (request, response) => {
  sendJson(response, await call(request.$ctx, actions.collections.get, { name: nameOf(request) }));
};

const remove: Route = async (request, response) => {
  await call(request.$ctx, actions.collections.remove, { name: nameOf(request) });
  response.writeHead(204).end();
};

const addFaces = querying(AddQuery, async (request, response, { label }) => {
  const name = nameOf(request);
  await call(request.$ctx, actions.collections.require, { name });
  const allowance = new ImageAllowance(request);
  const probes = isJson(request)
    ? await probesOfJson(request, facesForm, allowance)
    : await probesOfUpload(request, 1, allowance);
  const faces = label === undefined ? probes : probes.map((probe) => ({ label, ...probe }));
  const content = () => ["faces", name, faces.map(contentOf)];
  const items = await createOnce(request, response, {
    action: actions.collections.add,
    params: { name, faces },
    content,
    onRepeated: () => allowance.takeBack(),
  });
  sendJson(response, { items }, 201);
});

/**
 * Identifies a face. An image is compared by its hash, because the same image may have another encoding after an update
 * of the model.
 */
function contentOf({ label, sha256, encoding }: Probe): unknown {
  return [label, sha256 ?? encoding];
}

const listFaces = querying(FacesQuery, async (request, response, query) => {
  sendJson(response, await call(request.$ctx, actions.collections.faces, { name: nameOf(request), ...query }));
});

const removeFace: Route = async (request, response) => {
  const params = { name: nameOf(request), id: request.$params.id ?? "" };
  await call(request.$ctx, actions.collections.removeFace, params);
  response.writeHead(204).end();
};

const search = querying(SearchQuery, async (request, response, { limit = DEFAULT_LIMIT }) => {
  const name = nameOf(request);
  await call(request.$ctx, actions.collections.require, { name });
  const [face] = isJson(request) ? await probesOfJson(request, oneFaceForm) : await probesOfUpload(request, 1);
  await sendMatches(request, response, { name, face: face as Probe, limit });
});

type Search = ParamsOf<typeof actions.collections.search>;

async function sendMatches(request: GatewayRequest, response: ServerResponse, search: Search): Promise<void> {
  const { items, ...found } = await call(request.$ctx, actions.collections.search, search);
  const model = ofVersion(await modelOf(request), found.version);
  const matches = items.map((item) => ({ ...item, samePerson: isSamePerson(item.similarity, model) }));
  sendJson(response, { items: matches, ...found });
}

export const collectionRoutes: Record<string, Route> = {
  "POST v1/compare": compare,
  "POST v1/collections": create,
  "GET v1/collections": list,
  "GET v1/collections/:name": get,
  "DELETE v1/collections/:name": remove,
  "POST v1/collections/:name/faces": addFaces,
  "GET v1/collections/:name/faces": listFaces,
  "DELETE v1/collections/:name/faces/:id": removeFace,
  "POST v1/collections/:name/search": search,
};
