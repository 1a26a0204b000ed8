"""The web server's logs: a real gunicorn, started as the image starts it."""

import json
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from povertyplan import demo
from tests.identity_numbers import made_up

BASE_DIR = Path(__file__).resolve().parents[2]
TOKEN = "k9" * 21 + "z"


def command_of_the_image() -> list[str]:
    last = re.findall(r"^CMD (\[.*\])$", (BASE_DIR / "Dockerfile").read_text(), re.MULTILINE)[-1]
    words: list[str] = json.loads(last)
    return words


def serve(options: list[str], log: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Any program that answers will do; the logs are the server's."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{probe.getsockname()[1]}"
    options = [place if option == "0.0.0.0:8000" else option for option in options]
    with log.open("wb") as out:
        started = subprocess.Popen(
            # As a program of its own, as in the image: it has to find our class from the folder it is started in.
            [Path(sys.executable).parent / "gunicorn", "wsgiref.simple_server:demo_app", *options],
            cwd=BASE_DIR, env={"PATH": "/usr/bin:/bin", "HOME": str(log.parent)}, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    return started, f"http://{place}"


def ask(url: str, **headers: str) -> int:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(200):
        try:
            with opener.open(urllib.request.Request(url, headers=headers), timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.1)
    raise AssertionError("no answer")


def test_a_familys_link_is_in_no_line_of_the_web_servers_log(tmp_path: Path) -> None:
    program, app, *options = command_of_the_image()
    assert (program, app) == ("gunicorn", "povertyplan.wsgi")
    log = tmp_path / "web.log"
    server, url = serve(options, log)
    try:
        assert ask(f"{url}/planer/") == 200
        ask(f"{url}/stemme/{TOKEN}/?sprak=ar", Referer=f"{url}/stemme/{TOKEN}/")
        ask(f"{url}/stemme/{TOKEN}")
        number = made_up()
        ask(f"{url}/familier/{number}/")
    finally:
        server.terminate()
        server.wait(20)
    text = log.read_text()
    assert "GET /planer/ 200" in text
    assert text.count("GET /stemme/*** 200") == 2
    assert TOKEN not in text
    assert number not in text


def test_the_demo_serves_with_the_same_log() -> None:
    """Its options are made in the code; the class and the format are what matters."""
    source = Path(demo.__file__).read_text()
    for option in ("--logger-class", "--access-logformat"):
        words = command_of_the_image()
        assert words[words.index(option) + 1] in source, option
