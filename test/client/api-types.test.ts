import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { facesOf } from "../../client/faces.ts";

it("the client's types are those of the API document", () => {
  const script = join(import.meta.dirname, "../../scripts/client-types.ts");
  expect(execFileSync(process.execPath, [script, "--check"], { encoding: "utf8" })).toContain("is current");
});

describe("faces", () => {
  const box = [1, 2, 3, 4];
  const encoding = [0.5, -0.5];

  it.each([
    ["boxes", { faces: [box] }, [{ box }]],
    ["boxes with encodings", { faces: [{ box, encoding }] }, [{ box, encoding }]],
    ["of an image", { index: 0, result: { faces: [box] } }, [{ box }]],
    ["encodings without boxes", { faces: [{ encoding }] }, [{ encoding }]],
    ["a model's", { results: { "faces-haar": { faces: [box] } } }, [{ box }]],
    [
      "the model's that tells most",
      { results: { "faces-haar": { faces: [box] }, "face-encoding": { faces: [{ box, encoding }] } } },
      [{ box, encoding }],
    ],
    ["none", { faces: [] }, []],
    ["of what has no faces", { labels: ["cat"] }, []],
    ["of nothing", undefined, []],
    ["not of what is no box", { faces: [[1, 2], { box: "x" }, null, box] }, [{ box }]],
  ])("are read: %s", (_, result, faces) => {
    expect(facesOf(result)).toEqual(faces);
  });
});
