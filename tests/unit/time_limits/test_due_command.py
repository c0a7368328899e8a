"""`guitu due`, as a newcomer types it (notice 四)."""

import argparse
import csv
from pathlib import Path

import pytest

from backend.errors import GuituError
from backend.time_limits import commands

VECTORS = Path(__file__).parent / "vectors" / "time-limits.csv"


def guitu(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers())
    args = parser.parse_args(["due", *arguments])
    return args.run(args)


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (("household_restoration", "--received", "2026-09-30 10:30"), "2026-10-08 12:00:00\n"),  # notice 四(三)
        (("4", "--received", "2026-09-30T10:30:00"), "2026-10-08 12:00:00\n"),
        (("pension_transfer", "--received", "2026-09-30 16:00"), "2026-10-13 18:00:00\n"),  # notice 四(四)
        (("social_card", "--received", "2026-11-23 10:00"), "2026-11-26 12:00:00\n"),  # notice 四(六)
        (("social_card", "--received", "2026-11-23 10:00", "--days", "1"), "2026-11-24 12:00:00\n"),
        (("local_subsidy", "--received", "2026-11-23 10:00", "--days", "1"), "2026-11-24 12:00:00\n"),
        (("report_in", "--received", "2026-12-31 10:30"), "2027-01-04 12:00:00\tprovisional\n"),  # notice 四(一)
    ],
)
def test_one_instant(capsys, arguments, printed):
    assert guitu(*arguments) == 0
    assert capsys.readouterr().out == printed


def test_a_file_comes_out_with_its_columns_filled_and_provisional_beside(capsys):
    assert guitu("--csv", str(VECTORS)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "received_at,working_days,due_at,provisional"
    assert [line.rpartition(",") for line in lines[1:]] == [
        (line, ",", "no") for line in VECTORS.read_text("utf-8").splitlines()[1:]
    ]


def test_due_times_may_be_left_out_and_further_columns_stay(tmp_path, capsys):
    file = tmp_path / "in.csv"
    file.write_text("\ufeffid,received_at,working_days\n7,2026-12-31 10:30,1\n\n8,2026-11-23 07:59:59,1\n", "utf-8")
    guitu("--csv", str(file))
    assert list(csv.reader(capsys.readouterr().out.splitlines())) == [
        ["id", "received_at", "working_days", "due_at", "provisional"],
        ["7", "2026-12-31 10:30", "1", "2027-01-04 12:00:00", "yes"],
        ["8", "2026-11-23 07:59:59", "1", "2026-11-23 18:00:00", "no"],
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("received_at,due_at\n", ":1: expected the columns"),
        ("", ":1: expected the columns"),
        ('"received_at"x,working_days\n', ": not valid CSV"),
        ("received_at,working_days,due_at\n2026-11-23 08:00,1,\nsoon,1,\n", ":3: 'soon' is no time"),
        ("received_at,working_days,due_at\n2026-11-23,1,\n", ":2: '2026-11-23' has no time of day"),
        ("received_at,working_days,due_at\n2026-02-30 08:00,1,\n", ":2: '2026-02-30 08:00' is no time"),
        ("received_at,working_days,due_at\n2026-11-23 08:00,0,\n", ":2: '0' is no number of working days"),
        ("received_at,working_days,due_at\n2026-11-23 08:00,many,\n", ":2: 'many' is no number"),
        ("received_at,working_days,due_at\n2026-11-23 08:00\n", ":2: expected 3 columns"),
        ("received_at,working_days,due_at\n2026-11-23 08:00,1,,x\n", ":2: expected 3 columns"),
        ("received_at,working_days,due_at\n1026-11-23 08:00,1,\n", ":2: '1026-11-23 08:00': the year"),
        ('received_at,working_days,due_at\n"2026-11-23 08:00"x,1,\n', ": not valid CSV"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_nothing_is_printed(tmp_path, capsys, content, said):
    file = tmp_path / "in.csv"
    file.write_text(content, "utf-8")
    with pytest.raises(GuituError) as error:
        guitu("--csv", str(file))
    assert said in str(error.value)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "either MATTER"),
        (("social_card",), "either MATTER"),
        (("social_card", "--csv", "x.csv"), "either MATTER"),
        (("--csv", "x.csv", "--days", "2"), "--days goes with MATTER"),
        (("--csv", "/nowhere/x.csv"), "cannot be read"),
        (("passport", "--received", "2026-11-23 08:00"), "no matter 'passport'"),
        (("local_subsidy", "--received", "2026-11-23 08:00"), "sets no limit"),  # notice 四(二)
        (("social_card", "--received", "yesterday"), "is no time"),
        (("social_card", "--received", "2026-11-23 08:00", "--days", "-1"), "is no number of working days"),
    ],
)
def test_wrong_use_says_what_to_do(arguments, said):
    with pytest.raises(GuituError) as error:
        guitu(*arguments)
    assert said in str(error.value)
