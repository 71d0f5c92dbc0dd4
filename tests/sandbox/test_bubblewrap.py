"""The walls: what is inside, what can't be reached from there, and what is said without them."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from llmcourse.checking import call
from llmcourse.errors import UserError
from llmcourse.sandbox import bubblewrap
from llmcourse.sandbox.bubblewrap import FIRST_USER, command, refuse_without_bubblewrap
from llmcourse.sandbox.calls import MACHINES, call_filter
from llmcourse.sandbox.limits import DEFAULT, Limits
from llmcourse.sandbox.remote import Worker
from tests.bubblewrap import needs_bubblewrap, skip_but_in_ci

PACKAGE = Path(bubblewrap.__file__).parents[1]
LIMITS = Limits(memory=512 * 1024**2, processes=16, disk=4 * 1024**2)
INSIDE = '''
import ctypes, errno, importlib, mmap, os, resource, socket, sys
libc = ctypes.CDLL(None, use_errno=True)

def tried(do):
    """What it gives, or the name of its error."""
    try:
        given = do()
        return given if isinstance(given, (int, str, list)) else "done"
    except OSError as error:
        return errno.errorcode.get(error.errno, "?")
    except ImportError:
        return "ImportError"

def called(number, *arguments):
    """A call of the kernel by its number."""
    if libc.syscall(number, *arguments) >= 0:
        return "done"
    return errno.errorcode[ctypes.get_errno()]

def ask(question):
    return tried(lambda: eval(question, globals()))

def write(path):
    with open(path, "wb") as file:
        return file.write(b"a" * (1 << 20))

def shared():
    return mmap.mmap(-1, 1 << 20)

def connect(port):
    return socket.create_connection(("127.0.0.1", port), timeout=2)
'''


@pytest.fixture(scope="module")
def ask():
    """Asks a question within the walls."""
    with Worker(limits=LIMITS) as worker:
        worker.execute(INSIDE, "cell inside")

        def ask(question: str):
            worker.within(30)
            return call(worker.name("ask"), question)

        yield ask


@needs_bubblewrap
def test_who_is_inside_has_no_power(ask):
    who = ask("[os.getuid(), os.geteuid(), os.getgid(), os.getegid(), len(os.getgroups())]")
    status = ask("[line.strip() for line in open('/proc/self/status')]")

    assert 0 not in who[:4]
    if os.geteuid() == 0:
        assert who == [FIRST_USER + os.getpid()] * 4 + [0]
    assert {line for line in status if line.startswith(("CapPrm", "CapEff", "CapAmb"))} == {
        f"{name}:\t{0:016x}" for name in ("CapPrm", "CapEff", "CapAmb")
    }
    assert "NoNewPrivs:\t1" in status
    assert "Seccomp:\t2" in status
    assert ask("called(105, 0)") == "EPERM"  # setuid(0)


@needs_bubblewrap
def test_what_is_inside(ask):
    assert ask("sorted(os.environ)") == sorted([*bubblewrap.ENVIRONMENT, "PWD"])
    assert ask("sorted(name for name in os.listdir('/proc') if name.isdigit())") == ["1", "2"]
    assert ask("os.listdir('/course/llmcourse')") != "ENOENT"
    inside = {"__init__.py", "errors.py", "wire.py", "worker.py"}
    inside |= {path.name for path in (PACKAGE / "checking").glob("*.py")}
    assert set(ask("[f for _, _, found in os.walk('/course') for f in found]")) == inside
    assert ask("importlib.import_module('llmcourse.decoding')") == "ImportError"
    assert ask("importlib.import_module('llmcourse.grading')") == "ImportError"


@needs_bubblewrap
@pytest.mark.parametrize(
    "path",
    [
        *(PACKAGE / "decoding", PACKAGE.parent / "solutions", PACKAGE.parent / "pyproject.toml"),
        *("/etc/passwd", "/etc/shadow", "/var", "/sys", "/run", Path.home() / ".bashrc", __file__),
        *(place for place in ("/home", "/opt") if not sys.base_prefix.startswith(place)),
    ],
)
def test_other_files_are_not_there(path, ask):
    assert ask(f"tried(lambda: os.stat({str(path)!r}))") in ("ENOENT", "EACCES")


@needs_bubblewrap
def test_what_others_keep_in_tmp_is_not_there(ask, tmp_path):
    path = tmp_path / "of somebody else"
    path.write_text("read me")
    assert ask(f"tried(lambda: os.stat({str(path)!r}))") in ("ENOENT", "EACCES")


@needs_bubblewrap
@pytest.mark.parametrize(
    "path",
    [
        *(
            "/a",
            "/usr/a",
            "/course/llmcourse/checking/calls.py",
            "/course/a",
            "/dev/shm/a",
            "/dev/a",
        ),
        *("/proc/sys/kernel/core_pattern", "/proc/1/mem", "/proc/1/oom_score_adj", "/etc/a"),
        sys.executable,
        os.path.join(sys.prefix, "a"),
        os.path.join(os.path.dirname(psutil.__file__), "a.pth"),
    ],
)
def test_nothing_can_be_written_but_in_one_small_folder(path, ask):
    assert ask(f"write({path!r})") in ("EROFS", "EACCES", "ENOENT", "EPERM")


@needs_bubblewrap
def test_the_folder_is_small(ask):
    assert ask("write('/tmp/one')") == 1 << 20
    assert ask("[write(f'/tmp/{n}') for n in range(9)]") == "ENOSPC"


@needs_bubblewrap
def test_there_is_no_network(ask):
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert ask(f"connect({server.getsockname()[1]})") == "ECONNREFUSED"
    assert ask("socket.socket(socket.AF_UNIX).connect('/run/docker.sock')") == "ENOENT"
    assert ask("socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)") == "EAFNOSUPPORT"
    assert ask("socket.socket(40, socket.SOCK_STREAM)") == "EAFNOSUPPORT"  # AF_VSOCK


@needs_bubblewrap
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers are those of x86-64")
@pytest.mark.parametrize(
    ("question", "error"),
    {
        "called(272, 0x10000000)": "EPERM",  # unshare(CLONE_NEWUSER)
        "called(56, 0x10000011, 0, 0, 0, 0)": "EPERM",  # clone(CLONE_NEWUSER | SIGCHLD)
        "called(435, 0, 0)": "ENOSYS",  # clone3
        "called(165, 0, b'/tmp', b'tmpfs', 0, 0)": "EPERM",  # mount
        "called(101, 0, 0, 0, 0)": "EPERM",  # ptrace
        "called(319, b'a', 0)": "EPERM",  # memfd_create
        "called(29, 0, 4096, 0o1600)": "EPERM",  # shmget
        "called(425, 8, 0)": "EPERM",  # io_uring_setup
        "called(321, 0, 0, 0)": "EPERM",  # bpf
        "called(0x40000000 + 39)": "ENOSYS",  # getpid by x32's number
        "shared()": "EPERM",
    }.items(),
)
def test_calls_that_no_learner_needs_are_refused(question, error, ask):
    assert ask(question) == error


@needs_bubblewrap
def test_calls_that_a_learner_may_need_are_not(ask):
    assert ask("os.waitpid(os.fork() or os._exit(7), 0)[1] >> 8") == 7
    assert ask("len(mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))") == 4096
    assert ask("len(socket.socketpair())") == 2
    assert ask("importlib.import_module('threading').Thread(target=print).start()") == "done"
    assert (
        ask(
            "importlib.import_module('asyncio').run(importlib.import_module('asyncio').sleep(0, 5))"
        )
        == 5
    )


@pytest.mark.parametrize("machine", MACHINES)
def test_every_jump_of_the_filter_ends_within_it(machine):
    program = call_filter(machine)
    count = len(program) // 8
    assert len(program) % 8 == 0
    assert count < 4096
    for place in range(count):
        code, yes, no = program[8 * place], program[8 * place + 2], program[8 * place + 3]
        if code & 7 == 5:  # a jump
            assert place + 1 + max(yes, no) < count
    assert program[-8] == 6  # a return


def test_a_machine_that_is_not_known_has_no_filter():
    assert call_filter("riscv64") is None


def test_only_what_the_set_allows_is_put_inside():
    walls = command(
        {}, imports=("torch", "llmcourse.inputs", "llmcourse.pages"), limits=DEFAULT, sandbox=True
    )
    ours = {word for word in walls if word.startswith(f"{PACKAGE}/")}

    assert ours == {
        *(str(PACKAGE / name) for name in bubblewrap.ALWAYS),
        *(str(PACKAGE / name) for name in ("inputs", "pages.py")),
    }


def test_a_course_among_the_libraries_is_hidden(monkeypatch, tmp_path):
    course = tmp_path / "python" / "course"
    (course / "solutions").mkdir(parents=True)
    (course / ".venv").mkdir()
    monkeypatch.chdir(course)
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path / "python"))
    monkeypatch.setattr(sys, "prefix", str(course / ".venv"))
    walls = command({}, imports=(), limits=DEFAULT, sandbox=True)
    shown, hidden = walls.index(str(tmp_path / "python")), walls.index("--remount-ro")

    assert shown < hidden
    assert walls[hidden - 5 : hidden + 2] == [
        *("--tmpfs", str(course), "--ro-bind", str(course / ".venv"), str(course / ".venv")),
        *("--remount-ro", str(course)),
    ]


def test_installed_copies_of_the_course_are_hidden(monkeypatch, tmp_path):
    copies = [
        tmp_path / "lib" / name / "llmcourse"
        for name in ("python3/dist-packages", "python3.12/site-packages")
    ]
    for copy in copies:
        copy.mkdir(parents=True)
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path))
    walls = command({}, imports=(), limits=DEFAULT, sandbox=True)

    for copy in copies:
        place = walls.index(str(copy))
        assert walls[place - 1 : place + 3] == ["--tmpfs", str(copy), "--remount-ro", str(copy)]


def test_who_is_not_root_gets_a_namespace_of_users(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    walls = command({}, imports=(), limits=DEFAULT, sandbox=True, calls=9)

    assert {"--unshare-user", "--disable-userns", "--die-with-parent"} <= set(walls)
    assert "--cap-add" not in walls
    assert walls[walls.index("--seccomp") + 1] == "9"
    assert json.loads(walls[-1])["user"] is None


@pytest.mark.skipif(os.geteuid() != 0, reason="all the other tests run as who is not root")
@needs_bubblewrap
def test_somebody_who_is_not_root_can_grade():
    python = shutil.which("python3", path=os.defpath)  # not the one of .venv, which may be private
    version = "import sys; sys.exit(sys.version_info < (3, 11))"
    if python is None or subprocess.run([python, "-c", version], check=False).returncode:
        skip_but_in_ci("no python3 of the system's, 3.11 or newer: install one, or run as a user")
    code = """
