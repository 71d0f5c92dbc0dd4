"""What an import of the package costs."""

import subprocess
import sys


def test_torch_is_imported_by_nobody_who_does_not_need_it():
    program = (
        "import sys\n"
        "from llmcourse.checking import call, close\n"
        "close(call(sorted, [2, 1]), [1, 2])\n"
        "assert 'torch' not in sys.modules\n"
        "assert not [m for m in sys.modules if m.startswith('llmcourse.decoding')]\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
