import type { TSchema } from "typebox";
import { Type } from "typebox";
import { describe, expect, it } from "vitest";
import { AddQuery, EncodingJson, NewCollection } from "../../lib/contracts/collection.ts";
import { JobSettings } from "../../lib/contracts/job.ts";
import { parseLabels } from "../../lib/contracts/labels.ts";
import { ProcessQuery } from "../../lib/contracts/process.ts";
import { parse } from "../../lib/contracts/validation.ts";

const Query = Type.Object({ annotate: Type.Boolean() });

describe("a boolean in a query", () => {
  // As Python and .NET write it, and PHP.
  it.each(["true", "True", "TRUE", "1"])("is true: %s", (annotate) => {
    expect(parse(Query, { annotate })).toEqual({ annotate: true });
  });

  it.each(["false", "False", "0"])("is false: %s", (annotate) => {
    expect(parse(Query, { annotate })).toEqual({ annotate: false });
  });

  it.each(["", "yes", "on", "null", "01", " true", "truest"])("is none: %j", (annotate) => {
    expect(() => parse(Query, { annotate })).toThrow("annotate must be true or false.");
  });
});

describe("a text that clients send", () => {
  const plain = "must have no control characters";
  it.each<[TSchema, unknown, string]>([
    [JobSettings, { labels: { a: "x\ny" } }, `labels.a ${plain}`],
    [EncodingJson, { encoding: [1], label: "x\u001b[2J" }, `label ${plain}`],
    [AddQuery, { label: "\u0085x" }, `label ${plain}`],
    [NewCollection, { name: ".." }, "name must be 1 to 64 letters, digits or _.-, but not only one or two dots"],
    [JobSettings, { model: "FACES-HAAR" }, "model must be the name of a model in lower case, such as faces-haar"],
    [ProcessQuery, { models: "FACES-HAAR" }, "models must be names of models in lower case, such as faces-haar,"],
  ])("is refused in words: %#", (schema, value, message) => {
    expect(() => parse(schema, value)).toThrow(message);
  });

  it("may be in any language", () => {
    const settings = { labels: { place: "Zürich 東京 \u200fعربى 👩‍👩‍👧" } };
    expect(parse(JobSettings, settings)).toEqual(settings);
  });
});

describe("labels in a query", () => {
  it("are pairs", () => {
    expect(parseLabels("a:b:c,d:,e")).toEqual({ a: "b:c", d: "", e: "" });
  });

  it.each([
    ["a=b", "labels has the name a=b, which must be 1 to 63 letters, digits or _.-, but not __proto__."],
    ["__proto__:x", "labels has the name __proto__, which must be 1 to 63 letters, digits or _.-, but not __proto__."],
    [`a:${"x".repeat(300)}`, "labels.a must not have more than 255 characters."],
    ["a:1,a:2", "labels has the same name more than once."],
  ])("that are none are named: %s", (text, message) => {
    expect(() => parseLabels(text)).toThrow(message);
  });
});
