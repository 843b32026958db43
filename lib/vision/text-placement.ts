/** Placement of names in an annotated image. Pure. */
import type { Box } from "../contracts/receipt.ts";
import type { Size } from "./size.ts";

/**
 * The first place above, below or just inside a box that lies in the image and overlaps no occupied area.
 * @returns undefined if there is none, as overlapping names are useless.
 */
export function placeAt(box: Box, text: Size, image: Size, taken: readonly Box[]): Box | undefined {
  const [x, y, w, h] = box;
  const lefts = [x, x + w - text.width].map((left) => Math.max(0, Math.min(left, image.width - text.width)));
  const tops = [y - text.height, y + h, y, y + h - text.height];
  for (const top of tops)
    for (const left of lefts) {
      const place: Box = [left, top, text.width, text.height];
      if (top < 0 || top + text.height > image.height || left + text.width > image.width) continue;
      if (!taken.some((other) => isOverlapping(place, other))) return place;
    }
  return undefined;
}

function isOverlapping([x, y, w, h]: Box, [otherX, otherY, otherW, otherH]: Box): boolean {
  return x < otherX + otherW && otherX < x + w && y < otherY + otherH && otherY < y + h;
}
