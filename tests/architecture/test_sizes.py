"""Nothing grows until nobody reads it."""

from tests.architecture.sources import files, functions, name_of

LONGEST_FUNCTION = 50
LONGEST_FILE = 400


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{name_of(path)}:{function.lineno} {function.name}": lines
        for path in files()
        for function in functions(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


def test_no_file_is_too_long() -> None:
    counted = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files()}
    assert {name: lines for name, lines in counted.items() if lines > LONGEST_FILE} == {}
    assert len(counted) > 80, "the files were not found"
