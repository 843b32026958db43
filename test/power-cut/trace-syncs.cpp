// Runs a program that makes its system calls itself, as those in Go do, and records what its syncs leave on the disk.
// See `record.h`. The program dies with this one.
//
// As on ext4, the first sync of a file also keeps its name, and those of the folders above it.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>

#include <cstddef>
#include <map>

#include "record.h"

namespace {

const long TRACED[] = {SYS_fsync, SYS_fdatasync, SYS_write, SYS_pwrite64, SYS_writev, SYS_pwritev};

void reportTracedCalls() {
    constexpr size_t count = sizeof TRACED / sizeof *TRACED;
    sock_filter filter[count + 3];
    size_t at = 0;
    filter[at++] = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr));
    for (size_t i = 0; i < count; i++)
        filter[at++] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(TRACED[i]), static_cast<unsigned char>(count - i), 0);
    filter[at++] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    filter[at++] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
    const sock_fprog program = {static_cast<unsigned short>(at), filter};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) _exit(126);
}

// Written through to the disk at each write.
bool isSynchronous(pid_t thread, long file) {
    const std::string path = "/proc/" + std::to_string(thread) + "/fdinfo/" + std::to_string(file);
    const std::string info = contentsOf(path);
    const size_t flags = info.find("flags:");
    return flags != std::string::npos && (strtol(info.c_str() + flags + 6, nullptr, 8) & O_DSYNC);
}

void recordWithNames(pid_t thread, long file) {
    const std::string link = "/proc/" + std::to_string(thread) + "/fd/" + std::to_string(file);
    std::string path;
    if (!isInFolder(link, path)) return;
    record(path);
    const size_t shortest = strlen(getenv("DISK_FOLDER"));
    while (path.size() > shortest) {
        path.resize(path.rfind('/'));
        record(path);
    }
}

}  // namespace

int main(int, char **arguments) {
    const pid_t program = fork();
    if (program == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        reportTracedCalls();
        execvp(arguments[1], arguments + 1);
        _exit(127);
    }
    int status;
    waitpid(program, &status, 0);
    ptrace(PTRACE_SETOPTIONS, program, 0,
           PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_TRACESECCOMP |
               PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    ptrace(PTRACE_CONT, program, 0, 0);
    std::map<pid_t, long> writing;
    for (pid_t thread; (thread = waitpid(-1, &status, __WALL)) > 0;) {
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            if (thread == program) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            continue;
        }
        const int signal = WSTOPSIG(status), event = status >> 16;
        long next = PTRACE_CONT, delivered = 0;
        if (event == PTRACE_EVENT_SECCOMP) {
            user_regs_struct registers;
            ptrace(PTRACE_GETREGS, thread, 0, &registers);
            const long call = registers.orig_rax, file = registers.rdi;
            if (call == SYS_fsync || call == SYS_fdatasync) recordWithNames(thread, file);
            else if (isSynchronous(thread, file)) {
                writing[thread] = file;
                next = PTRACE_SYSCALL;
            }
        } else if (signal == (SIGTRAP | 0x80)) {
            recordWithNames(thread, writing[thread]);
        } else if (event == 0 && signal != SIGSTOP) {
            // A new thread begins with SIGSTOP, which is not meant for it.
            delivered = signal;
        }
        ptrace(static_cast<__ptrace_request>(next), thread, 0, delivered);
    }
    return 1;
}
