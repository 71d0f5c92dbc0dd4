"""Every attack on the grader, and every honest file that is odd: what became of each.

python book/measure/attacks.py

It runs the project's own tests of both and writes their outcomes to
llmcourse/measured/attacks.json, which the page "What a score is worth" shows. About two minutes on
two cores; needs the sandbox.
"""

import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from llmcourse.pages import write_measured

ROOT = Path(__file__).parent.parent.parent
TESTS = {
    "attacks": ("tests/grading/submission/test_attacks.py", "tests/sandbox/test_bubblewrap.py"),
    "honest": ("tests/grading/submission/test_honest.py",),
}


def main() -> None:
    outcomes = {
        kind: [one for path in paths for one in outcome(path)] for kind, paths in TESTS.items()
    }
    write_measured("attacks", outcomes, command="python book/measure/attacks.py")
    for kind, found in outcomes.items():
        held = sum(one["held"] for one in found)
        print(f"{kind}: {held} of {len(found)} as they must be")


def outcome(path: str) -> list[dict[str, str | bool]]:
    """What each test of a file tries, in words, and whether it passed."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", path, f"--junitxml={report}"]
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        cases = ElementTree.parse(report).iter("testcase")
        return [
            {"what": in_words(case.get("name", "")), "held": len(case) == 0}
            for case in cases
            if case.find("skipped") is None
        ]


def in_words(name: str) -> str:
    """
    >>> in_words("test_no_point_is_earned_by[builtins that agree]")
    'no point is earned by: builtins that agree'
    """
    test, _, parameter = name.removesuffix("]").partition("[")
    said = test.removeprefix("test_").replace("_", " ")
    return f"{said}: {parameter}" if re.search("[a-z] ?[a-z]{2}", parameter) else said


if __name__ == "__main__":
    main()
