import { describe, expect, it } from "vitest";
import { readBase64 } from "../../lib/contracts/base64.ts";

const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => (index * 7919) % 256));
const text = bytes.toString("base64");

describe("base64", () => {
  it.each([
    ["as it is", text],
    ["without padding", text.replaceAll("=", "")],
    ["in lines, as MIME has it", text.replaceAll(/.{76}/g, "$&\r\n")],
    ["with white space at both ends", `\t ${text}\n`],
    ["with white space in the padding", `${text.slice(0, -1)} \n=`],
    ["for URLs", bytes.toString("base64url")],
    ["as a data: URL", `data:image/png;base64,${text}`],
    ["as a data: URL in capitals, with parameters", `DATA:image/png;charset=x;BASE64,${text}`],
    ["as a data: URL with percent-encoded characters", `data:image/png;base64,${encodeURIComponent(text)}`],
    ["as a data: URL with percent-encoded lines", `data:;base64,${text.replaceAll(/.{76}/g, "$&%0d%0A")}`],
    ["as a data: URL without a type", ` data:;base64, ${text}\n`],
  ])("is read %s", (_name, written) => {
    expect(readBase64(written)).toEqual(bytes);
    expect(readBase64(Buffer.from(written))).toEqual(bytes);
  });

  it("is read in place, of any length", () => {
    for (const length of [49_151, 49_152, 49_153, 200_000]) {
      const large = Buffer.alloc(length, bytes);
      const written = Buffer.from(large.toString("base64").replaceAll(/.{76}/g, "$&\r\n"));
      const read = readBase64(written) as Buffer;
      expect(read.equals(large)).toBe(true);
      expect(read.buffer).toBe(written.buffer);
    }
  });

  it("is read at every length", () => {
    for (let length = 0; length < 20; length++) {
      const part = bytes.subarray(0, length);
      expect(readBase64(part.toString("base64"))).toEqual(part);
      expect(readBase64(part.toString("base64url"))).toEqual(part);
    }
  });

  it.each([
    ["other characters", "*not base64*"],
    ["a length that cannot be", "AAAAA"],
    ["a single character", "A"],
    ["too much padding", `${text}==`],
    ["padding in the middle", "QQ==QUFB"],
    ["half of the padding", "QQ="],
    ["both alphabets", "ab+/ab-_"],
    ["a data: URL of another coding", "data:text/plain,hello"],
    ["percent-encoding outside of a URL", encodeURIComponent(text)],
    ["a percent sign without digits", "data:;base64,QUFB%"],
    ["a percent sign with one digit", "data:;base64,QUFB%4"],
    ["a percent sign with other characters", "data:;base64,QUFB%4G%G4"],
    ["a percent-encoded percent sign", "data:;base64,QUFB%253D"],
    ["a data: URL in the middle", `QUFB data:;base64,${text}`],
    ["white space that is none of ASCII", "QUFB\u00a0QUFB"],
    ["a letter beyond Latin-1", "QUFB\u0141"],
  ])("is not read with %s", (_name, written) => {
    for (const data of [written, Buffer.from(written)])
      expect(readBase64(data)).toMatchObject({ type: "UNDECODABLE_IMAGE", message: "The data is not base64." });
  });

  it("is measured before it is decoded", () => {
    expect(readBase64(text.replaceAll(/.{4}/g, "$& "), bytes.length)).toEqual(bytes);
    expect(readBase64(text, bytes.length - 1)).toMatchObject({
      type: "IMAGE_TOO_LARGE",
      data: { maxImageBytes: bytes.length - 1 },
    });
  });
});
