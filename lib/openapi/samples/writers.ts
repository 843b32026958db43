/** The text of a sample in each language. Pure. */
import type { Sample, SampleCall, SampleRequest } from "./sample.ts";

export interface CodeSample {
  readonly lang: string;
  readonly label: string;
  readonly source: string;
}

/** Beginning of every sample for the TypeScript client. */
export const TYPESCRIPT_PREAMBLE = `import { openAsBlob } from "node:fs";
import { SightlineClient } from "sightline-client";

const client = new SightlineClient({ url: "http://127.0.0.1:8080", key: process.env.SIGHTLINE_KEY });
`;
/** Beginning of every sample for the Python client. */
export const PYTHON_PREAMBLE = `import os
from sightline_client import SightlineClient

client = SightlineClient("http://127.0.0.1:8080", os.environ.get("SIGHTLINE_KEY"))
`;
/** How samples name the image that they send. */
const TYPESCRIPT_IMAGE = `const image = { fileName: "me.jpg", content: await openAsBlob("me.jpg") };
`;
const PYTHON_IMAGE = `image = "me.jpg"
`;

/**
 * @param route The method, in lower case, and the path of the operation.
 * @param needsKey Whether a key may be needed.
 */
export function codeSamples(
  { request = {}, ...how }: Sample,
  route: { readonly method: string; readonly path: string },
  needsKey: boolean,
): CodeSample[] {
  return [
    { lang: "Shell", label: "curl", source: curl(request, route, needsKey) },
    ...("call" in how
      ? [
          { lang: "TypeScript", label: "TypeScript", source: typescript(how.call) },
          { lang: "Python", label: "Python", source: python(how.call) },
        ]
      : []),
  ];
}

function curl(
  { path = {}, query = {}, headers = {}, files, file, json, output }: SampleRequest,
  route: { readonly method: string; readonly path: string },
  needsKey: boolean,
): string {
  const where = route.path.replace(/\{(\w+)\}/g, (_, name) => path[name] ?? `{${name}}`);
  const asked = Object.entries(query).map(([name, value]) => `${name}=${value}`);
  const hasBody = files !== undefined || file !== undefined || json !== undefined;
  const method = route.method.toUpperCase();
  const isImplied = method === (hasBody ? "POST" : "GET");
  const options = [
    ...(isImplied ? [] : [`-X ${method}`]),
    ...(needsKey ? [`-H "x-api-key: $SIGHTLINE_KEY"`] : []),
    ...Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}'`),
    ...(files ?? []).map((name) => `-F images=@${name}`),
    ...(file === undefined ? [] : [`--data-binary @${file}`]),
    ...(json === undefined ? [] : [`--json ${quoted(json)}`]),
    ...(output === undefined ? [] : [`-o ${output}`]),
  ];
  const url = `"$SIGHTLINE_URL${where}${asked.length > 0 ? `?${asked.join("&")}` : ""}"`;
  return ["curl", ...options, url].join(" ");
}

/** Uses double quotes if the shell has to expand something. */
function quoted(text: string): string {
  return text.includes("$") ? `"${text.replaceAll('"', '\\"')}"` : `'${text}'`;
}

function typescript({ typescript: call, gives = "value" }: SampleCall): string {
  const image = /\bimage\b/.test(call) ? TYPESCRIPT_IMAGE : "";
  const lines = {
    value: `console.log(await client.${call});`,
    items: `for await (const item of client.${call}) console.log(item);`,
    nothing: `await client.${call};`,
  };
  return `${TYPESCRIPT_PREAMBLE}${image}${lines[gives]}`;
}

function python({ typescript: call, python: own = snakeCase(call), gives = "value" }: SampleCall): string {
  const image = /\bimage\b/.test(own) ? PYTHON_IMAGE : "";
  const lines = {
    value: `print(client.${own})`,
    items: `for item in client.${own}:\n    print(item)`,
    nothing: `client.${own}`,
  };
  return `${PYTHON_PREAMBLE}${image}${lines[gives]}`;
}

function snakeCase(text: string): string {
  return text.replace(/[a-z](?=[A-Z])/g, "$&_").toLowerCase();
}
