"""The system calls that a learner's Python has no use for, as a filter for the kernel.

Some of them hold memory that no process is seen to have (files in memory, shared mappings), some
make namespaces in which one is root, some look into other processes, and all are code of the kernel
that is better not reached. Refused calls fail as if the kernel had none, so Python goes on. What is
left out: machines other than x86-64 and ARM64, which have no filter.

A filter is a program of the kernel's own small machine, eight bytes an instruction: see seccomp(2)
and "Seccomp BPF" in the kernel's documentation.
"""

import errno
import platform
import struct

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000  # REFUSE + errno
NUMBER, MACHINE, ARGUMENTS = 0, 4, 16  # places in what the filter reads

NEW_NAMESPACES = 0x7E020000  # CLONE_NEW*: mounts, cgroups, names, memory, users, processes, net
SHARED = 1  # MAP_SHARED: its pages stay when no process has them in its tables
FAMILIES = (1, 2, 10)  # Unix, IPv4, IPv6; a virtual machine's own (AF_VSOCK) knows no namespaces

MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}  # and its column below
CLONE, CLONE3, SOCKET, MMAP = (56, 220), 435, (41, 198), (9, 222)
REFUSED = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "userfaultfd": (323, 282),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "personality": (135, 92),
    "fanotify_init": (300, 262),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
}


def call_filter(machine: str = platform.machine()) -> bytes | None:
    """The program for this kind of machine, as bubblewrap's --seccomp reads it, if there is one."""
    if machine not in MACHINES:
        return None
    known, column = MACHINES[machine]
    refuse, unknown = REFUSE + errno.EPERM, REFUSE + errno.ENOSYS
    program = [
        (LOAD, 0, 0, MACHINE),
        (EQUAL, 1, 0, known),  # else it is called as an older machine would, by other numbers
        (RETURN, 0, 0, refuse),
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 0, 1, 0x40000000),  # a third set of numbers on x86-64
        (RETURN, 0, 0, unknown),
        (EQUAL, 0, 1, CLONE3),  # its flags can't be read here; libraries then take clone
        (RETURN, 0, 0, unknown),
    ]
    for numbers in REFUSED.values():
        program += [(EQUAL, 0, 1, numbers[column]), (RETURN, 0, 0, refuse)]
    for numbers, argument, bits in ((CLONE, 0, NEW_NAMESPACES), (MMAP, 3, SHARED)):
        program += [
            (EQUAL, 0, 4, numbers[column]),
            (LOAD, 0, 0, ARGUMENTS + 8 * argument),
            (ANY_BIT, 0, 1, bits),
            (RETURN, 0, 0, refuse),
            (RETURN, 0, 0, ALLOW),
        ]
    program += [(EQUAL, 0, len(FAMILIES) + 2, SOCKET[column]), (LOAD, 0, 0, ARGUMENTS)]
    for place, family in enumerate(FAMILIES):
        program.append((EQUAL, len(FAMILIES) - place, 0, family))
    program += [(RETURN, 0, 0, REFUSE + errno.EAFNOSUPPORT), (RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
