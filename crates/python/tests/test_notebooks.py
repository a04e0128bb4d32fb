"""The notebooks run, and what they assert holds; their committed outputs are those of the last run by hand."""

import pathlib

import pytest

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
pytest.importorskip("ipykernel")

NOTEBOOKS = sorted((pathlib.Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


def texts(notebook):
    """What the cells print, without pictures."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    return ["".join(output["text"]) for output in outputs if output["output_type"] == "stream" and output["name"] == "stdout"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_prints_what_was_committed(path, tmp_path):
    if path.stem == "lecture":
        pytest.importorskip("jax")
    committed = nbformat.read(path, 4)
    notebook = nbformat.read(path, 4)
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    assert all(cell.get("outputs") or cell.source.startswith(("def", "import", "assert")) for cell in notebook.cells if cell.cell_type == "code")
    if path.stem == "followed":
        assert texts(notebook) == texts(committed)
    pictures = [output for cell in notebook.cells for output in cell.get("outputs", []) if "image/png" in output.get("data", {})]
    assert len(pictures) == {"lecture": 5, "followed": 1, "dask": 1}[path.stem]


def test_there_are_three():
    assert [path.stem for path in NOTEBOOKS] == ["dask", "followed", "lecture"]
