"""The units of deploy/systemd, before systemd's own verifier."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli import keeping, listings, people, work
from pipeline.cli.main import loa

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
INSTALLED = "/opt/loa/.venv/bin/loa"
HARDENED = {
    "NoNewPrivileges=true", "ProtectSystem=strict", "ProtectHome=true", "PrivateTmp=true",
    "CapabilityBoundingSet=", "SystemCallFilter=@system-service", "User=loa",
}  # fmt: skip

systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="no systemd-analyze (apt-get install systemd)"
)


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units as they would be installed, with a `loa` that is on this machine."""
    here = str(Path(sys.executable).with_name("loa"))
    for unit in UNITS:
        # The verifier looks for the program of a unit; everything else stays to the letter.
        (tmp_path / unit.name).write_text(unit.read_text().replace(INSTALLED, here))
    return tmp_path


@systemd
def test_systemd_has_nothing_to_say_against_them(units: Path) -> None:
    names = [str(units / unit.name.replace("@", "@1")) for unit in UNITS]
    (units / "loa-worker@1.service").symlink_to("loa-worker@.service")
    done = subprocess.run(["systemd-analyze", "verify", *names], capture_output=True, text=True)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")


@systemd
def test_the_verifier_sees_a_mistake(units: Path) -> None:
    unit = units / "loa.service"
    unit.write_text(unit.read_text().replace("PrivateTmp=true", "PrivateTemp=true"))
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True)
    assert "PrivateTemp" in done.stderr


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_each_service_is_a_command_of_ours_and_may_do_little(unit: Path) -> None:
    for module in (work, listings, people, keeping):
        module.register(loa)
    lines = unit.read_text().splitlines()
    assert set(lines) >= HARDENED
    for line in lines:
        if found := re.match(r"ExecStart(?:Pre)?=(\S+) (\S+)(.*)", line):
            program, name, options = found.groups()
            assert program == INSTALLED
            known = {option for parameter in loa.commands[name].params for option in parameter.opts}
            assert set(re.findall(r"--\w+", options)) <= known


def test_the_command_line_of_a_served_office_is_the_services_own(tmp_path: Path) -> None:
    """`deploy/loa` as its user, with the units' environment, whatever the caller's."""
    script = (ROOT / "deploy/loa").read_text()
    assert INSTALLED in script
    (tmp_path / "environment").write_text(
        "LOA_KEY_FILE=/etc/loa/key\nDATABASE_URL='postgresql://a/b?c=1&d=2'\n"
    )
    # In place of the one that changes the user: it says as whom, with what, in which environment.
    runuser = tmp_path / "runuser"
    runuser.write_text('#!/bin/sh\necho "$@"; env')
    runuser.chmod(0o755)
    script = script.replace("/etc/loa/environment", str(tmp_path / "environment"))
    said = subprocess.run(
        ["sh", "-c", script, "loa", "resume", "cong", "--reason", "đã xem"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "LOA_DATA": "/elsewhere"},
        capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    assert said[0] == f"-u loa -- {INSTALLED} resume cong --reason đã xem"
    assert {"LOA_KEY_FILE=/etc/loa/key", "DATABASE_URL=postgresql://a/b?c=1&d=2"} < set(said)
    for unit in SERVICES:
        [given] = re.findall(r"^Environment=(.+)$", unit.read_text(), re.MULTILINE)
        assert set(given.split()) < set(said)


def test_what_is_in_hand_is_finished_before_systemd_loses_patience() -> None:
    from pipeline.deliver.outbox import LEASE

    for name in ("loa.service", "loa-worker@.service"):
        found = re.search(
            r"^TimeoutStopSec=(\d+)$", (ROOT / "deploy/systemd" / name).read_text(), re.MULTILINE
        )
        assert found
        assert int(found[1]) >= LEASE.total_seconds()
