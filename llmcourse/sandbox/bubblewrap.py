"""The walls: a command line for bubblewrap, in which the worker finds Python and nothing of ours.

Inside there is the interpreter with its packages, read only, the few modules of `llmcourse` that
the set allows, one small folder to write into, and an empty environment. There is no network, no
other process, no other file: no solution, no test, no gradebook, no other submission. What is left
out: a kernel of its own. Whoever can break Linux's namespaces is out.
"""

import json
import os
import shutil
import site
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import llmcourse
from llmcourse.errors import UserError
from llmcourse.sandbox.limits import DEFAULT, Limits

LIBRARY = "/course"  # where the sandbox holds what it has of llmcourse
PACKAGE = Path(llmcourse.__file__).parent
ALWAYS = ("__init__.py", "errors.py", "sandbox/__init__.py", "sandbox/wire.py", "sandbox/worker.py")
ALWAYS += tuple(f"checking/{path.name}" for path in sorted((PACKAGE / "checking").glob("*.py")))
FIRST_USER = 200_000  # user ids that no account has
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def refuse_without_bubblewrap() -> None:
    """Raise `UserError` where the sandbox can't be built, with what to do about it."""
    or_else = "Or give --no-sandbox, where you would run every one of these notebooks yourself."
    if shutil.which("bwrap") is None:
        raise UserError(
            "bubblewrap is not installed, and what learners hand in is not run without it.",
            todo=f"Install it: sudo apt-get install bubblewrap. {or_else}",
        )
    walls = command({}, imports=(), limits=DEFAULT, sandbox=True)
    walls = [*walls[: walls.index("--") + 1], "true"]
    tried = subprocess.run(walls, capture_output=True, text=True, errors="replace", check=False)
    if tried.returncode != 0:
        said = tried.stderr.strip().removeprefix("bwrap: ")[:300]
        raise UserError(
            f"bubblewrap can't build a sandbox here: {said or 'it does not say why'}.",
            todo=f"{_allow(said)} {or_else}",
        )


def has_sandbox() -> bool:
    """Whether one can be built here; the course's own submissions need none."""
    try:
        refuse_without_bubblewrap()
    except UserError:
        return False
    return True


def _allow(said: str) -> str:
    """What to do about what bubblewrap said."""
    if "nknown option" in said:
        return "It is older than 0.8: install a newer one."
    if Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").exists():
        setting = "kernel.apparmor_restrict_unprivileged_userns=0"
    elif Path("/proc/sys/kernel/unprivileged_userns_clone").exists():
        setting = "kernel.unprivileged_userns_clone=1"
    else:
        setting = "user.max_user_namespaces=10000"
    return (
        f"Let users make namespaces: sudo sysctl -w {setting}. In a container, that is for the "
        "one who starts it to allow (docker run --privileged)."
    )


def command(
    orders: dict[str, Any],
    *,
    imports: Sequence[str],
    limits: Limits,
    sandbox: bool,
    calls: int | None = None,
) -> list[str]:
    """What starts the worker with these orders: in the sandbox, or as it is.

    `imports` are the modules that the set allows; of `llmcourse` nothing else is there. `calls` is
    an open file with the filter of system calls, if there is one for this machine.
    """
    orders = orders | {"limits": {"memory": limits.memory, "disk": limits.disk}}
    if not sandbox:  # the number of processes would count all others of this user's
        orders |= {"library": str(PACKAGE.parent), "user": None}
        orders["limits"] |= {"processes": None}
        return [sys.executable, "-I", str(PACKAGE / "sandbox" / "worker.py"), json.dumps(orders)]
    orders["limits"] |= {"processes": limits.processes}
    root = os.geteuid() == 0
    orders |= {"library": LIBRARY, "user": FIRST_USER + os.getpid() if root else None}
    bwrap = shutil.which("bwrap") or "bwrap"  # looked for here, not with the worker's own PATH
    arguments = [bwrap, "--die-with-parent", "--new-session", "--clearenv"]
    arguments += ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    arguments += ["--unshare-cgroup-try", "--hostname", "sandbox"]
    if root:  # to give its powers up itself, it must be allowed to change who it is
        arguments += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        arguments += ["--unshare-user", "--disable-userns"]
    if calls is not None:
        arguments += ["--seccomp", str(calls)]
    for name, value in ENVIRONMENT.items():
        arguments += ["--setenv", name, value]
    # First, because this very Python may be in a folder of /tmp.
    arguments += ["--perms", "1777", "--size", str(limits.disk), "--tmpfs", "/tmp"]
    for path in _python():
        for parent in reversed(Path(path).parents[:-1]):  # else nobody but root may pass them
            arguments += ["--perms", "0755", "--dir", str(parent)]
        arguments += ["--ro-bind-try", path, path]
    for course in _courses():  # in case they are in one of those folders
        inside = [path for path in _python() if Path(course) in Path(path).parents]
        arguments += ["--perms", "0755", "--tmpfs", course]
        arguments += [word for path in inside for word in ("--ro-bind", path, path)]
        arguments += ["--remount-ro", course]
    for path in _installed():  # the course's own package, where it is installed and not a checkout
        arguments += ["--tmpfs", path, "--remount-ro", path]
    for folder in ("", "/llmcourse", "/llmcourse/checking", "/llmcourse/sandbox"):
        arguments += ["--perms", "0755", "--dir", LIBRARY + folder]
    for name in (*ALWAYS, *_allowed(imports)):
        arguments += ["--ro-bind", str(PACKAGE / name), f"{LIBRARY}/llmcourse/{name}"]
    arguments += ["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]
    arguments += ["--remount-ro", "/"]  # else its owner could fill memory with files there
    arguments += ["--chdir", "/tmp", "--", sys.executable, "-I", "-B"]
    return [*arguments, f"{LIBRARY}/llmcourse/sandbox/worker.py", json.dumps(orders)]


def _python() -> list[str]:
    """The folders in which the interpreter and its packages are, and the system's libraries."""
    folders = ["/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime"]
    ours = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}
    ours |= {os.path.realpath(sys.executable), *map(os.path.realpath, ours)}
    return [*folders, *sorted(ours)]


def _courses() -> list[str]:
    """Folders with solutions or a gradebook that would be seen, as they lie in one of Python's."""
    places = {PACKAGE.parent, Path.cwd()}
    found = [p for p in places if any((p / n).is_dir() for n in ("solutions", "gradebook"))]
    python = [Path(path) for path in _python()]
    return sorted(str(p) for p in found if any(folder in p.parents for folder in python))


def _installed() -> list[str]:
    """Copies of the course's package among the installed ones: they hold reference solutions."""
    places = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *site.getsitepackages()}
    for folder in ("/usr/local", *_python()):  # those of other Pythons, too
        places |= set(map(str, Path(folder).glob("lib/python3*/*-packages")))
    found = {os.path.join(place, PACKAGE.name) for place in places}
    return sorted(path for path in found if os.path.isdir(path))


def _allowed(imports: Sequence[str]) -> list[str]:
    """The parts of the package that the set's own `imports` name."""
    named = {name.split(".")[1] for name in imports if name.startswith("llmcourse.")}
    files = {name: f"{name}.py" for name in named if (PACKAGE / f"{name}.py").exists()}
    return sorted(files.get(name, name) for name in named - {"checking", "errors"})
