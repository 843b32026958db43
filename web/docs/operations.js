/** The operations of the API document, with everything that a form for one of them needs. Pure. */

/** Methods that an item of the document's paths may have. */
export const METHODS = ["get", "post", "put", "patch", "delete"];

/**
 * @param document The parsed `/openapi.json`.
 * @returns the operations in the order of the document's tags: `{ id, method, path, tag, summary, description,
 *   parameters, bodies, needsBody, answers }`. `bodies` are `{ type, schema, example }`, `answers` the media types of
 *   success.
 */
export function operationsOf(document) {
  const part = (value) => resolved(document, value);
  const all = Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => operationOf(part, path, item, method)),
  );
  return document.tags.flatMap(({ name }) => all.filter(({ tag }) => tag === name));
}

function operationOf(part, path, item, method) {
  const { operationId: id, tags, summary, description = "", requestBody, responses, ...rest } = item[method];
  const parameters = [...(item.parameters ?? []), ...(rest.parameters ?? [])].map(part).map((parameter) => ({
    ...parameter,
    schema: part(parameter.schema),
  }));
  const body = part(requestBody);
  const bodies = Object.entries(body?.content ?? {}).map(([type, { schema, example }]) => ({
    type,
    schema: part(schema),
    example: example ?? sampleOf(part, schema),
  }));
  const successes = Object.entries(responses).filter(([status]) => status.startsWith("2"));
  const answers = new Set(successes.flatMap(([, response]) => Object.keys(part(response).content ?? {})));
  return {
    id,
    method: method.toUpperCase(),
    path,
    tag: tags[0],
    summary,
    description,
    parameters,
    bodies,
    needsBody: body?.required === true,
    answers: [...answers],
  };
}

/** The part of the document that a reference such as `#/components/parameters/Prefer` leads to. */
function resolved(document, value) {
  if (value?.$ref === undefined) return value;
  const names = value.$ref.slice("#/".length).split("/");
  const part = names.reduce((object, name) => object[name.replaceAll("~1", "/").replaceAll("~0", "~")], document);
  return resolved(document, part);
}

/** The smallest value with everything that a schema requires, to be filled in. */
function sampleOf(part, reference) {
  const schema = part(reference);
  if (schema === undefined) return undefined;
  const { type, enum: values, anyOf, oneOf, required = [], properties = {} } = schema;
  const known = schema.const ?? schema.example ?? schema.examples?.[0] ?? schema.default ?? values?.[0];
  if (known !== undefined) return known;
  if (anyOf ?? oneOf) return sampleOf(part, (anyOf ?? oneOf)[0]);
  if (type === "object") return Object.fromEntries(required.map((name) => [name, sampleOf(part, properties[name])]));
  if (type === "array") return schema.minItems > 0 ? [sampleOf(part, schema.items)] : [];
  if (type === "integer" || type === "number") return schema.minimum ?? 0;
  return type === "boolean" ? false : "";
}

/**
 * Operations on the resource of a path, and on its subresources.
 * @param path An encoded path such as `/v1/jobs/5b8f`.
 * @returns `{ operation, parameters }` for each. `parameters` are the values of the path's parameters by name.
 */
export function operationsOn(operations, path) {
  const template = operations.map((operation) => operation.path).find((one) => one.includes("{") && matches(one, path));
  if (template === undefined) return [];
  const parameters = matches(template, path);
  const names = (text) => text.match(/\{\w+\}/g)?.join() ?? "";
  return operations
    .filter(
      (one) => (one.path === template || one.path.startsWith(`${template}/`)) && names(one.path) === names(template),
    )
    .map((operation) => ({ operation, parameters }));
}

function matches(template, path) {
  const pattern = template.replaceAll(/[.+]/g, "\\$&").replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)");
  const found = new RegExp(`^${pattern}$`).exec(path)?.groups;
  return found && Object.fromEntries(Object.entries(found).map(([name, value]) => [name, decodeURIComponent(value)]));
}
