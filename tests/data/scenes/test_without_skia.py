import subprocess
import sys

HIDE = "import sys; sys.modules['skia'] = None\n"


def run(code: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-c", HIDE + code], capture_output=True, text=True, check=False)


def test_specs_and_captions_need_no_skia():
    code = "from multiart.data import captions\nfrom multiart.data.scenes.spec import sample_spec\n"
    assert run(code + "sample_spec(1)").returncode == 0


def test_painting_says_how_to_install_it():
    answer = run("from multiart.data.scenes.paint import paint").stderr
    assert "ModelUnavailable" in answer and "skia-python" in answer and "libegl1" in answer
