/**
 * Builds @u4/opencv4nodejs so that it can be loaded by several threads of one process.
 *
 * The package keeps the constructor of each class in a static `Nan::Persistent<v8::FunctionTemplate>`. All threads
 * share statics, but a function template belongs to one isolate: the second worker thread that loads the addon
 * overwrites the templates of the first, and the process dies (issue 140 of the package). With `thread_local` statics,
 * each isolate has its own.
 *
 * The package also replaces the allocator of all Mats by one that tells V8 how much memory they hold. There is one
 * count for the whole process too: a thread that ends may subtract from its isolate what was added to another one, and
 * V8 ends the process (`Check failed: amount_before >= -delta`). We release every Mat, so V8 need not know, and the
 * allocator is left out.
 *
 * Video is left out, since it needs FFmpeg, and so are windows, which need Qt: 130 Debian packages. The functions that
 * show an image stay undefined. The loader would look for each when it is called, which never happens.
 *
 * An exception that leaves a callback of Node ends the process. The package catches OpenCV's in most of its functions,
 * but not in `imdecode`, in constructors and in property accessors. All of them are called by one of NAN's wrappers, so
 * the wrappers catch what comes out of them, and throw it as an Error in JavaScript.
 *
 * `native/image` is compiled in: it adds `decodeImage`, which also reads the formats that OpenCV does not.
 *
 * Nothing else is changed. Only the OpenCV modules we use are compiled, against Debian's
 * libraries: about one minute on two cores instead of five. The package's own code only hands over to OpenCV: with
 * `-O2` it would take 1.6 times as long to compile, for nothing.
 *
 * Usage: node native/opencv/build.ts <Node headers> <output file>
 */
import { cpSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compile, compileAll } from "../compile.ts";

const [headers, output] = process.argv.slice(2);
if (!headers || !output) throw new Error("usage: build.ts <Node headers> <output file>");

const MODULES = ["core", "imgproc", "imgcodecs", "objdetect"];
const PACKAGE_SOURCES = ["*.cc", "{core,imgproc,objdetect}/*.cc", "io/io*.cc"];
const OWN_SOURCES = "image/*.{cc,cpp}";
/**
 * Libraries that decode images besides OpenCV's decoders. libtiff is linked to learn of its errors, libwebp to know
 * what OpenCV treats as WebP, libpng and libjpeg to keep them from printing.
 */
const LIBRARIES = ["heif", "gif", "tiff", "webp", "png", "jpeg"];

const packages = join(import.meta.dirname, "../../node_modules");
const build = join(dirname(output), `opencv-build-${process.pid}`);
cpSync(join(packages, "@u4/opencv4nodejs/cc"), join(build, "cc"), { recursive: true });
cpSync(join(packages, "nan"), join(build, "nan"), { recursive: true });
cpSync(join(import.meta.dirname, "../image"), join(build, "cc/image"), { recursive: true });

const MEMORY_TRACKING = /^#define OPENCV4NODEJS_ENABLE_EXTERNALMEMTRACKING .*$/gm;
const VIDEO_CLASSES = /^[ \t]*Video(Capture|Writer)::Init\(target\);$/gm;
const STATIC_TEMPLATE = /^([ \t]*)(static )?(?=Nan::Persistent<v8::FunctionTemplate>)/gm;
for (const file of globSync("cc/**/*.{h,cc}", { cwd: build })) {
  const source = readFileSync(join(build, file), "utf8");
  const patched = source
    .replace(STATIC_TEMPLATE, "$1$2thread_local ")
    .replace(MEMORY_TRACKING, "")
    .replace(VIDEO_CLASSES, "");
  if (patched !== source) writeFileSync(join(build, file), patched);
}

/** Rewrites a file of the build. @throws if the file lacks the text to rewrite. */
function rewrite(file: string, ...changes: readonly (readonly [RegExp, string])[]): void {
  const path = join(build, file);
  let source = readFileSync(path, "utf8");
  for (const [pattern, replacement] of changes) {
    if (source.search(pattern) < 0) throw new Error(`${file} has nothing like ${pattern}`);
    source = source.replace(pattern, replacement);
  }
  writeFileSync(path, source);
}

const GUARD = `
/** Calls, and throws what comes out as an Error in JavaScript. */
template <typename Call>
static auto guarded(Call call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::exception& exception) {
    Nan::ThrowError(exception.what());
  } catch (...) {
    Nan::ThrowError("an exception of an unknown kind");
  }
  return decltype(call())();
}
`;
rewrite(
  "nan/nan_callbacks_12_inl.h",
  [/^namespace imp \{$/m, `inline void ThrowError(const char *);\n\nnamespace imp {\n${GUARD}`],
  [/^ {2}(return )?(callback\([^;]*\));$/gm, "  $1guarded([&] { return $2; });"],
);
rewrite("nan/nan.h", [/^#include <uv\.h>$/m, "#include <uv.h>\n#include <exception>"]);
rewrite(
  "cc/opencv4nodejs.cc",
  [/^#include "core\/core\.h"$/m, '#include "core/core.h"\n#include "image/binding.h"'],
  [/^ {2}Core::Init\(target\);$/m, "  Core::Init(target);\n  image::Init(target);"],
);

// Precedes OpenCV's own list, which names every module of the distribution.
mkdirSync(join(build, "include/opencv2"), { recursive: true });
// `videoio` is named for the constants in its header.
const moduleList = join(build, "include/opencv2/opencv_modules.hpp");
writeFileSync(
  moduleList,
  [...MODULES, "videoio"].map((name) => `#define HAVE_OPENCV_${name.toUpperCase()}\n`).join(""),
);

const includes = [
  join(build, "include"),
  headers,
  "/usr/include/opencv4",
  ...["cc", "cc/core", "cc/native-node-utils", "cc/image"].map((folder) => join(build, folder)),
  join(build, "nan"),
];
const flags = [
  ...["-std=gnu++20", "-fPIC", "-w"],
  ...["-DNODE_GYP_MODULE_NAME=opencv4nodejs", "-DHAVE_IO", "-include", moduleList],
  ...includes.flatMap((folder) => ["-isystem", folder]),
];

interface Source {
  readonly path: string;
  readonly object: string;
  readonly optimization: "-O1" | "-O2";
}

function sourcesOf(patterns: string | readonly string[], optimization: Source["optimization"]): Source[] {
  return globSync(patterns, { cwd: join(build, "cc") }).map((source) => ({
    path: join(build, "cc", source),
    object: join(build, `${source.replaceAll("/", "-")}.o`),
    optimization,
  }));
}

// The largest come first, because they take longest, and would otherwise occupy one core at the end.
const sources = [...sourcesOf(PACKAGE_SOURCES, "-O1"), ...sourcesOf(OWN_SOURCES, "-O2")].sort(
  (a, b) => statSync(b.path).size - statSync(a.path).size,
);
await compileAll(sources.map(({ path, object, optimization }) => [...flags, optimization, "-c", path, "-o", object]));

const linked = `${output}.new`;
const libraries = [...MODULES.map((name) => `opencv_${name}`), ...LIBRARIES].map((name) => `-l${name}`);
await compile(["-shared", "-Wl,-z,lazy", "-o", linked, ...sources.map(({ object }) => object), ...libraries]);
renameSync(linked, output);
rmSync(build, { recursive: true });
