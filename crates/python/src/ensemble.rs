//! Ensembles: many members at once, without the interpreter's lock.

use crate::arrays::{one_or_each, rows, to_matrix};
use crate::errors::Raise as _;
use crate::potential::{Visitor, potential};
use heavyball::ensemble::{Ensemble, Progress};
use heavyball::error::EnsembleError;
use heavyball::optimizers::UpdateRule;
use heavyball::{Error, potentials};
use nalgebra::{Const, SVector};
use numpy::{PyArray1, PyArray2, ToPyArray as _};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Time between two looks for Ctrl-C, and between two reports of progress.
const LOOK: Duration = Duration::from_millis(20);

/// Final positions, final velocities, and which members are finite.
struct Ends {
    positions: Vec<f64>,
    velocities: Vec<f64>,
    finite: Vec<bool>,
}

struct Run<'r, R> {
    rules: Vec<R>,
    starts: &'r [f64],
    velocities: Option<&'r [f64]>,
    steps: usize,
    watch: &'r (dyn Fn(Progress) -> ControlFlow<()> + Sync),
}

impl<R: UpdateRule<f64> + Clone + Sync> Visitor for Run<'_, R> {
    type Output = Result<Ends, Error>;

    fn visit<P, const N: usize>(self, potential: &P) -> Self::Output
    where
        P: potentials::Potential<f64, Const<N>> + Sync,
    {
        let members = |values: &[f64]| -> Vec<SVector<f64, N>> {
            values
                .chunks_exact(N)
                .map(SVector::from_column_slice)
                .collect()
        };
        let starts = members(self.starts);
        let mut ensemble = match self.rules.as_slice() {
            [one] => Ensemble::from_positions(one.clone(), potential, starts)?,
            _ => Ensemble::from_rules(self.rules, potential, starts)?,
        };
        if let Some(velocities) = self.velocities {
            ensemble = ensemble.with_velocities(members(velocities))?;
        }
        let run = ensemble.with_watch(self.watch).after(self.steps)?;
        let states = run.states();
        let mut ends = Ends {
            positions: Vec::with_capacity(states.len() * N),
            velocities: Vec::with_capacity(states.len() * N),
            finite: run.is_finite().to_vec(),
        };
        for state in states {
            ends.positions.extend_from_slice(state.position.as_slice());
            ends.velocities.extend_from_slice(state.velocity.as_slice());
        }
        Ok(ends)
    }
}

type Arrays<'py> = (
    Bound<'py, PyArray2<f64>>,
    Bound<'py, PyArray2<f64>>,
    Bound<'py, PyArray1<bool>>,
);

/// The ends of many runs of momentum or of Nesterov's rule; `alpha` and `beta` are numbers or one for each member.
#[pyfunction]
#[pyo3(signature = (nesterov, alpha, beta, f, x0, n, v0, progress))]
#[allow(clippy::too_many_arguments, reason = "those of the Python function")]
pub(crate) fn ensemble<'py>(
    py: Python<'py>,
    nesterov: bool,
    alpha: &Bound<'py, PyAny>,
    beta: &Bound<'py, PyAny>,
    f: &Bound<'py, PyAny>,
    x0: &Bound<'py, PyAny>,
    n: usize,
    v0: Option<&Bound<'py, PyAny>>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Arrays<'py>> {
    let f = potential(f)?;
    let kind = &f.get().kind;
    let (starts, [members, dimension]) = rows("x0", x0)?;
    let velocities = v0.map(|v0| rows("v0", v0)).transpose()?;
    if let Some((_, shape)) = &velocities
        && *shape != [members, dimension]
    {
        return Err(PyValueError::new_err(format!(
            "v0 must have the shape ({members}, {dimension}) of x0, but it has {shape:?}"
        )));
    }
    kind.check_dimension(dimension).raise(py)?;
    if !kind.is_static(dimension) {
        return Err(PyTypeError::new_err(
            "an ensemble runs on functions of the catalogue in up to four dimensions; run the members one by one with iterates",
        ));
    }
    let failure = Mutex::new(None);
    let last_look = Mutex::new(Instant::now());
    let watch = |now: Progress| {
        // Blocks may end every few microseconds, and the interpreter is asked only now and then.
        let is_last = now.done == now.total;
        match last_look.try_lock() {
            Ok(mut last) if is_last || last.elapsed() >= LOOK => *last = Instant::now(),
            _ => return ControlFlow::Continue(()),
        }
        let looked = Python::attach(|py| {
            py.check_signals()?;
            match &progress {
                Some(progress) => progress.call1(py, (now.done, now.total)).map(|_| ()),
                None => Ok(()),
            }
        });
        match looked {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                let mut failure = failure.lock().unwrap_or_else(PoisonError::into_inner);
                failure.get_or_insert(error);
                ControlFlow::Break(())
            }
        }
    };
    let is_one = |object: &Bound<'_, PyAny>| object.extract::<f64>().is_ok();
    let count = if is_one(alpha) && is_one(beta) {
        1
    } else {
        members
    };
    let alphas = one_or_each("alpha", alpha, count)?;
    let betas = one_or_each("beta", beta, count)?;
    macro_rules! run {
        ($rule:ident) => {{
            let each = alphas.iter().zip(&betas);
            let rules: Result<Vec<_>, Error> = each
                .map(|(alpha, beta)| heavyball::$rule::new(*alpha, *beta))
                .collect();
            let run = Run {
                rules: rules.raise(py)?,
                starts: &starts,
                velocities: velocities.as_ref().map(|(values, _)| values.as_slice()),
                steps: n,
                watch: &watch,
            };
            py.detach(|| kind.visit(dimension, run))
        }};
    }
    let ends = if nesterov {
        run!(Nesterov)
    } else {
        run!(Momentum)
    };
    let Some(ends) = ends else {
        return Err(PyTypeError::new_err(
            "there is no ensemble in this dimension",
        ));
    };
    let stopped = failure.into_inner().unwrap_or_else(PoisonError::into_inner);
    match (ends, stopped) {
        (Err(Error::Ensemble(EnsembleError::Cancelled { .. })), Some(error)) => Err(error),
        (ends, _) => {
            let ends = ends.raise(py)?;
            Ok((
                to_matrix(py, ends.positions, dimension)?,
                to_matrix(py, ends.velocities, dimension)?,
                ends.finite.to_pyarray(py),
            ))
        }
    }
}
