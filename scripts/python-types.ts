/**
 * Python types for the API document: a final TypedDict for each object, so that `in` distinguishes them. A type with a
 * field that is no Python name, such as `from`, is made by a call of TypedDict, and cannot be final. Part of `npm run
 * client-types`.
 */

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

export interface ApiDocument {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** A field of a TypedDict. */
interface Field {
  readonly key: string;
  readonly type: string;
  readonly description?: string | undefined;
}

/** The types that the client sends and receives. Types that they refer to are added. */
const ROOTS = [
  ...["ProcessResult", "AnalysisResult", "Job", "JobPage", "ResultsPage", "CloudEvent", "EncodedPicture", "Summary"],
  ...[
    "CollectionView",
    "CollectionPage",
    "FaceList",
    "FacePage",
    "FaceJson",
    "MatchList",
    "Comparison",
    "ModelPage",
    "WhoAmI",
  ],
  ...["CreatedKey", "KeyPage", "Problem", "EventPage", "DeadLetterPage", "AuditPage", "Erasure", "DeliveryPage"],
  ...["CreatedReceiverSecret", "ReceiverSecret", "RepositoryModel", "Node"],
  ...["UploadedFile", "Stats", "MeanEncoding", "Statistics", "ActivityOfRange"],
];
const SCALARS: Readonly<Record<string, string>> = {
  string: "str",
  integer: "int",
  number: "float",
  boolean: "bool",
  null: "None",
};
const HEADER = `"""Answers of the API, as they are in JSON. Written by \`npm run client-types\` from docs/openapi.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict, final

if TYPE_CHECKING:
    from typing_extensions import NotRequired, TypeAlias
`;
const WIDTH = 100;
/** Keywords that could be names of fields. */
const KEYWORDS = new Set(
  "and as class continue del for from global if import in is not or pass raise return with".split(" "),
);

/** The text of \`types.py\`. @throws Error for a schema that it cannot express. */
export function pythonTypes({ components: { schemas } }: ApiDocument): string {
  const definitions = new Map<string, string>();

  /** The type as an expression. Objects get a class, named after their place. */
  function typeOf(schema: Schema, name: string): string {
    const { $ref, type = "", properties, patternProperties, items, anyOf } = schema;
    if ($ref !== undefined) return reference($ref.replace("#/components/schemas/", ""));
    if (schema.const !== undefined) return literal([schema.const]);
    if (schema.enum) return literal(schema.enum);
    if (anyOf) return anyOf.map((one, index) => typeOf(one, `${name}${index + 1}`)).join(" | ");
    if (type === "array") return `list[${items ? typeOf(items, `${name}Item`) : "Any"}]`;
    if (SCALARS[type]) return SCALARS[type];
    if (type !== "object") throw new Error(`${name} has the type ${type}, which Python's types do not have yet.`);
    if (properties && Object.keys(properties).length > 0) return define(name, schema);
    const [values] = Object.values(patternProperties ?? {});
    return `dict[str, ${values ? typeOf(values, `${name}Value`) : "Any"}]`;
  }

  function reference(name: string): string {
    if (!definitions.has(name)) {
      // Empty until it is known, for a type that refers to itself.
      definitions.set(name, "");
      const schema = schemas[name];
      if (!schema) throw new Error(`There is no schema ${name}.`);
      const type = typeOf(schema, name);
      if (type !== name) definitions.set(name, `${name}: TypeAlias = "${type.replaceAll('"', "'")}"\n`);
    }
    return name;
  }

  function define(name: string, { description, properties = {}, required = [] }: Schema): string {
    definitions.set(name, "");
    const fields = Object.entries(properties).map(([key, field]): Field => {
      const type = typeOf(field, name + key[0]?.toUpperCase() + key.slice(1));
      return {
        key,
        type: required.includes(key) ? type : `NotRequired[${type}]`,
        description: field.description,
      };
    });
    const isClass = fields.every(({ key }) => isName(key));
    definitions.set(name, (isClass ? classOf : callOf)(name, fields, description));
    return name;
  }

  for (const root of ROOTS) reference(root);
  const code = typeOf(schemas.Problem?.properties?.code ?? {}, "ProblemCode");
  const names = [...definitions.keys()].sort();
  const texts = names.map((name) => definitions.get(name)).filter(Boolean);
  const isAlias = (text = "") => /^\w+: TypeAlias/.test(text);
  const classes = texts.filter((text) => !isAlias(text)).map((text) => `\n\n${text}`);
  const aliases = texts.filter((text) => isAlias(text)).map((text) => `\n${text}`);
  return `${HEADER}\nProblemCode: TypeAlias = "${code.replaceAll('"', "'")}"\n${aliases.join("")}${classes.join("")}`;
}

function literal(values: readonly unknown[]): string {
  return `Literal[${values.map((value) => JSON.stringify(value)).join(", ")}]`;
}

function isName(key: string): boolean {
  return /^[a-z_]\w*$/i.test(key) && !KEYWORDS.has(key);
}

function classOf(name: string, fields: readonly Field[], about?: string): string {
  const lines = fields.flatMap(({ key, type, description }) => [
    `    ${key}: ${type}\n`,
    ...(description ? [docstring(description, "    ")] : []),
  ]);
  return `@final\nclass ${name}(TypedDict):\n${about ? `${docstring(about, "    ")}\n` : ""}${lines.join("")}`;
}

/** The types are quoted, because they may be defined later in the file. */
function callOf(name: string, fields: readonly Field[], about?: string): string {
  const lines = fields.flatMap(({ key, type, description }) => [
    ...(description ? wrapped(description).map((line) => `        # ${line}\n`) : []),
    `        "${key}": "${type.replaceAll('"', "'")}",\n`,
  ]);
  return `${name} = TypedDict(\n    "${name}",\n    {\n${lines.join("")}    },\n)\n${about ? docstring(about, "") : ""}`;
}

function docstring(text: string, indent: string): string {
  const lines = wrapped(text.replaceAll("\\", "\\\\").replaceAll('"""', "'''"));
  return `${indent}"""${lines.join(`\n${indent}`)}"""\n`;
}

/** Wraps the text into lines, because descriptions may be long. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line === undefined || `${line} ${word}`.length > WIDTH - 10) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
