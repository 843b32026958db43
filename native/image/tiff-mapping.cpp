/*
 * Lets libtiff read a file from the memory in which OpenCV has it. OpenCV gives the address, but also says that it
 * cannot be read there. libtiff then copies each uncompressed tile into a buffer of a multiple of 1,024 bytes, and
 * refuses tiles of any other size. OpenCV calls the function at the end of this file, and finds ours first (see
 * decoder-messages.cpp).
 */
#include <dlfcn.h>
#include <tiffio.h>

namespace {

thread_local TIFFMapFileProc findFile = nullptr;

int mapFile(thandle_t file, void** base, toff_t* size) {
  findFile(file, base, size);
  return 1;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) TIFF* TIFFClientOpen(
    const char* name, const char* mode, thandle_t file, TIFFReadWriteProc read, TIFFReadWriteProc write,
    TIFFSeekProc seek, TIFFCloseProc close, TIFFSizeProc size, TIFFMapFileProc map, TIFFUnmapFileProc unmap) {
  static const auto open = reinterpret_cast<decltype(TIFFClientOpen)*>(dlsym(RTLD_NEXT, "TIFFClientOpen"));
  findFile = map;
  // OpenCV writes through it too, without a file in memory.
  return open(name, mode, file, read, write, seek, close, size, *mode == 'r' ? mapFile : map, unmap);
}
