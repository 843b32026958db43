/** Detects common formats that are not supported, so that they are not reported as damaged. */
// biome-ignore-all lint/suspicious/noControlCharactersInRegex: signatures are bytes, not text.

const SIGNATURES: readonly (readonly [string, RegExp])[] = [
  ["a JPEG XL image", /^(?:\xff\x0a|\0\0\0\x0cJXL )/],
  ["a JPEG 2000 image", /^(?:\xff\x4f\xff\x51|\0\0\0\x0cjP {2})/],
  ["a Photoshop document", /^8BPS/],
  ["a Windows icon or cursor", /^(?:\0\0[\x01\x02]\0[^\0]\0|RIFF[\s\S]{4}ACON)/],
  ["a PDF document", /^%PDF-/],
  ["a PostScript document", /^(?:%!PS|\xc5\xd0\xd3\xc6)/],
  ["an SVG image", /^(?:\xef\xbb\xbf)?\s*<(?:svg[\s>]|(?:\?xml|!--|!DOCTYPE\s+svg)[\s\S]*<svg[\s>])/i],
  ["an OpenEXR image", /^\x76\x2f\x31\x01/],
  ["a Radiance HDR image", /^#\?(?:RADIANCE|RGBE)/],
  ["a PBM, PGM or PPM image", /^P[1-7][\s#]/],
  ["a PFM image", /^P[Ff]\s/],
  ["a DirectDraw surface", /^DDS /],
  ["a QOI image", /^qoif/],
  ["a FLIF image", /^FLIF/],
  ["a GIMP document", /^gimp xcf/],
  ["a JPEG XR image", /^II\xbc/],
  ["a Sun raster image", /^\x59\xa6\x6a\x95/],
  ["an SGI image", /^\x01\xda[\0\x01][\x01\x02]\0[\x01-\x03]/],
  ["an X11 bitmap or pixmap", /^(?:\/\* XPM|#define \w+_width\s)/],
  ["a DjVu document", /^AT&TFORM/],
  ["a DICOM file", /^[\s\S]{128}DICM/],
  ["a camera's raw file", /^(?:FUJIFILMCCD-RAW|IIRO|IIRS|MMOR|IIU\0|\0MRM|FOVb|II\x1a\0\0\0HEAPCCDR)/],
  ["a camera's raw file", /^[\s\S]{4}ftypcrx /],
  [
    "a video",
    /^(?:\x1a\x45\xdf\xa3|RIFF[\s\S]{4}AVI |[\s\S]{4}ftyp(?:isom|iso\d|mp4\d|qt {2}|M4V |avc1|3g[2p]\d|dash|f4v |XAVC|MSNV)|[\s\S]{4}(?:moov|mdat|wide|free)[\s\S]|\0\0\x01[\xb3\xba]|FLV\x01|\x30\x26\xb2\x75\x8e\x66\xcf\x11|G[\s\S]{187}G[\s\S]{187}G)/,
  ],
  ["an audio file", /^(?:RIFF[\s\S]{4}WAVE|ID3|OggS|fLaC)/],
  ["a ZIP archive", /^PK(?:\x03\x04|\x05\x06|\x07\x08)/],
  ["a gzip archive", /^\x1f\x8b/],
  ["a 7z archive", /^7z\xbc\xaf\x27\x1c/],
  ["a RAR archive", /^Rar!\x1a\x07/],
  ["a tar archive", /^[\s\S]{257}ustar/],
  ["an xz archive", /^\xfd7zXZ\0/],
  ["a bzip2 archive", /^BZh[1-9]\x31\x41\x59\x26/],
  ["a Zstandard archive", /^\x28\xb5\x2f\xfd/],
  ["a PCX image", /^\x0a[\0\x02-\x05]\x01[\x01\x02\x04\x08]/],
  ["an Apple icon", /^icns/],
  ["a MNG or JNG image", /^(?:\x8aMNG|\x8bJNG)\r\n\x1a\n/],
  ["a BPG image", /^BPG\xfb/],
  ["a Windows metafile", /^(?:\xd7\xcd\xc6\x9a|\x01\0{3}[\s\S]{36} EMF)/],
  ["a web page", /^(?:\xef\xbb\xbf)?\s*(?:<!--[\s\S]*?-->\s*)?<(?:!DOCTYPE )?(?:html|head|body)\b/i],
  ["an XML document", /^(?:\xef\xbb\xbf)?\s*<\?xml\s/],
  // Sent by clients that omit the type of the form, or send it with the type of an image.
  ["a form (multipart/form-data) without its Content-Type", /^(?:\r\n)?--[^\r\n]+\r\ncontent-disposition:/i],
  // Sent by programs that print something before the image, such as the byte order mark of their own file.
  [
    "an image with other bytes before it",
    /^(?:\xef\xbb\xbf|[\r\n\t ])[\r\n\t ]*(?:\xff\xd8\xff|\x89PNG|GIF8|RIFF[\s\S]{4}WEBP)/,
  ],
  // The base64 forms of the beginnings of JPEG, PNG, WebP, GIF and TIFF.
  [
    "an image written as base64 text",
    /^(?:data:[\w/+.-]+;base64,|\/9j\/|iVBORw0KGgo|UklGR[\w+/]{7}RUJQ|R0lGOD[dl]h|SUkqA|TU0AK)/,
  ],
  // Bytes that are not UTF-8 were replaced, and so lost, or line ends were changed.
  ["an image whose bytes were changed as if they were text", /^(?:(?:\xef\xbf\xbd){3}|(?:\xef\xbf\xbd|\x89)PNG)/],
];

/** Length of the longest signature; comments before an SVG's root are short. */
const HEAD_BYTES = 1024;

/** @returns the format with its article; undefined if unknown. */
export function unsupportedFormatOf(file: Buffer): string | undefined {
  const head = file.toString("latin1", 0, HEAD_BYTES);
  return SIGNATURES.find(([, signature]) => signature.test(head))?.[0];
}
