import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from llmcourse.errors import UserError
from llmcourse.training import read_config, read_log
from llmcourse.training.run_folder import check_same, claimed, log_from, write_config


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "runs" / "first"


def test_a_run_is_not_overwritten(out, small):
    with claimed(out, resume=False):
        write_config(out, small(), small().model)
    with (
        pytest.raises(UserError, match=r"run in .*first already.*--resume"),
        claimed(out, resume=False),
    ):
        pytest.fail("claimed twice")


def test_nothing_to_resume(out):
    with pytest.raises(UserError, match="no run in"), claimed(out, resume=True):
        pytest.fail("claimed nothing")
    assert not out.exists()


def test_a_folder_in_use(out):
    with claimed(out, resume=False):
        code = (
            "import sys; from pathlib import Path\n"
            "from llmcourse.errors import UserError\n"
            "from llmcourse.training.run_folder import claimed\n"
            "try:\n"
            "    with claimed(Path(sys.argv[1]), resume=False): pass\n"
            "except UserError as error: print(error)\n"
        )
        other = subprocess.run(
            [sys.executable, "-c", code, out], capture_output=True, text=True, check=True
        )
    assert "Another process is training in" in other.stdout
    with claimed(out, resume=False):
        pass


def test_a_failure_before_the_first_file_leaves_nothing(out):
    with pytest.raises(ZeroDivisionError), claimed(out, resume=False):
        _ = 1 / 0
    assert not out.parent.exists()


def test_a_folder_that_was_there_before_stays(out):
    out.parent.mkdir()
    with pytest.raises(ZeroDivisionError), claimed(out, resume=False):
        _ = 1 / 0
    assert not list(out.parent.iterdir())


def test_what_others_put_there_meanwhile_stays(out):
    with claimed(out, resume=False):
        (out.parent / "second").mkdir()
    assert [path.name for path in out.parent.iterdir()] == ["second"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_cannot_be_written_to(tmp_path):
    tmp_path.chmod(0o500)
    with (
        pytest.raises(UserError, match="cannot be written to"),
        claimed(tmp_path / "x", resume=False),
    ):
        pytest.fail("claimed")


def test_a_file_where_the_folder_should_be(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(UserError, match="cannot be written to"),
        claimed(tmp_path / "file", resume=False),
    ):
        pytest.fail("claimed")


def test_config_there_and_back(out, small):
    config = small(lr=0.5, betas=(0.8, 0.9))
    write_config(out, config, config.model)
    assert read_config(out) == config
    assert json.loads((out / "config.json").read_text())["model"]["n_embd"] == 16


def test_no_run_names_those_that_there_are(out, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r"no run in .*first\. .* make it: llmcourse train --out"):
        read_config(out)
    for run in ("runs/second", "third"):
        with log_from(Path(run), 0):
            pass
    for asked in ("runs/first", "first"):
        with pytest.raises(UserError, match=r"no run in .*first\. .* wrote: runs/second"):
            read_config(Path(asked))
    with pytest.raises(UserError, match=r"wrote: runs/second, third\."):
        read_config(Path("first"))


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"model": 3}'])
def test_no_configuration(out, content):
    out.mkdir(parents=True)
    (out / "config.json").write_text(content)
    with pytest.raises(UserError, match="is not the configuration of a run"):
        read_config(out)


def test_other_settings_are_named(out, small):
    with pytest.raises(UserError, match=r"started with lr 0.01, not 0.001"):
        check_same(small(lr=1e-3), small(), out)
    deeper = small(batch_tokens=64).at_depth(4)
    with pytest.raises(UserError, match="batch_tokens 64, not 128"):
        check_same(deeper, small(), out)
    with pytest.raises(UserError, match="n_layer 2, not 4"):
        check_same(small(model=deeper.model), small(), out)
    check_same(small(), small(), out)


def test_log_goes_on_without_gaps_or_repeats(out):
    with log_from(out, 0) as record:
        for step in range(1, 8):
            record({"step": step, "loss": step / 2})
    with open(out / "log.jsonl", "a") as file:
        file.write('{"step": 8, "lo')  # killed in the middle of a line
    with log_from(out, 5) as record:
        record({"step": 6, "loss": 9.0})
    assert [(line["step"], line["loss"]) for line in read_log(out)] == [
        *((step, step / 2) for step in range(1, 6)),
        (6, 9.0),
    ]


def test_a_line_is_there_as_soon_as_it_is_written(out):
    with log_from(out, 0) as record:
        record({"step": 1})
        assert read_log(out) == [{"step": 1}]
