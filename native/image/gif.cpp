#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <string>
#include <utility>
#include <vector>

#include "decode.h"

namespace image {
namespace {

struct CloseGif {
  void operator()(GifFileType* gif) const { DGifCloseFile(gif, nullptr); }
};

/** The input of giflib. */
struct Source {
  Bytes file;
  size_t position;
};

int readFrom(GifFileType* gif, GifByteType* target, int count) {
  Source& source = *static_cast<Source*>(gif->UserData);
  const size_t taken = std::min(source.file.size - source.position, static_cast<size_t>(std::max(count, 0)));
  std::memcpy(target, source.file.data + source.position, taken);
  source.position += taken;
  return static_cast<int>(taken);
}

[[noreturn]] void fail(int error) {
  const char* reason = GifErrorString(error);
  throw DecodeError(reason ? reason : "giflib gives no reason");
}

void check(int status, const GifFileType* gif) {
  if (status != GIF_OK) fail(gif->Error);
}

/** Reads up to the first frame. */
void findFrame(GifFileType* gif) {
  for (;;) {
    GifRecordType type = UNDEFINED_RECORD_TYPE;
    check(DGifGetRecordType(gif, &type), gif);
    if (type == IMAGE_DESC_RECORD_TYPE) return check(DGifGetImageDesc(gif), gif);
    if (type == TERMINATE_RECORD_TYPE) throw DecodeError("the file has no frame");
    if (type != EXTENSION_RECORD_TYPE) continue;
    int code = 0;
    GifByteType* block = nullptr;
    check(DGifGetExtension(gif, &code, &block), gif);
    while (block) check(DGifGetExtensionNext(gif, &block), gif);
  }
}

/** The colours of a map by index. Indexes outside of the map are black. */
using Palette = std::array<uint8_t, 256 * 3>;

Palette readPalette(const ColorMapObject* map, PixelForm form) {
  cv::Mat colors(1, 256, CV_8UC3, cv::Scalar::all(0));
  for (int i = 0; map && i < std::min(map->ColorCount, 256); i++)
    colors.at<cv::Vec3b>(i) = {map->Colors[i].Blue, map->Colors[i].Green, map->Colors[i].Red};
  if (form == PixelForm::Grey) cv::cvtColor(colors, colors, cv::COLOR_BGR2GRAY);
  Palette palette{};
  std::memcpy(palette.data(), colors.data, colors.total() * colors.elemSize());
  return palette;
}

/** The rows of a frame in the order in which they are stored (GIF89a, appendix E). */
std::vector<int> listRows(int height, bool isInterlaced) {
  std::vector<int> rows;
  rows.reserve(height);
  const std::vector<std::pair<int, int>> passes =
      isInterlaced ? std::vector<std::pair<int, int>>{{0, 8}, {4, 8}, {2, 4}, {1, 2}}
                   : std::vector<std::pair<int, int>>{{0, 1}};
  for (const auto& [first, step] : passes)
    for (int row = first; row < height; row += step) rows.push_back(row);
  return rows;
}

using Gif = std::unique_ptr<GifFileType, CloseGif>;

/** A file that has been read up to the pixels of its first frame. */
Gif openAtFrame(Source& source) {
  int error = 0;
  Gif gif(DGifOpen(&source, readFrom, &error));
  if (!gif) fail(error);
  findFrame(gif.get());
  return gif;
}

/**
 * Maximum codes that clear the table: one for every 16 pixels of 64 megapixels. Encoders clear the table when it is
 * full.
 */
constexpr size_t MAX_CLEARS = 4'000'000;
constexpr int TABLE_SIZE = 4096;

/**
 * Checks the codes before decoding. giflib fills a table of 4096 entries at each code that clears it, even without
 * pixels between two of them, which takes 0.25 µs for three bits of a file. So these codes are counted. In damaged
 * data, giflib also accepts codes that are not in the table yet, and makes up their pixels.
 * @param bits Bits of the first codes, minus one.
 * @throws DecodeError
 */
void checkCodes(Bytes file, int bits) {
  Source source{file, 0};
  const Gif gif = openAtFrame(source);
  const int clear = 1 << bits;
  int next = clear + 2;  // Behind the code that ends the data.
  int previous = -1;
  std::array<size_t, TABLE_SIZE> lengths;
  std::fill_n(lengths.begin(), clear, 1);
  size_t clears = 0;
  size_t left = static_cast<size_t>(gif->Image.Width) * gif->Image.Height;
  // Other errors, and data that ends too early, are left to the decoding.
  for (int code = 0; left > 0 && DGifGetLZCodes(gif.get(), &code) == GIF_OK && code >= 0;) {
    if (code == clear) {
      if (++clears > MAX_CLEARS)
        throw DecodeError("its table of codes is cleared more than " + std::to_string(MAX_CLEARS) + " times");
      next = clear + 2;
      previous = -1;
      continue;
    }
    const bool isFirst = previous < 0;
    if (isFirst ? code >= clear : code > next) throw DecodeError("it has a code that is not in its table of codes");
    if (!isFirst && next < TABLE_SIZE) lengths[next++] = lengths[previous] + 1;
    left -= std::min(left, lengths[code]);
    previous = code;
  }
}

/** The screen, enlarged to hold the first frame. */
cv::Size canvasOf(const GifFileType& gif) {
  const GifImageDesc& frame = gif.Image;
  return {std::max(gif.SWidth, frame.Left + frame.Width), std::max(gif.SHeight, frame.Top + frame.Height)};
}

}  // namespace

cv::Size readGifSize(Bytes file) {
  Source source{file, 0};
  return canvasOf(*openAtFrame(source));
}

cv::Mat decodeGif(Bytes file, PixelForm form, cv::Size canvas) {
  Source source{file, 0};
  const Gif gif = openAtFrame(source);
  checkCodes(file, file.data[source.position - 1]);
  requireSize(canvasOf(*gif), canvas);

  const int channels = form == PixelForm::Grey ? 1 : 3;
  cv::Mat image(canvas, CV_8UC(channels), cv::Scalar::all(0));
  if (gif->SColorMap && gif->SBackGroundColor < gif->SColorMap->ColorCount) {
    const Palette palette = readPalette(gif->SColorMap, form);
    const uint8_t* color = &palette[gif->SBackGroundColor * channels];
    image = cv::Scalar(color[0], channels == 3 ? color[1] : 0, channels == 3 ? color[2] : 0);
  }

  const GifImageDesc& frame = gif->Image;
  const Palette palette = readPalette(frame.ColorMap ? frame.ColorMap : gif->SColorMap, form);
  std::vector<GifPixelType> indexes(frame.Width);
  for (const int row : listRows(frame.Height, frame.Interlace)) {
    check(DGifGetLine(gif.get(), indexes.data(), frame.Width), gif.get());
    uint8_t* pixel = image.ptr(row + frame.Top, frame.Left);
    for (int x = 0; x < frame.Width; x++, pixel += channels)
      std::copy_n(&palette[indexes[x] * channels], channels, pixel);
  }
  return image;
}

}  // namespace image
