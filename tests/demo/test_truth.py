"""A stand-in as a process of its own: it takes a plan of faults, ends when told, and loses no truth."""

import json
import os
import signal
import subprocess
import sys
from argparse import ArgumentTypeError
from pathlib import Path

import pytest
import requests

from demo.faults import read_plan
from demo.telegram import TelegramStandIn
from tests.demo.playing import SLOWEST, until


@pytest.mark.parametrize("content", [None, "{", "7", '[{"kind": "gremlins"}]', '["drip"]'])
def test_a_plan_that_is_none_is_refused(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "plan.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ArgumentTypeError, match=r"plan\.json"):
        read_plan(str(file))


def test_what_was_accepted_outlives_sigkill(tmp_path: Path) -> None:
    plan, kept = tmp_path / "plan.json", tmp_path / "truth.jsonl"
    silence = {"kind": "silence-after-accepting", "where": {"text": "cuối"}}
    plan.write_text(json.dumps([silence, {"storm": {"seed": 1, "rate": 0, "kinds": ["drip"]}}]))
    command = [sys.executable, "-m", "demo.telegram", "--port", "0", "--token", "1:t", "--no-limits"]
    command += ["--truth", str(kept), "--faults", str(plan)]
    texts = [f"tin {number}" for number in range(30)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            post = f"{url}/bot1:t/sendMessage"
            with requests.Session() as session:
                for text in texts:
                    assert session.post(post, {"chat_id": "@phutho", "text": text}, timeout=30).ok
                # The kill comes while the service has taken the last one and not yet answered.
                with pytest.raises(requests.ReadTimeout):
                    session.post(post, {"chat_id": "@phutho", "text": "cuối"}, timeout=(SLOWEST, 0.2))
            until(lambda: "cuối" in kept.read_text(), "the last message in the truth")
        finally:
            os.kill(process.pid, signal.SIGKILL)
    with TelegramStandIn(token="1:t", truth=kept) as again:
        assert [message["text"] for message in again.shown()] == [*texts, "cuối"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_told_also_as_a_background_job_of_a_script(number: signal.Signals) -> None:
    # A shell without job control starts such a job with SIGINT ignored.
    command = [
        "sh",
        "-c",
        'trap "" INT; exec "$@"',
        "sh",
        sys.executable,
        "-m",
        "demo.telegram",
        "--port",
        "0",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert requests.get(f"{url}/_truth", timeout=SLOWEST).ok
            process.send_signal(number)
            assert process.wait(SLOWEST) == 0
        finally:
            process.kill()