import sys
sys.path.insert(0, sys.argv[1])
from given import INSIDE, QUESTIONS
from llmcourse.checking import call
from llmcourse.sandbox.bubblewrap import refuse_without_bubblewrap
from llmcourse.sandbox.remote import Worker
from llmcourse.sandbox.limits import Limits
try:
    refuse_without_bubblewrap()
except Exception as error:
    print("no walls:", error)
    raise SystemExit
with Worker(limits=Limits(memory=1 << 29, processes=16)) as worker:
    worker.execute(INSIDE, "cell inside")
    for question in QUESTIONS: print(call(worker.name("ask"), question))
"""
    questions = {
        "os.getuid()": "65534",
        "called(272, 0x10000000)": "EPERM",
        "write('/a')": "EROFS",
        "write('/course/a')": "EROFS",
        "os.readlink('/proc/1/fd/2')[:5]": "pipe:",  # a file could be filled
        "os.listdir('/home')": "ENOENT",
        "importlib.import_module('llmcourse.sandbox.remote')": "ImportError",
    }
    with tempfile.TemporaryDirectory() as folder:  # not pytest's own, which nobody else may enter
        os.chmod(folder, 0o755)
        library = Path(folder, "library")
        for name in ("__init__.py", "errors.py", "checking", "sandbox"):
            copy = shutil.copytree if (PACKAGE / name).is_dir() else shutil.copy
            (library / "llmcourse").mkdir(parents=True, exist_ok=True)
            copy(PACKAGE / name, library / "llmcourse" / name)
        shutil.copytree(os.path.dirname(psutil.__file__), library / "psutil")
        (library / "given.py").write_text(f"INSIDE = {INSIDE!r}\nQUESTIONS = {list(questions)!r}\n")
        ran = subprocess.run(
            [python, "-I", "-B", "-c", code, str(library)],
            user=65534,
            group=65534,
            extra_groups=[],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            cwd="/",
            env={"PATH": os.defpath},
        )
    assert not ran.stderr
    if ran.stdout.startswith("no walls"):
        skip_but_in_ci(ran.stdout)
    assert dict(zip(questions, ran.stdout.splitlines(), strict=True)) == questions


@needs_bubblewrap
def test_where_the_walls_can_be_built_nothing_is_said():
    assert refuse_without_bubblewrap() is None


def test_without_bubblewrap_it_is_said_how_to_install_it(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UserError, match="apt-get install bubblewrap"):
        refuse_without_bubblewrap()


@pytest.mark.parametrize(
    ("said", "todo"),
    [
        ("bwrap: Unknown option --disable-userns", "install a newer one"),
        ("bwrap: setting up uid map: Permission denied", "sudo sysctl -w"),
        ("bwrap: No permissions to create new namespace", "docker run --privileged"),
    ],
)
def test_where_the_walls_can_not_be_built_it_is_said_what_to_do(said, todo, monkeypatch, tmp_path):
    refusing = tmp_path / "bwrap"
    refusing.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(UserError, match=said.removeprefix("bwrap: ")) as caught:
        refuse_without_bubblewrap()

    assert todo in str(caught.value.todo)


@needs_bubblewrap
def test_a_python_that_lies_in_tmp_is_found_and_can_not_be_written(monkeypatch):
    """A checkout with its .venv may lie there; /tmp is also the worker's own folder."""
    python = bubblewrap._python()
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        place = Path(folder) / "lib"
        place.mkdir()
        (place / "module.txt").write_text("here")
        monkeypatch.setattr(bubblewrap, "_python", lambda: [*python, str(place)])
        with Worker(limits=LIMITS) as worker:
            worker.execute(INSIDE, "cell 1")
            worker.execute(f"def found(): return open('{place}/module.txt').read()", "cell 2")
            assert call(worker.name("found")) == "here"
            assert call(worker.name("ask"), f"write('{place}/new')") == "EROFS"
            assert call(worker.name("ask"), "write('/tmp/new')") == 1 << 20
