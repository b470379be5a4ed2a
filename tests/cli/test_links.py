"""Links out of a folder of records, and folders in the place of a file: named, never followed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from ketameta.records.places import leads_out

Run = Callable[..., Result]

SECRET = "root: hunter2-and-more\n"
SAID = "is a link that leads out of its folder, and is not followed."
PLACES = (
    "studies/alcohol/evil-2020.yaml",
    "studies/vocabulary.yaml",
    "studies/excluded.yaml",
    "studies/claims/K09.yaml",
    "studies/corrections/evil.yaml",
    "reports/ketamine/review.yaml",
    "reports/ketamine/certainty.yaml",
)


@pytest.fixture
def secret(small_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file elsewhere that is nobody's business."""
    path = tmp_path_factory.mktemp("elsewhere") / "secret.yaml"
    path.write_text(SECRET)
    return path


def link(place: str, target: Path) -> Path:
    path = Path(place)
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(target)
    return path


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("form", ["text", "json"])
def test_check_names_the_link_and_shows_nothing_of_its_target(
    run: Run, secret: Path, place: str, form: str
) -> None:
    kept = secret
    if place.endswith("vocabulary.yaml"):  # a folder of records is known by it
        kept = secret.with_name("vocabulary.yaml")
        kept.write_text(Path(place).read_text() + "hunter2: 1\n")
    link(place, kept)
    for _ in range(2):  # the second time from the cache
        found = run("check", "--format", form)
        assert found.exit_code == 1
        assert SAID in found.stdout
        assert place in found.stdout
        assert "hunter2" not in found.output


def test_a_folder_that_is_a_link_is_not_followed_either(run: Run, secret: Path) -> None:
    secret.rename(secret.with_name("evil-2020.yaml"))
    Path("studies/opioid").symlink_to(secret.parent)
    found = run("check")
    assert found.exit_code == 1
    assert f"studies/opioid/evil-2020.yaml:1:1: {SAID}" in found.stdout
    assert "hunter2" not in found.output


def test_a_link_to_another_part_of_the_checkout_leads_out_too(run: Run, small_root: Path) -> None:
    Path(".git").mkdir()
    Path(".git/config").write_text(SECRET)
    link("studies/alcohol/evil-2020.yaml", Path("../../.git/config"))
    found = run("check")
    assert SAID in found.stdout
    assert "hunter2" not in found.output


@pytest.mark.parametrize("words", [(), ("studies",), ("studies/alcohol/evil-2020.yaml",)])
def test_fmt_leaves_the_target_as_it_is(run: Run, secret: Path, words: tuple[str, ...]) -> None:
    untidy = "a:    1\nb: [ 1,2 ]\n"
    secret.write_text(untidy)
    link("studies/alcohol/evil-2020.yaml", secret)
    found = run("fmt", *words)
    assert found.exit_code == 3
    assert f"studies/alcohol/evil-2020.yaml: {SAID}" in found.stderr
    assert secret.read_text() == untidy


@pytest.mark.parametrize("place", ["studies/claims/K09.yaml", "reports/ketamine/prisma.yaml"])
def test_an_archive_is_not_made_with_it(run: Run, secret: Path, place: str) -> None:
    Path("LICENSE").write_text("MIT License\n")
    link(place, secret)
    found = run("export", "archive", "-o", "out.zip")
    assert found.exit_code == 3
    assert f"{place}: {SAID}" in found.stderr
    assert not Path("out.zip").exists()


def test_links_within_the_folder_and_the_folder_itself_may_be_links(
    run: Run, small_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "records"
    Path("studies").rename(elsewhere)
    Path("studies").symlink_to(elsewhere)
    assert run("check").exit_code == 0
    inside = Path("studies/alcohol/same.yaml")
    inside.symlink_to("ash-2020.yaml")
    assert not leads_out(inside)


def test_a_file_that_somebody_names_elsewhere_may_be_a_link(secret: Path, tmp_path: Path) -> None:
    named = tmp_path.parent / f"{tmp_path.name}-named.yaml"
    named.symlink_to(secret)
    assert not leads_out(named)


@pytest.mark.parametrize("words", [(), ("studies",)])
def test_fmt_names_a_folder_called_like_a_record_and_goes_on(
    run: Run, small_root: Path, words: tuple[str, ...]
) -> None:
    Path("studies/alcohol/a.yaml").mkdir()
    record = Path("studies/cocaine/birch-2019.yaml")
    tidy = record.read_text()
    record.write_text(tidy.replace("status: ", "status:   ", 1))
    found = run("fmt", *words)
    assert found.exit_code == 3
    assert "studies/alcohol/a.yaml: cannot read the file (Is a directory)." in found.stderr
    assert str(small_root) not in found.stderr
    assert record.read_text() == tidy
