/** What axe (axe-core) finds on a page, as of WCAG 2.2 AA and its own best practices. */
import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";

/** Each violation with the elements that it is about; none of a good page. */
export async function violationsOn(page: Page): Promise<string[]> {
  // Evaluated by the browser's debugger, which the page's content security policy does not concern.
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate("axe.run()")) as AxeResults;
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}
