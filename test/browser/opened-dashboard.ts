import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { type BreakableService, startBreakableService } from "../support/breakable-service.ts";
import { launchBrowser } from "../support/browser.ts";
import { sample } from "../support/images.ts";
import { JobClient } from "../support/job-client.ts";
import { type OpenedPage, openPage } from "./opened-page.ts";

export const astronaut = { name: "astronaut.png", bytes: sample("astronaut.png") };
export const cat = { name: "chelsea.png", bytes: sample("chelsea.png") };
export const text = { name: "notes.jpg", bytes: new TextEncoder().encode("no image") };

export interface OpenedDashboard {
  readonly service: BreakableService;
  readonly client: JobClient;
  readonly browser: Browser;
  /** Opened anew for each test. */
  readonly opened: OpenedPage;
}

/** The dashboard of a service for the tests of a file. */
export function openedDashboard(): OpenedDashboard {
  const dashboard = {} as { -readonly [Part in keyof OpenedDashboard]: OpenedDashboard[Part] };
  beforeAll(async () => {
    dashboard.service = await startBreakableService({ MAX_ATTEMPTS: "1", THREADS: "1", DISPATCH_CONCURRENCY: "1" });
    dashboard.client = new JobClient(dashboard.service.url);
    dashboard.browser = await launchBrowser();
  });
  afterAll(async () => {
    await dashboard.browser?.close();
    await dashboard.service?.kill();
  });
  beforeEach(async () => {
    dashboard.service.detector("");
    dashboard.opened = await openPage(dashboard.browser, dashboard.service.url);
  });
  afterEach(() => dashboard.opened.close());
  return dashboard;
}

/** The boxes drawn in a part of the page. */
export const boxesOf = (page: Page, selector: string) =>
  page
    .locator(`${selector} rect.box`)
    .evaluateAll((shapes) =>
      shapes.map((shape) => ["x", "y", "width", "height"].map((name) => Number(shape.getAttribute(name)))),
    );
