/** The request that a form describes, and the equivalent curl command. Pure. */
import { sentName } from "../dashboard/sent-name.js";

/** The header with the key. The curl command takes the key from a variable, so that no key is copied with a command. */
const KEY_HEADER = "x-api-key";
const KEY_VARIABLE = '"x-api-key: $SIGHTLINE_KEY"';

/**
 * @param form The fields as FormData: `path.*`, `query.*` and `header.*` of the parameters, `accept`, `body` for the
 *   body's type, and `part.*`, `file` or `text` for its content. Empty ones are left out.
 * @param key Key that is sent as a header; optional.
 * @returns `{ method, path, query, headers, body }`. The path does not include the base path; `query` and `headers` are
 *   pairs; `body` is undefined, or has a `type` and either `parts`, which are pairs, a `file` or a `text`.
 */
export function requestOf({ method, path }, form, key) {
  const filled = [...form].filter(([, value]) => (value instanceof File ? value.name !== "" : value !== ""));
  const fieldsOf = (place) =>
    filled
      .filter(([name]) => name.startsWith(`${place}.`))
      .map(([name, value]) => [name.slice(place.length + 1), value]);
  const fields = Object.fromEntries(filled);
  const values = Object.fromEntries(fieldsOf("path"));
  const body = bodyOf(fields, fieldsOf("part"));
  return {
    method,
    path: path.replaceAll(/\{(\w+)\}/g, (_, name) => segmentOf(name, values[name])),
    query: fieldsOf("query"),
    headers: [
      ...(key ? [[KEY_HEADER, key]] : []),
      ...(fields.accept ? [["Accept", fields.accept]] : []),
      // A browser sets the content type of a form itself.
      ...(body && !body.parts ? [["Content-Type", body.type]] : []),
      ...fieldsOf("header"),
    ],
    body,
  };
}

/**
 * The value of a path's parameter, encoded, or a placeholder such as `ID` for one that the path would not keep: an
 * empty one, or `.` and `..`, which address the parent (RFC 3986, section 5.2.4), also encoded.
 */
function segmentOf(name, value = "") {
  return ["", ".", ".."].includes(value) ? name.toUpperCase() : encodeURIComponent(value);
}

function bodyOf({ body: type, file, text }, parts) {
  if (type === undefined) return undefined;
  if (type === "multipart/form-data") return { type, parts };
  if (type === "application/json") return { type, text: text ?? "" };
  return { type: type.includes("*") ? file?.type || "application/octet-stream" : type, file: file ?? new Blob() };
}

/** @param base The address of the service, which ends in a slash. */
export function addressOf({ path, query }, base) {
  const address = new URL(`.${path}`, base);
  for (const [name, value] of query) address.searchParams.append(name, value);
  return address.href;
}

/** The request as options for `fetch`. */
export function fetchOptionsOf({ method, headers, body }) {
  return {
    method,
    headers,
    cache: "no-store",
    body: body && (body.parts ? formOf(body.parts) : (body.text ?? body.file)),
  };
}

function formOf(parts) {
  const form = new FormData();
  for (const [name, value] of parts) {
    if (value instanceof File) form.append(name, value, sentName(value.name));
    else form.append(name, value);
  }
  return form;
}

/** @param mayNeedKey Whether the command includes the key even if the browser sends a cookie instead. */
export function curlOf(request, base, mayNeedKey) {
  const { method, headers, body } = request;
  const isImplied = method === (body ? "POST" : "GET");
  const isJson = body?.text !== undefined;
  const others = headers.filter(([name]) => name !== KEY_HEADER && !(isJson && name === "Content-Type"));
  const accept = headers.find(([name]) => name === "Accept")?.[1];
  const options = [
    ...(isImplied ? [] : [`-X ${method}`]),
    ...(mayNeedKey ? [`-H ${KEY_VARIABLE}`] : []),
    ...(isJson ? [`--json ${quoted(body.text)}`] : []),
    ...others.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    // A placeholder if no file is chosen yet, because without a body curl would send a GET.
    ...(body?.parts?.length === 0 ? ["-F images=@FILE"] : []),
    ...(body?.parts ?? []).map(partOf),
    ...(body?.file ? [`--data-binary ${quoted(`@${body.file.name ?? "FILE"}`)}`] : []),
    ...(accept === "text/event-stream" ? ["-N"] : []),
    ...(accept?.startsWith("image/") ? ["-o answer"] : []),
  ];
  return ["curl", ...options, quoted(addressOf(request, base))].join(" ");
}

/** Names of files are quoted, since `,` and `;` have a meaning for curl. */
function partOf([name, value]) {
  if (!(value instanceof File)) return `--form-string ${quoted(`${name}=${value}`)}`;
  const isPlain = /^[\w.-]+$/.test(value.name);
  const file = isPlain ? value.name : `"${value.name.replaceAll(/["\\]/g, "\\$&")}"`;
  return `-F ${quoted(`${name}=@${file}`)}`;
}

/** Quotes a text for a POSIX shell, if needed. */
function quoted(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
