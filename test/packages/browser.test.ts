/** The package `sightline-client` in a page of another origin, which loads it as a module. */
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { type BuiltPackage, buildNpmPackage, newWork } from "../support/built-packages.ts";
import { ADMIN_KEY } from "../support/key-client.ts";
import { type RunningService, startService } from "../support/service.ts";
import { goldenImages } from "../support/shared-data.ts";
import { expectedScenario, scenarioService } from "./expected-scenario.ts";

const PAGE = `<!doctype html><script type="module">
  import * as library from "/sightline-client.js";
  import { scenario } from "/scenario.js";
  globalThis.play = (settings, images) => scenario(library, settings, images);
</script>`;

const work = newWork();
const golden = goldenImages().slice(0, 3);
const images = golden.map(({ name, path }) => ({ name, base64: readFileSync(path).toString("base64") }));
let built: BuiltPackage;
let pages: Server;
let service: RunningService;
let origin: string;
beforeAll(async () => {
  built = await buildNpmPackage("sightline-client", work);
  const scripts: Record<string, string> = {
    "/sightline-client.js": join(built.folder, "index.js"),
    "/scenario.js": join(import.meta.dirname, "scenario.js"),
  };
  pages = createServer(({ url = "/" }, response) => {
    const script = scripts[url];
    if (script) response.writeHead(200, { "Content-Type": "text/javascript" }).end(readFileSync(script));
    else response.writeHead(200, { "Content-Type": "text/html" }).end(PAGE);
  });
  await once(pages.listen(0, "127.0.0.1"), "listening");
  origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
  service = await startService({ ...scenarioService, CORS_ORIGINS: origin });
});
afterAll(async () => {
  await service?.stop();
  pages?.closeAllConnections();
  pages?.close();
  rmSync(work, { recursive: true });
});

it("processes, runs jobs, follows events, opens sessions", async () => {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(origin);
    const result = await page.evaluate(
      async ({ settings, images }) => {
        const { play } = globalThis as unknown as { play: (...args: unknown[]) => Promise<unknown> };
        const files = images.map(({ name, base64 }) => {
          const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
          return { name, bytes };
        });
        return play(settings, files);
      },
      { settings: { url: service.url, key: ADMIN_KEY }, images },
    );
    expect(result).toMatchObject(expectedScenario(golden));
  } finally {
    await browser.close();
  }
});
