"""Notebooks that want more than they earn, as data: what stands in the cell of the task `double`.

In each, `double` is wrong. The cells are run in the sandbox only, and nothing here is to be run
anywhere else.
"""

WRONG = "def double(x): return 41\n"

# They want points.
CHEATS = {
    "builtins that agree": WRONG
    + """
import builtins, math, operator
builtins.abs = builtins.max = builtins.len = lambda *a, **k: 0
builtins.isinstance = builtins.all = builtins.any = lambda *a, **k: True
builtins.zip = lambda *a, **k: iter(())
builtins.AssertionError = builtins.Exception
math.isnan = math.isinf = operator.eq = lambda *a: True
""",
    "checks that agree": WRONG
    + """
import sys
from llmcourse import checking
for module in [checking, *(m for name, m in sys.modules.items() if "checking." in name)]:
    module.close = module.raises = module._difference = lambda *a, **k: None
    module._same_number = lambda *a: True
    module.Mismatch = type("Mismatch", (Exception,), {"__new__": lambda *a: None})
    module.Observed = lambda *a: (7, [3], {})
    module.call = lambda f, x: x
""",
    "a result that equals everything": """
class Same:
    def __eq__(self, other): return True
    def __getattr__(self, name): return self
    def __call__(self, *a): return self
    __sub__ = __rsub__ = __abs__ = __hash__ = lambda self, *a: 0
    __le__ = __lt__ = __ge__ = __gt__ = __bool__ = lambda self, *a: True
def double(x): return Same()
""",
    "an int that equals everything": """
class Same(int):
    __eq__ = __le__ = __lt__ = __ge__ = __gt__ = lambda self, other: True
    __sub__ = __rsub__ = __abs__ = lambda self, *a: 0
    __hash__ = int.__hash__
def double(x): return Same(41)
""",
    "a float that says something else": """
class Same(float):
    __eq__ = lambda self, other: True
    __float__ = __sub__ = __rsub__ = __abs__ = lambda self, *a: 0.0
    __repr__ = __str__ = lambda self: "6"
    __hash__ = float.__hash__
def double(x): return Same(41.0)
""",
    "a text that says something else": """
class Same(str):
    __eq__ = lambda self, other: True
    __str__ = __repr__ = lambda self: "6"
    __hash__ = str.__hash__
def double(x): return Same("41")
""",
    "a list that equals everything": """
class Same(list):
    __eq__ = lambda self, other: True
    __iter__ = lambda self: iter([6])
    __len__ = lambda self: 0
def double(x): return Same([41])
""",
    "hooks of IPython": WRONG
    + """
import sys
from IPython.core.interactiveshell import InteractiveShell
from ipykernel.ipkernel import IPythonKernel
InteractiveShell.run_cell = InteractiveShell.run_code = lambda *a, **k: None
IPythonKernel.do_execute = lambda *a, **k: {"status": "ok"}
shell = get_ipython() or InteractiveShell.instance()
shell.input_transformers_post.append(lambda lines: ["pass"])
shell.ast_transformers.append(type("T", (), {"visit": lambda self, node: None})())
sys.displayhook = sys.excepthook = lambda *a: None
""",
    "points that are displayed": WRONG + "display(2)\nprint('points: 3')\n3",
    "a worker with other methods": WRONG
    + """
import gc
for thing in gc.get_objects():
    if type(thing).__name__ == "Worker":
        type(thing).ask = lambda self, request: None
        type(thing).step = lambda self, number: {"end": True}
""",
    "answers written ahead": WRONG
    + """
import os
from llmcourse.sandbox.wire import pack
for fd in range(3, 30):
    try:
        for number in range(1, 40):
            os.write(fd, pack({"id": number, "value": [7, [3], {}]}))
    except OSError:
        pass
""",
    "answers that are no messages": WRONG
    + """
import os
for fd in range(3, 30):
    try:
        os.write(fd, b"\\xff" * 500)
    except OSError:
        pass
""",
    "answers of megabytes that never come": WRONG
    + """
import os
for fd in range(3, 30):
    try:
        os.write(fd, (60 << 20).to_bytes(8, "big"))
    except OSError:
        pass
""",
    "closed pipes": WRONG + "import os\nos.closerange(3, 64)\n",
    "requests that somebody else reads": WRONG
    + """
import os, threading
def read():
    for fd in range(3, 30):
        try:
            os.read(fd, 1 << 20)
        except OSError:
            pass
threading.Thread(target=read, daemon=True).start()
""",
    "files for the next Python": WRONG
    + """
import os, sys
text = "import llmcourse.checking.comparing as c; c._difference = lambda *a, **k: None"
version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
for path in ("sitecustomize.py", "usercustomize.py", "torch.py", "numpy.py", "json.py",
             ".ipython/profile_default/startup/00.py", f".local/lib/{version}/site-packages/a.pth"):
    for folder in ("/tmp", os.path.dirname(sys.executable), *sys.path, *os.environ.values()):
        try:
            os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
            with open(os.path.join(folder, path), "w") as file:
                file.write(text)
        except OSError:
            pass
os._exit(0)
""",
}

