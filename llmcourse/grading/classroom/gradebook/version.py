"""The version of a database: nbgrader changes its tables, and has a command that carries them over.

A database of another version is refused and left as it is: `nbgrader db upgrade` is for the person
who keeps the copy.
"""

from typing import TYPE_CHECKING, Any, Literal

from llmcourse.errors import UserError

if TYPE_CHECKING:
    from sqlalchemy import Engine

MADE_AGAIN = (
    "and run the same command again: a new one is made from the attempts, all but what a person "
    "wrote in formgrader."
)
MAKE_AGAIN = f"Or move it away {MADE_AGAIN}"


def check_version(api: Any, engine: "Engine") -> Literal["empty", "ready"]:
    """Whether nbgrader's tables have to be made. Raises `UserError` for all that is not ready."""
    from sqlalchemy import inspect, text

    there = set(inspect(engine).get_table_names())
    if not there:
        return "empty"
    needed = set(api.Base.metadata.tables)
    if not there & needed:
        raise UserError(
            "The database of nbgrader's gradebook holds tables of another program: "
            f"{', '.join(sorted(there)[:3])}.",
            todo="Give nbgrader a database of its own.",
        )
    versions: list[str] = []
    if "alembic_version" in there:
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT version_num FROM alembic_version"))
            versions = [str(version) for (version,) in rows]
    if versions == [newest_version()]:
        if lacking := needed - there:
            raise UserError(
                f"nbgrader's gradebook lacks its tables {', '.join(sorted(lacking))}.",
                todo=f"Restore it from a copy. {MAKE_AGAIN}",
            )
        return "ready"
    if all(version in _versions() for version in versions):
        raise UserError(
            "nbgrader's gradebook was made by an older nbgrader.",
            todo="Keep a copy of it and run `nbgrader db upgrade` in the root of the repository. "
            + MAKE_AGAIN,
        )
    raise UserError(
        "nbgrader's gradebook was made by a newer nbgrader than the one that is installed.",
        todo=f"Install that one. {MAKE_AGAIN}",
    )


def newest_version() -> str:
    """What nbgrader's command would carry a database to."""
    return str(_script().get_current_head())


def _versions() -> set[str]:
    return {revision.revision for revision in _script().walk_revisions()}


def _script() -> Any:
    from alembic.script import ScriptDirectory
    from nbgrader.dbutil import ALEMBIC_DIR

    return ScriptDirectory(ALEMBIC_DIR)
