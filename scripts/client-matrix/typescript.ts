/** Client generators for TypeScript. */
import type { Command, Generator } from "./generator.ts";
import { openapiGenerator } from "./openapi-generator.ts";

const FOLDER = "generated";
const TSCONFIG = JSON.stringify({
  compilerOptions: {
    strict: true,
    target: "es2022",
    lib: ["es2022", "dom", "dom.iterable"],
    module: "preserve",
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    types: ["node"],
  },
  include: ["*.ts", FOLDER],
});

/** Common parts of all. The program is bundled, because some generators write imports that Node does not resolve. */
function typescript(name: string, version: string, packages: readonly string[], parts: TypeScriptParts): Generator {
  return {
    name,
    version,
    language: "TypeScript",
    programs: { [`${name.replace(/^@|\/.*/g, "")}.ts`]: "program.ts", "scenario.ts": "scenario.ts" },
    files: { "package.json": '{"private":true,"type":"module"}', "tsconfig.json": TSCONFIG, ...parts.files },
    install: async () => [npmInstall("typescript@5.9.3", "rolldown@1.2.19", "@types/node@24.19.2", ...packages)],
    generate: parts.generate,
    compile: [
      ["node_modules/.bin/tsc", "-p", "."],
      ["node_modules/.bin/rolldown", "program.ts", "--platform", "node", "--file", "program.mjs"],
    ],
    run: ["node", "program.mjs"],
  };
}

type TypeScriptParts = Pick<Generator, "generate" | "files">;

function npmInstall(...packages: string[]): Command {
  return [
    "npm",
    "install",
    "--no-audit",
    "--no-fund",
    "--no-save",
    "--ignore-scripts",
    "--legacy-peer-deps",
    ...packages,
  ];
}

const OPENAPI_TYPESCRIPT = "7.13.0";
const HEY_API = "0.99.0";
const ORVAL = "8.38.0";

export const openapiTypescript = typescript(
  "openapi-typescript",
  OPENAPI_TYPESCRIPT,
  [`openapi-typescript@${OPENAPI_TYPESCRIPT}`, "openapi-fetch@0.17.0"],
  { generate: async (document) => [["node_modules/.bin/openapi-typescript", document, "-o", `${FOLDER}/index.ts`]] },
);

export const heyApi = typescript("@hey-api/openapi-ts", HEY_API, [`@hey-api/openapi-ts@${HEY_API}`], {
  generate: async (document) => [["node_modules/.bin/openapi-ts", "-i", document, "-o", FOLDER]],
});

/** orval would send the files of a form as JSON, which these operations accept too, so the media type is configured. */
const ORVAL_CONFIG = `
const form = { contentType: { include: ["multipart/form-data"] } };
const json = { contentType: { include: ["application/json"] } };
const uploads = ["process", "createJob", "addImages", "encode", "uploadFile", "addFaces", "searchFaces"];
export default {
  sightline: {
    input: process.env.API_DOCUMENT,
    output: {
      target: "${FOLDER}/index.ts",
      client: "fetch",
      baseUrl: { runtime: "globalThis.process.argv[2]" },
      override: {
        operations: Object.fromEntries([
          ...uploads.map((name) => [name, form]),
          ...["infer", "inferVersion"].map((name) => [name, json]),
        ]),
      },
    },
  },
};
`;

export const orval = typescript("orval", ORVAL, [`orval@${ORVAL}`], {
  files: { "orval.config.mjs": ORVAL_CONFIG },
  generate: async (document) => [
    ["env", `API_DOCUMENT=${document}`, "node_modules/.bin/orval", "--config", "orval.config.mjs"],
  ],
});

export const typescriptFetch = {
  ...typescript("typescript-fetch", openapiGenerator.version, [], {
    generate: async (document) => [await openapiGenerator.command("typescript-fetch", document, FOLDER)],
  }),
  name: "openapi-generator typescript-fetch",
};
