"""How nbgrader sees this repository; `llmcourse release` and `llmcourse grade` read it too.

Source and release live where people read them; all that a class produces lives under gradebook/,
which git ignores.
"""

import os
import tempfile

c = get_config()  # a name that nbgrader gives to this file

c.CourseDirectory.course_id = "llmcourse"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.submitted_directory = "gradebook/submitted"
c.CourseDirectory.autograded_directory = "gradebook/autograded"
c.CourseDirectory.feedback_directory = "gradebook/feedback"
c.CourseDirectory.solution_directory = "gradebook/solution"
c.CourseDirectory.source_with_tests_directory = "gradebook/source_with_tests"
# A relative address: nbgrader is run from the root of the repository. Its folder must exist.
# Graders on several machines: "postgresql+psycopg://user@host/name", the password in ~/.pgpass.
c.CourseDirectory.db_url = "sqlite:///gradebook/gradebook.db"
# nbgrader copies every other file of a set into the release. The text with its solutions and the
# contract must not be among them.
c.CourseDirectory.ignore = [
    *(".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback"),
    *("*.md", "tasks.toml"),
]

# What a learner finds where the solution stood.
c.ClearSolutions.begin_solution_delimeter = "### BEGIN SOLUTION"
c.ClearSolutions.end_solution_delimeter = "### END SOLUTION"
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE"}
c.ClearHiddenTests.begin_test_delimeter = "### BEGIN HIDDEN TESTS"
c.ClearHiddenTests.end_test_delimeter = "### END HIDDEN TESTS"

# Sockets in the file system: no open port, and no warning about one on stderr. Their place must not
# depend on a working folder: the kernel's is not that of nbgrader.
c.KernelManager.transport = "ipc"
c.KernelManager.ip = os.path.join(tempfile.gettempdir(), f"nbgrader-{os.getpid()}")
# Seconds a cell. The first one imports torch, on a machine that may be grading others.
c.Execute.timeout = 120
# A failed test raises. What is written to stderr, a warning for example, costs no points.
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = "^"
