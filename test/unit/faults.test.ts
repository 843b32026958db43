import { type TSchema, Type } from "typebox";
import { describe, expect, it } from "vitest";
import { CompareJson, FacesJson, FacesQuery } from "../../lib/contracts/collection.ts";
import { NewErasure } from "../../lib/contracts/erasure.ts";
import { EventsQuery } from "../../lib/contracts/event.ts";
import { faultsOf, inWords } from "../../lib/contracts/faults.ts";
import { JobListQuery } from "../../lib/contracts/job.ts";
import { NewKey } from "../../lib/contracts/key.ts";
import { patternInWords } from "../../lib/contracts/patterns.ts";
import { ImagesJson, JobJson, ProcessQuery } from "../../lib/contracts/process.ts";
import { apiDocument } from "../../lib/openapi/document.ts";
import { operationsOf, resolved } from "../support/api-document.ts";

const wordsOf = (...[schema, value]: Parameters<typeof faultsOf>) => inWords(faultsOf(schema, value));

describe("what is wrong with a value", () => {
  it.each<[string, unknown, string[]]>([
    ["nothing", { images: ["QQ==", { data: "QQ==" }] }, []],
    ["its type", 7, ["it must be an object"]],
    ["a missing member", {}, ["images is missing"]],
    ["an unknown member", { images: ["a"], more: 1 }, ["more is not known"]],
    ["an unknown member without a name", { images: ["a"], "": 1 }, ['"" is not known']],
    ["too few items", { images: [] }, ["images must not be empty"]],
    [
      "items",
      { images: ["a", 1, {}, { data: 2 }] },
      ["images.1 must be an object or a string", "images.2 must have data or url", "images.3.data must be a string"],
    ],
  ])("is named: %s", (_name, value, words) => {
    expect(wordsOf(ImagesJson, value)).toEqual(words);
  });

  it("is named in the settings of a job", () => {
    expect(wordsOf(JobJson, { priority: 1000, labels: { a: 1 }, options: { minSize: 1 } })).toEqual([
      "priority must be at most 9",
      expect.stringMatching(/^labels/),
      "options.minSize must be at least 24",
    ]);
  });

  it("is the name of a label, or its value", () => {
    expect(wordsOf(JobJson, { labels: { fine: "1", "with space": "2" } })).toEqual([
      "labels has the name with space, which must be 1 to 63 letters, digits or _.-, but not __proto__",
    ]);
    expect(wordsOf(JobJson, { labels: { fine: 1 } })).toEqual(["labels.fine must be a string"]);
  });

  it("is what it may be, if only some values are allowed", () => {
    expect(wordsOf(NewKey, { name: "web shop", scopes: ["process", "job"] })).toEqual([
      "scopes.1 must be one of process, jobs, sessions, collections, read-only, metrics, admin",
    ]);
  });

  it("is never left out, also where each of its parts is right", () => {
    const key = { name: "web shop", scopes: ["jobs"] };
    expect(wordsOf(NewKey, { ...key, scopes: ["jobs", "jobs"] })).toEqual(["scopes must not have an item twice"]);
    expect(wordsOf(NewKey, { ...key, limits: {} })).toEqual(["limits must not be empty"]);
  });

  it("is told once, also where a value has several schemas", () => {
    const text = Type.Object({ parameters: Type.Intersect([Type.Object({}), Type.Object({})]) });
    expect(wordsOf(text, { parameters: 1 })).toEqual(["parameters must be an object"]);
  });

  it("has control characters of names as JSON would", () => {
    expect(wordsOf(ImagesJson, { images: ["a"], "\u0000\u202e\ufeff\n": 1 })).toEqual([
      "\\u0000\\u202e\\ufeff\\u000a is not known",
    ]);
  });

  it.each<[string, TSchema, unknown, string]>([
    ["a time", JobListQuery, { createdFrom: "today" }, "createdFrom must be a time such as 2026-01-31T12:00:00Z"],
    ["an id", NewErasure, { key: "x" }, "key must be a UUID"],
    ["a page", FacesQuery, { cursor: "x" }, "cursor must be the nextCursor of another page"],
    ["an event", EventsQuery, { after: "x" }, "after must be the sequence or the id of an event"],
    ["a true or false", ProcessQuery, { annotate: "x" }, "annotate must be true or false"],
    ["a whole number", JobListQuery, { limit: 1.5 }, "limit must be a whole number"],
    ["a longer text", NewKey, { name: "", scopes: ["jobs"] }, "name must not be empty"],
    [
      "a shorter text",
      NewKey,
      { name: "x".repeat(101), scopes: ["jobs"] },
      "name must not have more than 100 characters",
    ],
  ])("is that it must be %s", (_name, schema, value, words) => {
    expect(wordsOf(schema, value)).toEqual([words]);
  });

  it("has words for each pattern of the texts that clients send", () => {
    const schemas = operationsOf(resolved(apiDocument())).flatMap(({ operation }) => [
      ...(operation.parameters ?? []).filter(({ in: place }) => place === "query").map(({ schema }) => schema),
      ...Object.values(operation.requestBody?.content ?? {}).map(({ schema }) => schema),
    ]);
    const patterns = new Set<string>();
    JSON.stringify(schemas, (name, value) => {
      if (name === "pattern" && typeof value === "string") patterns.add(value);
      if (name === "patternProperties") for (const pattern of Object.keys(value)) patterns.add(pattern);
      return value;
    });
    expect(patterns.size).toBeGreaterThan(5);
    expect([...patterns].map(patternInWords).filter((words) => words.startsWith("must match"))).toEqual([]);
  });

  it("is that of the form which is meant", () => {
    expect(wordsOf(CompareJson, { first: { encoding: [1, "a"] }, second: { image: 1 } })).toEqual([
      "first.encoding.1 must be a number",
      "second.image must be a string",
    ]);
  });

  it("names the members of which any would do, where one of them is missing", () => {
    expect(wordsOf(CompareJson, { first: {}, second: { data: "QQ==" } })).toEqual([
      "first must have encoding, image or url",
      "second must have encoding, image or url",
      "second.data is not known",
    ]);
  });

  it("ends after the first few, and does not go through the rest", () => {
    const unread = Array.from({ length: 100_000 }, () => 1);
    const images = new Proxy(unread, {
      get(target, name, receiver) {
        if (typeof name === "string" && Number(name) > 10) throw new Error(`Item ${name} was looked at.`);
        return Reflect.get(target, name, receiver);
      },
    });
    const words = wordsOf(ImagesJson, { images });
    expect(words).toHaveLength(6);
    expect(words.at(-1)).toBe("and more");
  });

  it("is no longer than it must be for names that are long", () => {
    expect(wordsOf(ImagesJson, { images: ["a"], ["x".repeat(10_000)]: 1 }).join("").length).toBeLessThan(200);
  });

  it("is the length of what is too long", () => {
    expect(wordsOf(FacesJson, { faces: [{ encoding: new Array(100_000).fill(null) }] })).toEqual([
      expect.stringMatching(/^faces.0.encoding must not have more than \d+ items$/),
      ...Array.from({ length: 4 }, (_, index) => `faces.0.encoding.${index} must be a number`),
      "and more",
    ]);
  });
});
