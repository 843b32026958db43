import { expect, it } from "vitest";
import type { DetectorMetadata } from "../../lib/balancing/detectors.ts";
import { hasModels, readyModels, statesTogether } from "../../lib/balancing/detectors.ts";
import { mergeModels } from "../../lib/balancing/merge-models.ts";

/** A model in the form `name version`, unavailable if a question mark follows. */
function listed(text: string) {
  const [name = "", version = ""] = text.replace("?", "").split(" ");
  return { name, version, state: text.endsWith("?") ? "unavailable" : "ready" };
}
const names = (...lists: string[][]) =>
  mergeModels(lists.map((list) => list.map(listed)))
    .map(({ name, version, state }) => `${name} ${version}${state === "ready" ? "" : "?"}`)
    .sort();

it.each<[string, string[][], string[]]>([
  ["the same on all are one", [["a 1"], ["a 1"]], ["a 1"]],
  ["models that one detector has are those of all", [["a 1"], ["b 1"]], ["a 1", "b 1"]],
  ["what is ready on one is ready", [["a 1?"], ["a 1"], ["a 1?"]], ["a 1"]],
  ["a version that one has as its default is that of the others", [["a 1"], ["a@1 1", "a 2"]], ["a 2", "a@1 1"]],
  ["a version that is ready as a default is ready", [["a 1"], ["a@1 1?", "a 2"]], ["a 2", "a@1 1"]],
  ["of different defaults, most have it", [["a 1"], ["a 1"], ["a 2"]], ["a 1", "a@2 2"]],
  ["of as many, it is the last by its name", [["a v10"], ["a v9"]], ["a v10", "a@v9 v9"]],
  ["it is one that is ready", [["a 2?"], ["a 2?"], ["a 1"]], ["a 1", "a@2 2?"]],
  ["there may be none", [["a@1 1"], ["a@2 2"]], ["a@1 1", "a@2 2"]],
  ["a version that cannot be called by a name is left out", [["a 1"], ["a 1"], ["a 1/2"]], ["a 1"]],
])("versions of several detectors: %s", (_, lists, expected) => {
  expect(names(...lists)).toEqual(expected);
  expect(names(...lists.toReversed())).toEqual(expected);
});

const metadata = (...models: string[]): DetectorMetadata => ({
  threads: 1,
  queueSize: 1,
  models: Object.fromEntries(models.map(listed).map(({ name, state }) => [name, state])),
  versions: Object.fromEntries(models.map(listed).map(({ name, version }) => [name, version])),
  isToBeAsked: false,
});

it("a detector has its default version under both names", () => {
  const detector = metadata("faces-haar x", "a@1 1", "a 2", "b 1?");
  expect(readyModels(detector).toSorted()).toEqual(["a", "a@1", "a@1", "a@2", "faces-haar"]);
  expect(hasModels(detector, ["a@2", "a@1", "faces-haar"])).toBe(true);
  for (const name of ["a@3", "b", "b@1", "faces-haar@x"]) expect(hasModels(detector, [name])).toBe(false);
});

it("a detector of an earlier version of the service has its models", () => {
  const detector = { ...metadata("a 1"), versions: {} };
  expect(hasModels(detector, ["a"])).toBe(true);
  expect(statesTogether([detector])).toEqual({ a: "ready" });
});

it("the states are those of the versions", () => {
  expect(statesTogether([metadata("a 1"), metadata("a@1 1?", "a 2")])).toEqual({ "a@1": "ready", a: "ready" });
});
