/** Each part of a form is a receipt, or an error that names it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { astronautFaces, sample } from "../support/images.ts";
import { type RawAnswer, rawPost } from "../support/raw-request.ts";
import { type RunningService, startService } from "../support/service.ts";

let service: RunningService;
beforeAll(async () => {
  // One test sends hundreds of requests at once, on a machine of any speed.
  const patient = { QUEUE_SIZE: "10000", MAX_WAIT_MS: "3600000", IMAGE_TIMEOUT_MS: "600000" };
  service = await startService({ THREADS: "2", LOG_LEVEL: "error", ...patient });
});
afterAll(() => service.stop());

const astronaut = sample("astronaut.png");
const TYPE = "multipart/form-data; boundary=b";
const DISPOSITION = 'Content-Disposition: form-data; name="images"';
const named = (name: string) => `${DISPOSITION}; filename="${name}"`;
const END = Buffer.from("--b--\r\n");

const part = (headers: string, content: Uint8Array = astronaut) =>
  Buffer.concat([Buffer.from(`--b\r\n${headers}\r\n\r\n`, "latin1"), content, Buffer.from("\r\n")]);

const post = (body: Uint8Array, path = "/process", type = TYPE, chunks: readonly Uint8Array[] = [body]) =>
  rawPost(service.url, { path, headers: { "Content-Type": type }, chunks });

/** The part, behind one that is good. */
const second = (headers: string, content?: Uint8Array, path?: string) =>
  post(Buffer.concat([part(named("first.png")), part(headers, content), END]), path);

function namesOf({ status, body }: RawAnswer): (string | null)[] {
  expect({ status, body }).toMatchObject({ status: 200 });
  for (const { faces } of body.images) expect(faces).toEqual(astronautFaces);
  return body.images.map(({ fileName }: { fileName: string | null }) => fileName);
}

describe("a part is an image", () => {
  it.each<[string, string, string | null]>([
    ["a quote in its name", named('te"st.jpg'), 'te"st.jpg'],
    ["a name without quotes", `${DISPOSITION}; filename=b c.jpg`, "b c.jpg"],
    ["a name in an incomplete character set", `${DISPOSITION}; filename*=gbk''%C4.jpg`, "\ufffd.jpg"],
    ["a name in UTF-8", `${DISPOSITION}; filename*=utf-8''%e2%82%ac.jpg`, "€.jpg"],
    ["a name in Latin-1", named("\xc4.jpg"), "Ä.jpg"],
    ["a name that is not closed", `${DISPOSITION}; filename="open.jpg`, "open.jpg"],
    ["a semicolon at the end", `${named("a.jpg")};`, "a.jpg"],
    ["no field name", 'Content-Disposition: form-data; filename="a.jpg"', "a.jpg"],
    ["another disposition", "Content-Disposition: attachment; filename=a.jpg", "a.jpg"],
    [
      "a header over several lines",
      'Content-Disposition: form-data;\r\n name="images";\r\n\tfilename="a.jpg"',
      "a.jpg",
    ],
    ["capitals", 'CONTENT-DISPOSITION: FORM-DATA; NAME="images"; FILENAME="A.JPG"', "A.JPG"],
    ["an image's type and no name", `${DISPOSITION}\r\nContent-Type: image/jpeg`, null],
    ["the type of any bytes and no name", `${DISPOSITION}\r\nContent-Type: application/octet-stream`, null],
    ["an empty name and bytes", named(""), null],
    ["an encoding that is none", `${named("a.jpg")}\r\nContent-Transfer-Encoding: binary`, "a.jpg"],
    ["a type that makes no sense", `${named("a.jpg")}\r\nContent-Type: garbage`, "a.jpg"],
  ])("with %s", async (_name, headers, fileName) => {
    expect(namesOf(await second(headers))).toEqual(["first.png", fileName]);
  });

  it.each([
    'multipart/form-data; boundary="b"',
    "Multipart/Form-Data; Boundary=b",
    "multipart/form-data; charset=utf-8; boundary=b;",
  ])("of %s", async (type) => {
    expect(namesOf(await post(Buffer.concat([part(named("a.png")), END]), "/process", type))).toEqual(["a.png"]);
  });

  it("of a boundary of 70 characters, which is the longest", async () => {
    const of = (boundary: string) => {
      const ends = [`--${boundary}\r\n${named("a.png")}\r\n\r\n`, `\r\n--${boundary}--\r\n`].map((end) =>
        Buffer.from(end),
      );
      const form = Buffer.concat([ends[0] as Buffer, astronaut, ends[1] as Buffer]);
      return post(form, "/process", `multipart/form-data; boundary=${boundary}`);
    };
    expect(namesOf(await of("b".repeat(70)))).toEqual(["a.png"]);
    const { status, body } = await of("b".repeat(71));
    expect({ status, code: body.code }).toEqual({ status: 400, code: "MALFORMED_REQUEST" });
    expect(body.detail).toMatch(/boundary .* is not valid/);
  });

  it("of two boundaries is refused", async () => {
    const form = Buffer.concat([part(named("a.png")), END]);
    const { status, body } = await post(form, "/process", "multipart/form-data; boundary=b; boundary=c");
    expect({ status, code: body.code }).toEqual({ status: 400, code: "MALFORMED_REQUEST" });
    expect(body.detail).toBe("The form cannot be read: its Content-Type has the parameter boundary twice.");
  });

  it("between a preamble, white space behind boundaries and an epilogue", async () => {
    const form = Buffer.concat([
      Buffer.from("This is a form.\r\n"),
      part(named("a.png")),
      Buffer.from(`--b \t \r\n${named("b.png")}\r\n\r\n`),
      astronaut,
      Buffer.from(`\r\n--b--\r\nThe end.\r\n--b\r\n${DISPOSITION}\r\n\r\ntext\r\n--b--\r\n`),
    ]);
    expect(namesOf(await post(form))).toEqual(["a.png", "b.png"]);
  });

  it("wherever the body is cut into chunks", async () => {
    const bytes = Buffer.from("GIF89a");
    const form = Buffer.concat([
      part(named('a"b.gif'), bytes),
      Buffer.from(`--b \r\n${named("")}\r\n\r\n\r\n`),
      part(`${DISPOSITION}\r\nContent-Type: image/gif`, bytes),
      END,
    ]);
    const whole = await post(form);
    expect(whole.body.images.map(({ fileName }: { fileName: string | null }) => fileName)).toEqual(['a"b.gif', null]);
    const { timings: _t, ...first } = whole.body;
    await Promise.all(
      Array.from({ length: form.length - 1 }, async (_, index) => {
        const chunks = [form.subarray(0, index + 1), form.subarray(index + 1)];
        const { body } = await post(form, "/process", TYPE, chunks);
        const withoutIds = (answer: typeof body) => JSON.stringify(answer).replaceAll(/"requestId":"[^"]*"/g, "");
        expect(withoutIds(body)).toBe(withoutIds(first));
      }),
    );
    const bytewise = await post(
      form,
      "/process",
      TYPE,
      Array.from(form, (_, at) => form.subarray(at, at + 1)),
    );
    expect(bytewise.body.images).toHaveLength(2);
  });
});

