// The record of what a power failure would leave of a data folder: for each file its contents at its last sync, for
// each folder its names at its last one. `disk.ts` builds the folder from that.
//
// Environment: DISK_FOLDER, the data folder; DISK_RECORD, where to keep the record.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

// The number of an inode may be used again, its time of birth is not.
inline std::string keyOf(const struct statx &file) {
    char key[64];
    const auto born = file.stx_btime.tv_sec * 1000000000ll + file.stx_btime.tv_nsec;
    snprintf(key, sizeof key, "%llu-%lld", static_cast<unsigned long long>(file.stx_ino), born);
    return key;
}

inline bool look(int at, const char *path, int flags, struct statx &file) {
    return statx(at, path, flags | AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME, &file) == 0;
}

inline std::string contentsOf(const std::string &path) {
    std::string contents;
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return contents;
    char block[65536];
    for (ssize_t count; (count = read(file, block, sizeof block)) > 0;) contents.append(block, count);
    close(file);
    return contents;
}

inline std::string namesIn(const std::string &path) {
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
inline void keep(const std::string &record, const std::string &key, const std::string &contents) {
    const std::string path = record + "/" + key, draft = path + ".draft";
    FILE *file = fopen(draft.c_str(), "wb");
    if (!file) abort();
    fwrite(contents.data(), 1, contents.size(), file);
    fclose(file);
    if (rename(draft.c_str(), path.c_str()) != 0) abort();
}

// Where a file of a process is, if it is in the data folder. `link`: its link below /proc.
inline bool isInFolder(const std::string &link, std::string &path) {
    const char *folder = getenv("DISK_FOLDER");
    char target[PATH_MAX];
    const ssize_t length = readlink(link.c_str(), target, sizeof target);
    if (!folder || length < 0) return false;
    path.assign(target, length);
    return path.compare(0, strlen(folder), folder) == 0;
}

// One call at a time, or an older state could replace a newer one.
inline void record(const std::string &path) {
    struct statx file;
    const char *to = getenv("DISK_RECORD");
    if (!to || !look(AT_FDCWD, path.c_str(), 0, file)) return;
    keep(to, keyOf(file), S_ISDIR(file.stx_mode) ? namesIn(path) : contentsOf(path));
}
