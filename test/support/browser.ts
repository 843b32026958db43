/** A real headless browser for pages of the service. */
import { type Browser, chromium } from "playwright-core";
import { ensureDebianPackages } from "../../scripts/debian-packages.ts";

/** Prevents requests to other sites, and allows running in a container. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts a browser. Its letters are 16 pixels high, which is the default of browsers, unless set otherwise. */
export function launchBrowser({ letterPixels = 16 } = {}): Promise<Browser> {
  ensureDebianPackages("chromium-headless-shell");
  const args = [...ARGUMENTS, `--blink-settings=defaultFontSize=${letterPixels}`];
  return chromium.launch({ executablePath: "/usr/bin/chromium-headless-shell", args });
}
