import { describe, expect, it } from "vitest";
import { CompareJson, FacesJson } from "../../lib/contracts/collection.ts";
import { faultsOf, inWords } from "../../lib/contracts/faults.ts";
import { NewKey } from "../../lib/contracts/key.ts";
import { ImagesJson, JobJson } from "../../lib/contracts/process.ts";

const wordsOf = (...[schema, value]: Parameters<typeof faultsOf>) => inWords(faultsOf(schema, value));

describe("what is wrong with a value", () => {
  it.each<[string, unknown, string[]]>([
    ["nothing", { images: ["QQ==", { data: "QQ==" }] }, []],
    ["its type", 7, ["must be object"]],
    ["a missing member", {}, ["must have required properties images"]],
    ["an unknown member", { images: ["a"], more: 1 }, ["more is not known"]],
    ["an unknown member without a name", { images: ["a"], "": 1 }, ['"" is not known']],
    ["too few items", { images: [] }, ["images must not have fewer than 1 items"]],
    [
      "items",
      { images: ["a", 1, {}, { data: 2 }] },
      [
        "images.1 must be object or must be string",
        "images.2 must have required properties data",
        "images.3.data must be string",
      ],
    ],
  ])("is named: %s", (_name, value, words) => {
    expect(wordsOf(ImagesJson, value)).toEqual(words);
  });

  it("is named in the settings of a job", () => {
    expect(wordsOf(JobJson, { priority: 1000, labels: { a: 1 }, options: { minSize: 1 } })).toEqual([
      expect.stringMatching(/^priority must be <= /),
      expect.stringMatching(/^labels/),
      expect.stringMatching(/^options.minSize must be >= /),
    ]);
  });

  it("is the name of a label, or its value", () => {
    expect(wordsOf(JobJson, { labels: { fine: "1", "with space": "2" } })).toEqual([
      "labels has a name that does not match ^(?!__proto__$)[\\w.-]{1,63}$: with space",
    ]);
    expect(wordsOf(JobJson, { labels: { fine: 1 } })).toEqual(["labels.fine must be string"]);
  });

  it("is what it may be, if only some values are allowed", () => {
    expect(wordsOf(NewKey, { name: "web shop", scopes: ["process", "job"] })).toEqual([
      "scopes.1 must be one of process, jobs, sessions, collections, read-only, metrics, admin",
    ]);
  });

  it("is never left out, also where each of its parts is right", () => {
    const key = { name: "web shop", scopes: ["jobs"] };
    expect(wordsOf(NewKey, { ...key, scopes: ["jobs", "jobs"] })).toEqual(["scopes must not have duplicate items"]);
    expect(wordsOf(NewKey, { ...key, limits: {} })).toEqual(["limits must not have fewer than 1 properties"]);
  });

  it("is that of the form which is meant", () => {
    expect(wordsOf(CompareJson, { first: { encoding: [1, "a"] }, second: { image: 1 } })).toEqual([
      "first.encoding.1 must be number",
      "second.image must be string",
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
      ...Array.from({ length: 4 }, (_, index) => `faces.0.encoding.${index} must be number`),
      "and more",
    ]);
  });
});
