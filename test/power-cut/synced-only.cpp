// Preloaded into a process, records what a power failure would leave of its data folder: for each file its contents at
// the last fsync or fdatasync, for each folder its names at the last one. `disk.ts` builds the folder from that.
//
// Environment: DISK_FOLDER, the data folder; DISK_RECORD, where to keep the record; DISK_FAILURE, a file: while it exists,
// every sync fails.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>

namespace {

std::mutex recording;

// The number of an inode may be used again, its time of birth is not.
std::string keyOf(const struct statx &file) {
    char key[64];
    const auto born = file.stx_btime.tv_sec * 1000000000ll + file.stx_btime.tv_nsec;
    snprintf(key, sizeof key, "%llu-%lld", static_cast<unsigned long long>(file.stx_ino), born);
    return key;
}

bool look(int at, const char *path, int flags, struct statx &file) {
    return statx(at, path, flags | AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME, &file) == 0;
}

std::string contentsOf(const std::string &path) {
    std::string contents;
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return contents;
    char block[65536];
    for (ssize_t count; (count = read(file, block, sizeof block)) > 0;) contents.append(block, count);
    close(file);
    return contents;
}

std::string namesIn(const std::string &path) {
    std::string names;
    DIR *folder = opendir(path.c_str());
    if (!folder) return names;
    while (const dirent *entry = readdir(folder)) {
        const std::string name = entry->d_name;
        struct statx file;
        if (name == "." || name == ".." || !look(dirfd(folder), entry->d_name, 0, file)) continue;
        names += keyOf(file) + (S_ISDIR(file.stx_mode) ? " folder " : " file ") + name + "\n";
    }
    closedir(folder);
    return names;
}

// Writes beside the record and renames, so that a process killed here leaves the former contents.
void keep(const std::string &record, const std::string &key, const std::string &contents) {
    const std::string path = record + "/" + key, draft = path + ".draft";
    FILE *file = fopen(draft.c_str(), "wb");
    if (!file) abort();
    fwrite(contents.data(), 1, contents.size(), file);
    fclose(file);
    if (rename(draft.c_str(), path.c_str()) != 0) abort();
}

int sync(int file) {
    const char *folder = getenv("DISK_FOLDER"), *record = getenv("DISK_RECORD");
    struct statx status;
    if (!folder || !record || !look(file, "", AT_EMPTY_PATH, status)) return 0;
    char link[PATH_MAX];
    const std::string self = "/proc/self/fd/" + std::to_string(file);
    const ssize_t length = readlink(self.c_str(), link, sizeof link);
    if (length < 0 || strncmp(link, folder, strlen(folder)) != 0) return 0;
    const char *failure = getenv("DISK_FAILURE");
    if (failure && access(failure, F_OK) == 0) {
        errno = EIO;
        return -1;
    }
    // One at a time, or an older state could replace a newer one.
    const std::lock_guard<std::mutex> guard(recording);
    keep(record, keyOf(status), S_ISDIR(status.stx_mode) ? namesIn(self) : contentsOf(self));
    return 0;
}

}  // namespace

extern "C" int fsync(int file) { return sync(file); }
extern "C" int fdatasync(int file) { return sync(file); }
