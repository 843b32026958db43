/**
 * Faults of the page that is shown: names that are missing, text that is hard to read, content wider than the screen.
 * It runs in the browser, so it can use nothing from outside.
 */
export function faultsOf(): string[] {
  const LEAST_CONTRAST = 4.5;
  const faults: string[] = [];

  const nameOf = (element: Element) =>
    element.getAttribute("aria-label") ||
    element.textContent?.trim() ||
    element.getAttribute("alt") ||
    (element as HTMLInputElement).labels?.[0]?.textContent?.trim();
  for (const element of document.querySelectorAll("a, button, input, summary, [role=img], [role=progressbar], th"))
    if (!nameOf(element)) faults.push(`no name: ${element.outerHTML.slice(0, 80)}`);
  for (const image of document.querySelectorAll("img"))
    if (!image.hasAttribute("alt")) faults.push(`no alternative text: ${image.outerHTML.slice(0, 80)}`);
  if (document.querySelectorAll("h1").length !== 1) faults.push("not one heading of the first level");
  if (!document.documentElement.lang) faults.push("no language");
  const ids = Array.from(document.querySelectorAll("[id]"), ({ id }) => id);
  if (new Set(ids).size < ids.length) faults.push("an id is there twice");
  for (const element of document.querySelectorAll("[aria-labelledby]"))
    if (!document.getElementById(element.getAttribute("aria-labelledby") as string))
      faults.push("a label is not there");

  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) faults.push(`${wide} pixels wider than the screen`);

  const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  /** Relative luminance, WCAG 2.2. */
  const luminance = (colour: number[]) => {
    const [red = 0, green = 0, blue = 0] = colour.slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const backgroundOf = (element: Element | null): number[] => {
    if (!element) return [255, 255, 255];
    const colour = channels(getComputedStyle(element).backgroundColor);
    return colour.length === 3 || (colour[3] ?? 0) > 0.99 ? colour : backgroundOf(element.parentElement);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement as Element;
    if (
      !node.textContent?.trim() ||
      !element.checkVisibility() ||
      element.closest("svg, :disabled, [aria-disabled=true], .unseen")
    )
      continue;
    const [one, other] = [luminance(channels(getComputedStyle(element).color)), luminance(backgroundOf(element))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (contrast < LEAST_CONTRAST)
      faults.push(`contrast ${contrast.toFixed(1)}: ${node.textContent.trim().slice(0, 40)}`);
  }
  return faults;
}

/** By how many pixels the page is wider than the screen with letters twice as large. Runs in the browser, too. */
export function excessOfLargeLetters(): number {
  const { documentElement } = document;
  documentElement.style.setProperty("font-size", "200%");
  const { scrollWidth, clientWidth } = documentElement;
  documentElement.style.removeProperty("font-size");
  return scrollWidth - clientWidth;
}
