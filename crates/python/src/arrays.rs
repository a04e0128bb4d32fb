//! Arrays: numbers from anything that numpy reads as an array, and results that are handed over without a copy.

use nalgebra::DVector;
use numpy::ndarray::Array2;
use numpy::{
    IntoPyArray as _, PyArray1, PyArray2, PyArrayDyn, PyArrayMethods as _, PyReadonlyArrayDyn,
};
use pyo3::exceptions::{PyMemoryError, PyTypeError, PyValueError};
use pyo3::prelude::*;

/// `object` as an array of float64; integers and shorter floats are converted, anything else is refused by its name.
fn float64<'py>(name: &str, object: &Bound<'py, PyAny>) -> PyResult<PyReadonlyArrayDyn<'py, f64>> {
    if let Ok(array) = object.extract::<PyReadonlyArrayDyn<'py, f64>>() {
        return Ok(array);
    }
    let numpy = object.py().import("numpy")?;
    let array = numpy.call_method1("asarray", (object,)).map_err(|cause| {
        PyTypeError::new_err(format!("{name} cannot be read as an array: {cause}"))
    })?;
    let kind: String = array.getattr("dtype")?.getattr("kind")?.extract()?;
    if !matches!(kind.as_str(), "f" | "i" | "u") {
        let dtype = array.getattr("dtype")?.str()?;
        return Err(PyTypeError::new_err(format!(
            "{name} must hold real numbers, but its dtype is {dtype}; convert it to float64"
        )));
    }
    let array = array.call_method("astype", ("float64",), None)?;
    array.extract::<PyReadonlyArrayDyn<'py, f64>>()
}

/// float64(name, object)
/// --
///
/// The object as an array of float64; TypeError with the name unless it holds real numbers.
#[pyfunction(name = "float64")]
pub(crate) fn checked<'py>(
    name: &str,
    object: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyArrayDyn<f64>>> {
    Ok(float64(name, object)?
        .as_any()
        .cast::<PyArrayDyn<f64>>()?
        .clone())
}

/// A vector: an array of one dimension, or a number.
pub(crate) fn vector(name: &str, object: &Bound<'_, PyAny>) -> PyResult<DVector<f64>> {
    let array = float64(name, object)?;
    let array = array.as_array();
    if array.ndim() > 1 {
        return Err(shape_error(name, "(d,)", array.shape()));
    }
    Ok(DVector::from_iterator(array.len(), array.iter().copied()))
}

/// Refuses a vector whose length is not that of another.
pub(crate) fn same_length(
    name: &str,
    vector: &DVector<f64>,
    other_name: &str,
    other: &DVector<f64>,
) -> PyResult<()> {
    if vector.len() == other.len() {
        return Ok(());
    }
    Err(PyValueError::new_err(format!(
        "{name} must have the length {} of {other_name}, but it has {}",
        other.len(),
        vector.len()
    )))
}

/// A start: x0, and a vector called `name` of its length, zero if it is not given.
pub(crate) fn start(
    x0: &Bound<'_, PyAny>,
    name: &str,
    velocity: Option<&Bound<'_, PyAny>>,
) -> PyResult<(DVector<f64>, DVector<f64>)> {
    let position = vector("x0", x0)?;
    let velocity = match velocity {
        Some(velocity) => vector(name, velocity)?,
        None => DVector::zeros(position.len()),
    };
    same_length(name, &velocity, "x0", &position)?;
    Ok((position, velocity))
}

/// Rows of equal length: an array of two dimensions; one of one dimension is a column.
pub(crate) fn rows(name: &str, object: &Bound<'_, PyAny>) -> PyResult<(Vec<f64>, [usize; 2])> {
    let array = float64(name, object)?;
    let array = array.as_array();
    let shape = match *array.shape() {
        [rows] => [rows, 1],
        [rows, columns] => [rows, columns],
        ref other => return Err(shape_error(name, "(members, d)", other)),
    };
    // In memory order if it can be had: the general iterator takes several times as long.
    let values = array.as_slice().map(<[f64]>::to_vec);
    Ok((
        values.unwrap_or_else(|| array.iter().copied().collect()),
        shape,
    ))
}

/// One number for all, or one for each of `count`.
pub(crate) fn one_or_each(
    name: &str,
    object: &Bound<'_, PyAny>,
    count: usize,
) -> PyResult<Vec<f64>> {
    let values = vector(name, object)?;
    match (values.as_slice(), values.len()) {
        ([one], _) => Ok(vec![*one; count]),
        (each, length) if length == count => Ok(each.to_vec()),
        (_, length) => Err(PyValueError::new_err(format!(
            "{name} must be a number or have one entry for each of the {count} members, but it has {length}"
        ))),
    }
}

fn shape_error(name: &str, expected: &str, found: &[usize]) -> PyErr {
    PyValueError::new_err(format!(
        "{name} must have the shape {expected}, but it has {found:?}"
    ))
}

/// A vector of numpy.
pub(crate) fn to_array<'py>(py: Python<'py>, values: &DVector<f64>) -> Bound<'py, PyArray1<f64>> {
    PyArray1::from_slice(py, values.as_slice())
}

/// An array of `columns` columns that takes over `values`, row by row.
pub(crate) fn to_matrix(
    py: Python<'_>,
    values: Vec<f64>,
    columns: usize,
) -> PyResult<Bound<'_, PyArray2<f64>>> {
    let rows = values.len().checked_div(columns).unwrap_or(0);
    let array = Array2::from_shape_vec((rows, columns), values)
        .map_err(|cause| PyValueError::new_err(cause.to_string()))?;
    Ok(array.into_pyarray(py))
}

/// Room for `count` numbers, or a MemoryError with the bytes.
pub(crate) fn room(count: usize) -> PyResult<Vec<f64>> {
    let mut values = Vec::new();
    match values.try_reserve_exact(count) {
        Ok(()) => Ok(values),
        Err(_) => Err(PyMemoryError::new_err(format!(
            "{:e} bytes do not fit into memory; ask for fewer iterates",
            8.0 * count as f64
        ))),
    }
}

/// Rows to be written, made by numpy, which asks the system for large pages: a page fault for each of the small ones is a
/// tenth of the time of a run.
pub(crate) fn empty(
    py: Python<'_>,
    rows: usize,
    columns: usize,
) -> PyResult<Bound<'_, PyArray2<f64>>> {
    // Numpy's own refusal of a size beyond its range is no MemoryError.
    drop(room(rows.saturating_mul(columns))?);
    let array = py
        .import("numpy")?
        .call_method1("empty", ((rows, columns),))?;
    Ok(array.cast_into::<PyArray2<f64>>()?)
}

/// Copies an array of numpy into `values`, whose length it must have.
pub(crate) fn copy_into(name: &str, object: &Bound<'_, PyAny>, values: &mut [f64]) -> PyResult<()> {
    if let Ok(array) = object.cast::<PyArray1<f64>>()
        && let array = array.readonly()
        && let Ok(found) = array.as_slice()
        && found.len() == values.len()
    {
        values.copy_from_slice(found);
        return Ok(());
    }
    let array = float64(name, object)?;
    let array = array.as_array();
    let is_number = array.ndim() == 0 && values.len() == 1;
    if !is_number && (array.ndim() != 1 || array.len() != values.len()) {
        return Err(shape_error(
            name,
            &format!("({},)", values.len()),
            array.shape(),
        ));
    }
    for (value, found) in values.iter_mut().zip(&array) {
        *value = *found;
    }
    Ok(())
}
