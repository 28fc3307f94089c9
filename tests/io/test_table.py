import time

import pytest

from multiart.errors import MultiartError
from multiart.io.table import read_csv, read_jsonl


def table(tmp_path, data, name="poems.csv"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_a_spreadsheets_csv_is_read_as_it_is(tmp_path):
    rows = [
        "\ufeffid,prompt,seed,title",
        'a,"The moon, a ""silver"" boat',
        '  adrift",3,007',
        "",
        "b,靜夜思,,",
        "",
    ]
    data = "\r\n".join(rows)
    one, two = read_csv(table(tmp_path, data))
    assert one.prompt == 'The moon, a "silver" boat\n  adrift'
    assert (one.id, dict(one.values)) == ("a", {"seed": 3, "title": "007"})
    assert (two.prompt, two.id, dict(two.values)) == ("靜夜思", "b", {})
    assert [row.where.rpartition(" line ")[2] for row in (one, two)] == ["2", "5"]


def test_cells_are_values_as_on_the_command_line_and_texts_stay_texts(tmp_path):
    cells = {
        "image.guidance_scale": ("2.5", 2.5),
        "image.size": ("64", 64),
        "style": ("null", None),
        "text.read_with_model": ("false", False),
        "scene.subjects": ("[boat, willow]", ["boat", "willow"]),
        "style.painter": ("{ember: 0.6, paper_cut: 1}", {"ember": 0.6, "paper_cut": 1}),
        "text.model": ("${oc.env:HOME}", "${oc.env:HOME}"),
        "image.negative_prompt": ("[a, ${b}]", "[a, ${b}]"),
        "style.image": ("my, pictures/a (1).png", "my, pictures/a (1).png"),
        "prompt": ("{moon} ${oc.env:HOME}, null", None),
    }
    row = ",".join(f'"{cell}"' for cell, _ in cells.values())
    (read,) = read_csv(table(tmp_path, f"{','.join(cells)}\n{row}\n"))
    assert read.prompt == cells.pop("prompt")[0]
    assert dict(read.values) == {key: value for key, (_, value) in cells.items()}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("prompt;seed\nmoon;1\n", "parted by ';'; save it as CSV"),
        ("prompt\tseed\nmoon\t1\n", "save it as CSV, parted by commas"),
        ("the moon\nthe sun\n", "the first row must name the columns, one of them prompt or text"),
        ("", "the first row must name the columns"),
        ("prompt,seed,seed\na,1,2\n", "the column 'seed' is there twice"),
        (
            "prompt,seed\nthe moon, silver,1\n",
            "line 2 has 3 cells, the first row 2: quote a text with commas",
        ),
        ('prompt,seed\n"the moon,1\nsun,2\n', "line 3: unexpected end of data"),
        ('prompt\n"the "silver" moon"\n', "line 2: ',' expected after '\"'"),
        ('prompt,seed\nmoon,"1,2"\n', "line 2: seed: one value must be given, got '1,2'"),
        ("prompt,seed\nmoon,a(b\n", "line 2: seed: cannot read 'a\\(b'"),
        ("prompt,seed\n,1\n", "line 2: give the text as prompt or text"),
        ("prompt,text\na,b\n", "line 2: give the text as prompt or text, once"),
        ("prompt,id\na,../../x\n", "line 2: id '../../x' must be of letters"),
        ("prompt\na\0b\n", "control character|NUL"),
        ("prompt\n晚".encode("gb18030"), "is not valid UTF-8"),
        ("prompt\n" + "x" * 600_000, "line 2: field larger than field limit"),
    ],
)
def test_what_is_no_such_table_is_named(tmp_path, data, message):
    with pytest.raises(MultiartError, match=message) as error:
        read_csv(table(tmp_path, data))
    assert "poems.csv" in str(error.value)
    assert "\n" not in str(error.value)


def test_json_lines_hold_the_same_keys(tmp_path):
    data = (
        '{"prompt": "moon\\nlake", "id": 7, "seed": 3, "style": null}\n\n{"text": "sun ${x}", "title": "3"}\n'
    )
    one, two = read_jsonl(table(tmp_path, data, "poems.jsonl"))
    assert (one.prompt, one.id, dict(one.values)) == ("moon\nlake", "7", {"seed": 3, "style": None})
    assert (two.prompt, dict(two.values), two.where[-6:]) == ("sun ${x}", {"title": "3"}, "line 3")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"prompt": "moon"', "line 1 is no JSON"),
        ('["moon"]', "line 1 must be an object"),
        ('{"prompt": 3}', "line 1: give the text"),
        ('{"prompt": "\\ud800"}', "line 1 is not valid UTF-8"),
    ],
)
def test_a_line_that_is_no_row_is_named(tmp_path, line, message):
    with pytest.raises(MultiartError, match=message):
        read_jsonl(table(tmp_path, line, "poems.jsonl"))


def test_many_rows_are_read_in_no_time(tmp_path):
    rows = (f'p{i},"The moon\nand I, {i}",{i},{i % 3 + 0.5},auto' for i in range(20_000))
    path = table(tmp_path, "id,prompt,seed,image.guidance_scale,style\n" + "\n".join(rows))
    start = time.process_time()
    assert len(read_csv(path)) == 20_000
    assert time.process_time() - start < 5
