/** The settings of a job that is created with some in the query and some in the body. */
import { expect, test } from "vitest";
import { jobSettingsOf, mergeSettings } from "../../lib/contracts/job-query.ts";
import { namedModels } from "../../lib/jobs/job-models.ts";

test.each([
  ["model", { model: "a" }, { models: "b,c" }, ["b", "c"]],
  ["models", { models: ["a", "b"] }, { model: "c" }, ["c"]],
  ["model", { model: "a" }, { model: "c" }, ["c"]],
  ["model", { model: "a" }, { priority: 3 }, ["a"]],
])("the models of a query replace the `%s` of a body: %#", (_name, body, query, expected) => {
  const merged = mergeSettings(body, jobSettingsOf(query));
  expect(namedModels(merged)).toEqual(expected);
});

test("a body, or a query, that has both is refused", () => {
  const both = { model: "a", models: ["b"] };
  const refused = expect.objectContaining({ type: "INVALID_OPTION" });
  expect(() => namedModels(mergeSettings(both, {}))).toThrow(refused);
  expect(() => namedModels(mergeSettings({}, both))).toThrow(refused);
});

test("options and labels of a query are added to those of a body, and override them by name", () => {
  const body = { options: { minNeighbors: 3, minSize: 50 }, labels: { album: "a", year: "2024" }, priority: 2 };
  expect(mergeSettings(body, jobSettingsOf({ minSize: 80, labels: "album:b" }))).toEqual({
    options: { minNeighbors: 3, minSize: 80 },
    labels: { album: "b", year: "2024" },
    priority: 2,
  });
});

test("labels of a body and a query that are too many together are refused by their own name", () => {
  const labels = (prefix: string) => Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`${prefix}${n}`, "x"]));
  expect(() => mergeSettings({ labels: labels("a") }, { labels: labels("b") })).toThrow(
    "labels must not have more than 32 members.",
  );
  expect(mergeSettings({ labels: labels("a") }, { labels: labels("a") })).toEqual({ labels: labels("a") });
});
