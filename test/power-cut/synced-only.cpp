// Preloaded into a process, records what its syncs leave on the disk, instead of syncing. See `record.h`.
//
// Environment: as there; DISK_FAILURE, a file: while it exists, every sync fails; DISK_FOLDER_FAILURE, the same for
// syncs of folders; DISK_WRITE_FAILURE, for writes.
#include <dlfcn.h>
#include <errno.h>

#include <mutex>

#include "record.h"

namespace {

std::mutex recording;

bool fails(const char *variable) {
    const char *failure = getenv(variable);
    if (!failure || access(failure, F_OK) != 0) return false;
    errno = EIO;
    return true;
}

int sync(int file) {
    std::string path;
    if (!isInFolder("/proc/self/fd/" + std::to_string(file), path)) return 0;
    if (fails("DISK_FAILURE")) return -1;
    struct stat status;
    if (fstat(file, &status) == 0 && S_ISDIR(status.st_mode) && fails("DISK_FOLDER_FAILURE")) return -1;
    const std::lock_guard<std::mutex> guard(recording);
    record(path);
    return 0;
}

}  // namespace

extern "C" int fsync(int file) { return sync(file); }
extern "C" int fdatasync(int file) { return sync(file); }
extern "C" ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    static const auto original = reinterpret_cast<decltype(&pwrite64)>(dlsym(RTLD_NEXT, "pwrite64"));
    std::string path;
    if (isInFolder("/proc/self/fd/" + std::to_string(file), path) && fails("DISK_WRITE_FAILURE")) return -1;
    return original(file, bytes, count, offset);
}
