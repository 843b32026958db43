/** A page of the service, and what must not happen on it. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";

export interface OpenedPage {
  readonly page: Page;
  /** Goes to a view of the dashboard, as by its link. */
  view(hash: string, title: string): Promise<void>;
  /** Expects that nothing failed, no script was injected and no other site was asked; then closes the page. */
  close(): Promise<void>;
}

/** On the page that asks for a key. */
export async function signIn({ page }: OpenedPage, key: string): Promise<void> {
  await page.getByLabel("Key", { exact: true }).fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
}

export interface PageOptions extends BrowserContextOptions {
  readonly path?: string;
  /** Whether the service may be away, so that requests fail. */
  readonly isDown?: () => boolean;
}

export async function openPage(
  browser: Browser,
  url: string,
  { path = "/dashboard", isDown = () => false, ...options }: PageOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  // A bound for what hangs, as those of vitest.config.ts.
  page.setDefaultTimeout(60_000);
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    // Answers with an error status, which the page handles, are written to the console as well.
    const isFault = ["error", "warning"].includes(message.type()) && !/Failed to load resource/.test(message.text());
    if (isFault && !isDown()) faults.push(message.text());
  });
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== "blob:" && protocol !== "data:" && origin !== url) faults.push(`asked ${request.url()}`);
  });
  await page.goto(url + path);
  return {
    page,
    async view(hash, title) {
      await page.evaluate((target) => {
        location.hash = target;
      }, hash);
      await page.getByRole("heading", { level: 1, name: title }).waitFor();
    },
    async close() {
      // The page asks again and again, and a request that a test is still answering would fail with the page.
      await page.unrouteAll({ behavior: "ignoreErrors" });
      expect(await page.evaluate(() => "hacked" in globalThis)).toBe(false);
      expect(faults).toEqual([]);
      await context.close();
    },
  };
}
