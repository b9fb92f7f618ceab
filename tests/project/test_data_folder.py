"""The data folder: private, with keys that stay, for one Lockstep at a time."""

import os
from pathlib import Path

import pytest

from project import data_folder


def test_only_the_owner_can_enter_the_folder_and_read_its_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECRET_KEY")
    folder = tmp_path / "with a blank"

    data_folder.create(folder)
    data_folder.write_keys(folder)

    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / ".env").stat().st_mode & 0o777 == 0o600


def test_keys_that_are_set_are_not_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "set by hand")
    monkeypatch.delenv("ENCRYPTION_KEYS")

    data_folder.write_keys(tmp_path)

    names = [line.partition("=")[0] for line in (tmp_path / ".env").read_text().splitlines()]
    assert names == ["ENCRYPTION_KEYS"]


def test_a_private_file_is_private_even_if_it_was_not(tmp_path: Path) -> None:
    path = tmp_path / "first-run.json"
    path.write_text("old")
    path.chmod(0o644)

    data_folder.write_private(path, "new")

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text() == "new"


def test_a_second_lockstep_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    first = data_folder.hold(tmp_path)

    with pytest.raises(data_folder.Busy, match="another Lockstep is running"):
        data_folder.hold(tmp_path)

    os.close(first)
    os.close(data_folder.hold(tmp_path))
