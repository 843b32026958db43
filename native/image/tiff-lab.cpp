/*
 * Makes libtiff convert L*a*b* to sRGB with the curve of sRGB. Its own tables take 1 % of the brightness of white for
 * black, and a power for the curve, so that dark colours become black. libtiff calls the function at the end of this
 * file for each image in L*a*b*, and finds ours first: see decoder-messages.cpp. Source: IEC 61966-2-1, section 5.2.
 */
#include <dlfcn.h>
#include <tiffio.h>

#include <cmath>

namespace {

/** The value from 0 to 1 that stands for a brightness from 0 to 1. */
float encoded(float linear) {
  return linear <= 0.0031308f ? 12.92f * linear : 1.055f * std::pow(linear, 1 / 2.4f) - 0.055f;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int TIFFCIELabToRGBInit(
    TIFFCIELabToRGB* conversion, const TIFFDisplay* display, float* white) {
  static const auto init = reinterpret_cast<decltype(TIFFCIELabToRGBInit)*>(dlsym(RTLD_NEXT, "TIFFCIELabToRGBInit"));
  TIFFDisplay screen = *display;
  screen.d_Y0R = screen.d_Y0G = screen.d_Y0B = 0;
  const int result = init(conversion, &screen, white);
  for (int step = 0; step <= conversion->range; step++) {
    const float value = 255 * encoded(static_cast<float>(step) / static_cast<float>(conversion->range));
    conversion->Yr2r[step] = conversion->Yg2g[step] = conversion->Yb2b[step] = value;
  }
  return result;
}
