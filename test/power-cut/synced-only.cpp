// Preloaded into a process, records what its syncs leave on the disk, instead of syncing. See `record.h`.
//
// Environment: as there; DISK_FAILURE, a file: while it exists, every sync fails.
#include <errno.h>

#include <mutex>

#include "record.h"

namespace {

std::mutex recording;

int sync(int file) {
    std::string path;
    if (!isInFolder("/proc/self/fd/" + std::to_string(file), path)) return 0;
    const char *failure = getenv("DISK_FAILURE");
    if (failure && access(failure, F_OK) == 0) {
        errno = EIO;
        return -1;
    }
    const std::lock_guard<std::mutex> guard(recording);
    record(path);
    return 0;
}

}  // namespace

extern "C" int fsync(int file) { return sync(file); }
extern "C" int fdatasync(int file) { return sync(file); }
