import io
import json
import pickle
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from engine.dataset import npz
from engine.dataset.build import build
from engine.dataset.importers import import_strokes
from engine.dataset.npz import object_array, read_npz
from engine.dataset.recipe import unchanged_recipe
from engine.errors import UserError

DATA = Path(__file__).parents[4] / "shared" / "data" / "strokes"
ROWS = [np.array([[3.5, 4, 0], [2, 0.25, 1]], np.float32), np.array([[1, 1, 1]], np.float32)]


class Touch:
    """Unpickled carelessly, it makes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (Path(self.path),)


def write(path, **members):
    """A .npz whose members are raw pickles behind an object-array header."""
    with zipfile.ZipFile(path, "w") as archive:
        for key, payload in members.items():
            file = io.BytesIO()
            header = {"descr": "|O", "fortran_order": False, "shape": (1,)}
            np.lib.format.write_array_header_1_0(file, header)
            archive.writestr(f"{key}.npy", file.getvalue() + payload)
    return path


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_every_protocol_is_read(tmp_path, protocol):
    path = write(tmp_path / "a.npz", train=pickle.dumps(object_array(tuple(ROWS)), protocol=protocol))
    back = read_npz(path).splits["train"]
    assert len(back) == 2
    for one, other in zip(ROWS, back, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int16", ">i2", "int64"])
def test_every_number_type_is_read(tmp_path, dtype):
    rows = np.array([[30, -4, 0], [2, 7, 1]]).astype(dtype)
    np.savez(tmp_path / "a.npz", train=object_array((rows, rows[1:])))
    np.testing.assert_array_equal(read_npz(tmp_path / "a.npz").splits["train"][0], rows)


def test_drawings_equally_long_are_read_as_one_array(tmp_path):
    np.savez(tmp_path / "a.npz", arr_0=np.stack([ROWS[0], ROWS[0]]))
    assert len(read_npz(tmp_path / "a.npz").splits["arr_0"]) == 2


def test_python_2_pickles_are_read(tmp_path):
    # What cPickle of Python 2 wrote: bytes as text (opcode U), the module's old name.
    data = ROWS[1].tobytes()
    payload = (
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
        b"(K\x01K\x01K\x03\x86cnumpy\ndtype\nU\x02f4K\x00K\x01\x87R(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xff"
        b"K\x00tb\x89U" + bytes([len(data)]) + data + b"tb."
    )
    listed = b"\x80\x02]" + payload[2:-1] + b"a."
    np.testing.assert_array_equal(
        read_npz(write(tmp_path / "a.npz", train=listed)).splits["train"][0], ROWS[1]
    )


def hostile_pickles(mark):
    touch = pickle.dumps(Touch(mark))
    array = pickle.dumps(object_array((np.zeros((1, 3), np.float32), Touch(mark))))
    os_system = b"cposix\nsystem\n(S'touch " + str(mark).encode() + b"'\ntR."
    getattr_chain = b"c__builtin__\neval\n(S'open(\"" + str(mark).encode() + b'", "w")\'\ntR.'
    loads = b"cnumpy\nload\n(S'" + str(mark).encode() + b"'\ntR."
    return {"reduce": touch, "inside": array, "system": os_system, "eval": getattr_chain, "numpy.load": loads}


@pytest.mark.parametrize("kind", ["reduce", "inside", "system", "eval", "numpy.load"])
def test_a_hostile_file_runs_no_code(tmp_path, kind):
    mark = tmp_path / "was_here"
    payload = hostile_pickles(mark)[kind]
    path = write(tmp_path / "hostile.npz", train=payload)
    with pytest.raises(UserError, match=r"hostile\.npz"):
        import_strokes(path)
    assert not mark.exists()
    if kind != "numpy.load":  # the test is worth something only if a careless reader would have run it
        with pytest.raises(Exception):  # noqa: B017 - whatever, after the deed
            raise ValueError(pickle.loads(payload))
        assert mark.exists()


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"garbage",
        b"\x80\x04N.",
        b"\x80\x04K\x01.",
        b"\x80\x04]\x94(K\x01K\x02e.",
        b"\x80\x04r\xff\xff\xff\x7f.",
        b"\x80\x04\x8e" + struct.pack("<Q", 2**62) + b".",
        b"\x80\x04\x96" + struct.pack("<Q", 2**62) + b".",
        pickle.dumps([{"a": 1}]),
        pickle.dumps(["text"]),
        pickle.dumps([[[1, 2, 3], [4, 5]]]),
        pickle.dumps(object_array((np.array([["a", "b", "c"]]),))),
        pickle.dumps(object_array((np.zeros((1, 3), "f4,f4"),))),
        pickle.dumps(np.zeros((2, 3)).dtype),
        b"cnumpy\nndarray\n}S'__class__'\nI1\nsb.",
        b"cnumpy\nndarray\n(N}S'_call'\nI1\nstb.",
    ],
)
def test_damaged_and_foreign_pickles_are_refused_by_name(tmp_path, payload):
    with pytest.raises(UserError, match=r"odd\.npz"):
        read_npz(write(tmp_path / "odd.npz", train=payload))


def test_an_object_dtype_cannot_pass_bytes_off_as_pointers(tmp_path):
    payload = pickle.dumps(np.zeros(1, dtype=object), protocol=2)
    forged = payload[: payload.rindex(b"\x89")] + b"\x89U\x08" + b"\x41" * 8 + b"tb."
    with pytest.raises(UserError, match="object array without a list"):
        read_npz(write(tmp_path / "a.npz", train=forged))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (np.zeros((4, 2)), "shape"),
        (np.zeros(3), "shape"),
        (np.array([[0, np.nan, 1]]), "not numbers"),
        (np.array([[0, 1, 7]]), "lifts"),
    ],
)
def test_wrong_rows_are_named(tmp_path, rows, said):
    np.savez(tmp_path / "a.npz", train=object_array((ROWS[0], rows)))
    with pytest.raises(UserError, match=f"drawing 1 of train.*{said}"):
        read_npz(tmp_path / "a.npz")


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(npz, "MAX_UNPACKED_BYTES", 2**20)
    with zipfile.ZipFile(tmp_path / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("train.npy", bytes(2**21))
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("unpacked"))
    with pytest.raises(UserError, match=r"bomb\.npz.*unpacks to more than 1 MiB"):
        read_npz(tmp_path / "bomb.npz")


def test_truncated_missing_and_empty_files_are_named(tmp_path):
    np.savez(tmp_path / "whole.npz", train=object_array(tuple(ROWS * 40)))
    whole = (tmp_path / "whole.npz").read_bytes()
    for size in (0, 10, len(whole) // 2, len(whole) - 5):
        (tmp_path / "cut.npz").write_bytes(whole[:size])
        with pytest.raises(UserError, match=r"cut\.npz"):
            read_npz(tmp_path / "cut.npz")
    with pytest.raises(UserError, match=r"gone\.npz"):
        read_npz(tmp_path / "gone.npz")
    np.savez(tmp_path / "other.npz", drawings=object_array(tuple(ROWS)))
    with pytest.raises(UserError, match="drawings"):
        read_npz(tmp_path / "other.npz")
    np.savez(tmp_path / "none.npz", train=np.empty(0, dtype=object))
    with pytest.raises(UserError, match="no drawing"):
        read_npz(tmp_path / "none.npz")


def test_whole_number_moves_are_warned_about(tmp_path):
    np.savez(tmp_path / "a.npz", train=object_array((np.array([[1, 2, 0], [3, 4, 1]], np.int16),)))
    assert "drift" in import_strokes(tmp_path / "a.npz").warnings[0]
    np.savez(tmp_path / "b.npz", train=object_array(tuple(ROWS)))
    assert import_strokes(tmp_path / "b.npz").warnings == ()


def test_a_lone_train_is_split_by_our_seed_and_own_splits_are_kept(tmp_path):
    many = tuple(ROWS[:1] * 60)
    np.savez(tmp_path / "lone.npz", train=object_array(many))
    dataset = build(import_strokes(tmp_path / "lone.npz").items(), unchanged_recipe())
    assert len(dataset.train) + len(dataset.valid) + len(dataset.test) == 60
    assert len(dataset.valid) > 0
    np.savez(tmp_path / "own.npz", train=object_array(many), valid=object_array(many[:3]))
    dataset = build(import_strokes(tmp_path / "own.npz").items(), unchanged_recipe())
    assert [len(split) for _, split in dataset.splits()] == [60, 3, 0]


def test_quickdraw_lines_are_read_and_bad_ones_listed(tmp_path):
    simplified = {"word": "cat", "drawing": [[[0, 255], [0, 10]], [[5, 6, 7], [1, 2, 3]]]}
    raw = {"drawing": [[[0.5, 100.5, 50.1], [0, 10, 30], [0, 16, 32]]]}
    lines = [json.dumps(simplified), json.dumps(raw), "{", json.dumps({"drawing": [[[1], [2]]]}), ""]
    (tmp_path / "cat.ndjson").write_text("\n".join(lines))
    imported = import_strokes(tmp_path / "cat.ndjson")
    assert [len(d.strokes) for d in imported.drawings] == [2, 1]
    assert imported.drawings[0].strokes[0][1].tolist() == pytest.approx([200, 200 * 10 / 255])
    assert [w.split(":")[0] for w in imported.warnings] == ["Left out line 3", "Left out line 4"]


def test_a_folder_of_svgs_is_read_and_bad_ones_listed(tmp_path):
    head = '<svg xmlns="http://www.w3.org/2000/svg">'
    (tmp_path / "a.svg").write_text(f'{head}<path d="M0 0 L10 0 L10 5"/></svg>')
    (tmp_path / "b.svg").write_text("not svg")
    imported = import_strokes(tmp_path)
    assert len(imported.drawings) == 1
    assert imported.names == ("a.svg",)
    assert "b.svg" in imported.warnings[0]


def test_unknown_and_missing_sources_are_named(tmp_path):
    (tmp_path / "a.txt").write_text("x")
    for name in ("a.txt", "gone.npz"):
        with pytest.raises(UserError, match=name):
            import_strokes(tmp_path / name)


@pytest.mark.skipif(not DATA.is_dir(), reason="the artist's data is not here")
@pytest.mark.parametrize(
    ("name", "n", "warned"),
    [
        ("look_minn10_train.npz", 1300, 0),
        ("look_spliced_sample.npz", 20, 1),
        ("aaron_sheep.npz", 8000, 1),
        ("look_fragments.npz", 1600, 0),
    ],
)
def test_the_field_s_files_are_read(name, n, warned):
    imported = import_strokes(DATA / name)
    assert len(imported.drawings) == n
    assert len(imported.warnings) == warned
