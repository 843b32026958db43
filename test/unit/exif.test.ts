import { describe, expect, it } from "vitest";
import { webpOrientation } from "../../lib/vision/exif.ts";
import { orientedAstronaut } from "../support/pictures.ts";

describe("the EXIF orientation of a WebP file", () => {
  const file = orientedAstronaut("webp", 6);

  it("is read", () => expect(webpOrientation(file)).toBe(6));

  it("is upright where there is none or it is damaged, wherever the file ends", () => {
    expect(webpOrientation(Buffer.from("RIFF\0\0\0\0WEBP"))).toBe(1);
    const metadata = file.indexOf("EXIF");
    for (let end = metadata; end < file.length; end++) expect([1, 6]).toContain(webpOrientation(file.subarray(0, end)));
  });
});