# They end, take or keep what is not theirs.
BOMBS = {
    "an exit": WRONG + "import os\nos._exit(0)\n",
    "an exit of Python": WRONG + "raise SystemExit(0)\n",
    "an end of all processes": WRONG
    + "import os, signal\nos.kill(os.getppid(), 9)\nos.kill(-1, 9)\nos.killpg(0, 9)\n",
    "a loop without an end": """
import signal, threading
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
def double(x):
    while True:
        try:
            while True: pass
        except BaseException: pass
""",
    "processes without an end": """
import os
def double(x):
    while True:
        try:
            os.fork()
        except OSError:
            pass
""",
    "threads without an end": """
import threading, time
def double(x):
    while True:
        try:
            threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
        except RuntimeError:
            time.sleep(0.01)
""",
    "memory of one process": "def double(x): return len(bytearray(1 << 33))\n",
    "memory of many processes": """
import os, time
def double(x):
    for _ in range(12):
        if not os.fork():
            kept = bytearray(os.urandom(1 << 20)) * 100
            time.sleep(600)
    time.sleep(600)
""",
    "memory that no process shows": """
import mmap, os, time
def double(x):
    held = []
    for _ in range(20):
        try:
            fd = os.memfd_create("a")
            held.append(fd)
            os.write(fd, bytes(60 << 20))
        except OSError: pass
        try:
            shared = mmap.mmap(-1, 60 << 20)
            held.append(shared)
            for place in range(0, len(shared), 4096): shared[place] = 1
            shared.madvise(mmap.MADV_DONTNEED)
        except OSError: pass
    return f"held {len(held)}"
""",
    "full folders": """
def double(x):
    written = 0
    for folder in ("/tmp", "/dev/shm", "/var/tmp", "/run", "/"):
        try:
            with open(folder + "/full", "wb") as file:
                while True:
                    written += file.write(bytes(1 << 20))
        except OSError: pass
    return written
""",
    "a line of 80 MB": """
import os, sys
def double(x):
    sys.stdout.write("a" * (80 << 20))
    sys.stdout.flush()
    os.write(1, b"b" * (80 << 20))
    return 41
""",
    "a value of 100 MB": "def double(x): return bytes(100 << 20)\n",
    "a list of a million": "def double(x): return [0.5] * 1_000_000\n",
    "a value without a bottom": """
def double(x):
    deep = []
    for _ in range(100_000): deep = [deep]
    return deep
""",
    "a value that holds itself": "def double(x):\n    a = [1]\n    a.append(a)\n    return a\n",
    "numbers that collide": """
def double(x): return {i * (2**61 - 1) for i in range(1, 3000)}
""",
    "a number of 4000 digits": "def double(x): return 10**4000\n",
    "a number of 40000 digits": """
import sys
sys.set_int_max_str_digits(0)
def double(x): return 10**40000
""",
    "not a number": "def double(x): return float('nan')\n",
    "an exception without words": """
class Silent(Exception):
    def __str__(self): raise SystemExit(0)
def double(x): raise Silent
""",
    "a class without a name": """
class Meta(type):
    __name__ = property(lambda cls: 1 / 0)
class Nameless(Exception, metaclass=Meta): pass
def double(x): raise Nameless
""",
}

# Names that mean something to whoever grades.
NAMES = """
CALLS = 0
def double(x):
    global CALLS
    kinds = [{names}]
    CALLS += 1
    raise type(kinds[CALLS % len(kinds)], (Exception,), {{}})("kingfisher %r" % (x,))
"""
