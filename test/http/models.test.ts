import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { startService } from "../support/service.ts";
import { goldenImages } from "../support/shared-data.ts";

describe("the engine of faces-haar", () => {
  it.each([
    ["auto", "exact"],
    ["exact", "exact"],
    ["opencv", "opencv"],
  ])("HAAR_ENGINE=%s is %s, and gives the golden boxes", async (choice, expected) => {
    const service = await startService({ HAAR_ENGINE: choice });
    const model = await (await fetch(`${service.url}/v1/models/faces-haar`)).json();
    expect(model).toMatchObject({ name: "faces-haar", state: "ready", engine: { name: expected } });
    for (const { path, faces } of goldenImages()) {
      const body = readFileSync(path);
      const headers = { "Content-Type": "image/jpeg" };
      const answer = await fetch(`${service.url}/process`, { method: "POST", headers, body });
      expect(await answer.json()).toMatchObject({ images: [{ faces }] });
    }
    await service.stop();
  });

  it("is listed with the other models, and an unknown one is not there", async () => {
    const service = await startService();
    const { items } = (await (await fetch(`${service.url}/v1/models`)).json()) as {
      items: { name: string; state: string }[];
    };
    const states = Object.fromEntries(items.map(({ name, state }) => [name, state]));
    // Nobody pulled the files of the others.
    const unavailable = ["faces-yunet", "face-encoding", "classify", "objects"].map((name) => [name, "unavailable"]);
    expect(states).toEqual({ "faces-haar": "ready", ...Object.fromEntries(unavailable) });
    const unknown = await fetch(`${service.url}/v1/models/none`);
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ code: "MODEL_NOT_FOUND" });
    await service.stop();
  });
});