describe("a file input that was left empty", () => {
  const untouched = `${named("")}\r\nContent-Type: application/octet-stream`;

  it("is none, also where one image is allowed", async () => {
    expect(namesOf(await second(untouched, Buffer.alloc(0)))).toEqual(["first.png"]);
    const { status } = await second(untouched, Buffer.alloc(0), "/process?annotate=true");
    expect(status).toBe(200);
    const job = await second(untouched, Buffer.alloc(0), "/v1/jobs");
    expect(job).toMatchObject({ status: 202, body: { images: { total: 1 } } });
  });

  it("leaves a form without images, if it is the only one", async () => {
    const { body } = await post(Buffer.concat([part(untouched, Buffer.alloc(0)), END]));
    expect(body.code).toBe("NO_IMAGE");
  });

  it("is another thing than a file of 0 bytes", async () => {
    const { body } = await second(named("empty.jpg"), Buffer.alloc(0));
    expect(body.images[1]).toMatchObject({ fileName: "empty.jpg", problem: { code: "EMPTY_IMAGE" } });
  });
});

// The line end of a boundary is also that of the empty line before it (RFC 2046, section 5.1.1).
describe("a part whose headers a boundary follows at once", () => {
  const empty = Buffer.from(`--b\r\n${named("empty.jpg")}\r\n\r\n`);
  const first = part(named("first.png"));
  const NO_BYTES = { fileName: "empty.jpg", problem: { code: "EMPTY_IMAGE" } };
  const FACES = { fileName: "first.png", faces: astronautFaces };

  it.each<[string, Uint8Array[], object[]]>([
    ["the first", [empty, first, END], [NO_BYTES, FACES]],
    ["the last", [first, empty, END], [FACES, NO_BYTES]],
    ["several of them", [empty, empty, first, empty, empty, END], [NO_BYTES, NO_BYTES, FACES, NO_BYTES, NO_BYTES]],
  ])("is a file of 0 bytes: %s", async (_name, parts, images) => {
    for (const chunks of [parts, [Buffer.concat(parts)]])
      expect(await post(Buffer.of(), "/process", TYPE, chunks)).toMatchObject({ status: 200, body: { images } });
  });

  it.each<[string, string]>([
    ["in a line of them", "X-Note: a\r\n"],
    ["in a line of them that is not whole", "X-Note\r\n"],
    ["without any", "\r\n"],
  ])("is named, if they do not end: %s", async (_name, headers) => {
    const { status, body } = await post(Buffer.concat([first, Buffer.from(`--b\r\n${headers}`), first, END]));
    const detail = expect.stringMatching(/the headers of part 2 cannot be read/);
    expect({ status, body }).toMatchObject({ status: 400, body: { code: "MALFORMED_REQUEST", detail } });
  });
});

describe("a boundary that does not begin its line is named, as the part behind it would be lost", () => {
  const first = part(named("first.png"));
  const withoutLineEnd = first.subarray(0, -2);

  it.each<[string, Uint8Array[], number]>([
    ["after LF in the first line", [Buffer.from("\n"), first, first, END], 1],
    ["after LF behind a preamble", [Buffer.from("A form\n"), first, first, END], 1],
    ["after a byte order mark", [Buffer.from("\ufeff"), first, END], 1],
    ["after LF behind a file", [withoutLineEnd, Buffer.from("\n"), first, END], 2],
    ["right behind a file", [first, withoutLineEnd, first, END], 3],
    [
      "before lines that end with LF",
      [withoutLineEnd, Buffer.from("\n--b\nContent-Disposition: form-data\n\n"), END],
      2,
    ],
  ])("%s", async (_name, parts, position) => {
    const { status, body } = await post(Buffer.concat(parts));
    const detail = expect.stringContaining(`before part ${position} is not at the beginning of its line`);
    expect({ status, body }).toMatchObject({ status: 400, body: { code: "MALFORMED_REQUEST", detail } });
  });
});

describe("a part that is no image is named", () => {
  it.each<[string, string, RegExp]>([
    ["without Content-Disposition", "Content-Type: image/jpeg", /part 2 has no Content-Disposition/],
    [
      "with two names",
      `${named("one.jpg")}; filename="two.jpg"`,
      /part 2, .*"one.jpg" has the parameter filename twice/,
    ],
    ["with two of them", `${named("a.jpg")}\r\n${named("b.jpg")}`, /part 2, .*"images".*"a.jpg".* two headers/],
    [
      "as a text field",
      'Content-Disposition: form-data; name="minSize"',
      /part 2, the form field "minSize" is not a file/,
    ],
    ["with neither name nor type", "Content-Disposition: attachment", /part 2 is not a file/],
    [
      "of several parts",
      `${DISPOSITION}\r\nContent-Type: multipart/mixed; boundary=c`,
      /part 2, .*"images" is multipart\/mixed/,
    ],
    [
      "in base64",
      `${named("a.jpg")}\r\nContent-Transfer-Encoding: BASE64`,
      /part 2, .*"a.jpg" has the Content-Transfer-Encoding base64/,
    ],
    [
      "in quoted-printable",
      `${named("a.jpg")}\r\nContent-Transfer-Encoding: Quoted-Printable`,
      /"a.jpg".*quoted-printable/,
    ],
    ["with headers that are none", "nonsense", /the headers of part 2 cannot be read/],
    ["with headers that are too long", named("x".repeat(20_000)), /the headers of part 2 cannot be read/],
  ])("%s", async (_name, headers, detail) => {
    for (const path of ["/process", "/v1/jobs"]) {
      const { status, body } = await second(headers, astronaut, path);
      expect({ status, body }).toMatchObject({ status: 400, body: { code: "MALFORMED_REQUEST" } });
      expect(body.detail).toMatch(detail);
      expect(body.detail.length).toBeLessThan(300);
    }
  });

  it("with a boundary inside of it", async () => {
    const content = Buffer.concat([astronaut.subarray(0, 999), Buffer.from("\r\n--bx\r\n"), astronaut.subarray(999)]);
    const { status, body } = await second(named("a.png"), content);
    expect({ status, detail: body.detail }).toEqual({ status: 400, detail: expect.stringMatching(/before part 3 /) });
  });
});

describe("a form that is not whole is refused", () => {
  const whole = Buffer.concat([part(named("a.png"), Buffer.from("x")), END]);

  it("wherever it is cut off", async () => {
    await Promise.all(
      Array.from({ length: whole.length - END.length + 5 }, async (_, length) => {
        const { status, body } = await post(whole.subarray(0, length));
        const code = length === 0 ? /MALFORMED_REQUEST|NO_IMAGE/ : /MALFORMED_REQUEST/;
        expect({ length, status, code: body.code }).toEqual({ length, status: 400, code: expect.stringMatching(code) });
      }),
    );
  });

  it("with line ends of one character", async () => {
    const { body } = await post(Buffer.from(whole.toString("latin1").replaceAll("\r\n", "\n"), "latin1"));
    expect(body).toMatchObject({ code: "MALFORMED_REQUEST", detail: expect.stringMatching(/before part 1/) });
  });

  it.each(["", "; boundary=", '; boundary=""', `; boundary=${"x".repeat(300)}`])(
    "of multipart/form-data%s",
    async (end) => {
      const { body } = await post(whole, "/process", `multipart/form-data${end}`);
      expect(body).toMatchObject({ code: "MALFORMED_REQUEST", detail: expect.stringMatching(/boundary/) });
    },
  );
});
