//! The update rules: momentum, Nesterov's rule, gradient descent; their iterates as an array.

use crate::arrays::{empty, vector};
use crate::ball::HeavyBall;
use crate::errors::Raise as _;
use crate::guarded::Guarded;
use crate::html_table::html_table;
use crate::mapping::{Discretization, gauge};
use crate::potential::{Kind, Visitor, potential};
use heavyball::Error;
use heavyball::optimizers::{Iterates, UpdateRule};
use heavyball::potentials;
use nalgebra::allocator::Allocator;
use nalgebra::{DVector, DefaultAllocator, Dim, OVector, SVector};
use numpy::{PyArray2, PyArrayMethods as _};
use pyo3::prelude::*;
use std::ops::ControlFlow;

/// What one call to `iterates` is asked for.
pub(crate) struct Order<'o> {
    pub(crate) guard: &'o Guarded<'o>,
    pub(crate) start: &'o DVector<f64>,
    pub(crate) velocity: Option<&'o DVector<f64>>,
    /// Room for the positions, row by row, and for the velocities if they are asked for.
    pub(crate) positions: &'o mut [f64],
    pub(crate) velocities: Option<&'o mut [f64]>,
}

/// Iterations between two looks for Ctrl-C.
const CHUNK: usize = 1 << 14;

impl Order<'_> {
    /// Writes the iterates of `run`.
    fn fill<R, P, D>(self, mut run: Iterates<'_, R, P, f64, D>) -> Result<(), Error>
    where
        R: UpdateRule<f64>,
        P: potentials::Potential<f64, D> + ?Sized,
        D: Dim,
        DefaultAllocator: Allocator<D>,
    {
        // A start that cannot be used, of which there may be no row.
        if let Some(error) = run.failure() {
            return Err(error.clone());
        }
        let dimension = self.start.len().max(1);
        let chunk = CHUNK * dimension;
        let mut velocities = self.velocities.map(|rows| rows.chunks_mut(chunk));
        for positions in self.positions.chunks_mut(chunk) {
            let moved = velocities.as_mut().and_then(Iterator::next);
            match moved {
                None => write(&mut run, positions, dimension)?,
                Some(moved) => write_both(&mut run, positions, moved, dimension)?,
            }
            let goes_on = positions.len() == chunk;
            if goes_on && self.guard.looks_for_signals().is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// Writes positions into the rows of `positions`.
fn write<R, P, D>(
    run: &mut Iterates<'_, R, P, f64, D>,
    positions: &mut [f64],
    dimension: usize,
) -> Result<(), Error>
where
    R: UpdateRule<f64>,
    P: potentials::Potential<f64, D> + ?Sized,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    // A constant where the dimension is static.
    let dimension = D::try_to_usize().unwrap_or(dimension).max(1);
    let mut rows = positions.chunks_exact_mut(dimension);
    run.advance_by(rows.len(), |at| {
        if let Some(row) = rows.next() {
            copy(&at.position, row);
        }
    })
}

/// Writes positions and velocities.
fn write_both<R, P, D>(
    run: &mut Iterates<'_, R, P, f64, D>,
    positions: &mut [f64],
    velocities: &mut [f64],
    dimension: usize,
) -> Result<(), Error>
where
    R: UpdateRule<f64>,
    P: potentials::Potential<f64, D> + ?Sized,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    let dimension = D::try_to_usize().unwrap_or(dimension).max(1);
    let rows = positions.chunks_exact_mut(dimension);
    let mut rows = rows.zip(velocities.chunks_exact_mut(dimension));
    run.advance_by(rows.len(), |at| {
        if let Some((row, moved)) = rows.next() {
            copy(&at.position, row);
            copy(&at.velocity, moved);
        }
    })
}

#[inline(always)]
fn copy<D: Dim>(vector: &OVector<f64, D>, row: &mut [f64])
where
    DefaultAllocator: Allocator<D>,
{
    for (slot, value) in row.iter_mut().zip(vector.iter()) {
        *slot = *value;
    }
}

struct Iterating<'o, R> {
    rule: &'o R,
    order: Order<'o>,
}

impl<R: UpdateRule<f64> + Clone> Visitor for Iterating<'_, R> {
    type Output = Result<(), Error>;

    fn visit<P, const N: usize>(self, potential: &P) -> Self::Output
    where
        P: potentials::Potential<f64, nalgebra::Const<N>> + Sync,
    {
        let start = SVector::<f64, N>::from_column_slice(self.order.start.as_slice());
        let mut run = self.rule.iterates(potential, start);
        if let Some(velocity) = self.order.velocity {
            run = run.with_velocity(SVector::from_column_slice(velocity.as_slice()));
        }
        self.order.fill(run)
    }
}

/// The arrays of positions and of velocities.
pub(crate) type Arrays<'py> = (Bound<'py, PyArray2<f64>>, Option<Bound<'py, PyArray2<f64>>>);

/// Iterates 0 to `n` of `rule`.
pub(crate) fn iterates<'py, R: UpdateRule<f64> + Clone + Sync>(
    py: Python<'py>,
    rule: &R,
    f: &Bound<'py, PyAny>,
    (x0, v0): (&Bound<'py, PyAny>, Option<&Bound<'py, PyAny>>),
    n: usize,
    velocities: bool,
) -> PyResult<Arrays<'py>> {
    let f = potential(f)?;
    let kind = &f.get().kind;
    let start = vector("x0", x0)?;
    let velocity = v0.map(|v0| vector("v0", v0)).transpose()?;
    let dimension = start.len();
    if let Some(velocity) = &velocity
        && velocity.len() != dimension
    {
        return Err(pyo3::exceptions::PyValueError::new_err(format!(
            "v0 must have the length {dimension} of x0, but it has {}",
            velocity.len()
        )));
    }
    kind.check_dimension(dimension).raise(py)?;
    let count = n.saturating_add(1);
    let positions = empty(py, count, dimension)?;
    let moved = velocities
        .then(|| empty(py, count, dimension))
        .transpose()?;
    {
        let mut rows = positions.readwrite();
        let mut moved_rows = moved.as_ref().map(|moved| moved.readwrite());
        let rows = rows.as_slice_mut()?;
        let moved_rows = moved_rows.as_mut().map(|rows| rows.as_slice_mut());
        let moved_rows = moved_rows.transpose()?;
        let guard = Guarded::new(kind);
        let outcome = guard.run(py, |guard| {
            let order = Order {
                guard,
                start: &start,
                velocity: velocity.as_ref(),
                positions: rows,
                velocities: moved_rows,
            };
            run_in_best_dimension(rule, kind, order)
        })?;
        outcome.raise(py)?;
    }
    Ok((positions, moved))
}

fn run_in_best_dimension<'o, R: UpdateRule<f64> + Clone>(
    rule: &'o R,
    kind: &'o Kind,
    order: Order<'o>,
) -> Result<(), Error> {
    let dimension = order.start.len();
    if kind.is_static(dimension) {
        let iterating = Iterating { rule, order };
        return kind.visit(dimension, iterating).unwrap_or(Ok(()));
    }
    let mut run = rule.iterates(order.guard, order.start.clone());
    if let Some(velocity) = order.velocity {
        run = run.with_velocity(velocity.clone());
    }
    order.fill(run)
}

impl Guarded<'_> {
    /// Looks for Ctrl-C between pieces of a run.
    pub(crate) fn looks_for_signals(&self) -> ControlFlow<()> {
        if let Err(error) = Python::attach(|py| py.check_signals()) {
            self.fail(error);
        }
        if self.has_failed() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

macro_rules! iterating {
    ($rule:ident) => {
        #[pymethods]
        impl $rule {
            /// iterates(f, x0, n, v0=None)
            /// --
            ///
            /// Iterates 0 to n from x0 with v0 = 0 unless given: positions of shape (n + 1, d).
            ///
            /// Raises RunError with step, time and position if the run diverges.
            #[pyo3(signature = (f, x0, n, v0 = None))]
            fn iterates<'py>(
                &self,
                py: Python<'py>,
                f: &Bound<'py, PyAny>,
                x0: &Bound<'py, PyAny>,
                n: usize,
                v0: Option<&Bound<'py, PyAny>>,
            ) -> PyResult<Bound<'py, PyArray2<f64>>> {
                Ok(iterates(py, &self.0, f, (x0, v0), n, false)?.0)
            }

            /// iterates_with_velocities(f, x0, n, v0=None)
            /// --
            ///
            /// Positions and velocities, displacements per iteration, each of shape (n + 1, d).
            #[pyo3(signature = (f, x0, n, v0 = None))]
            fn iterates_with_velocities<'py>(
                &self,
                py: Python<'py>,
                f: &Bound<'py, PyAny>,
                x0: &Bound<'py, PyAny>,
                n: usize,
                v0: Option<&Bound<'py, PyAny>>,
            ) -> PyResult<Arrays<'py>> {
                iterates(py, &self.0, f, (x0, v0), n, true)
            }
        }
    };
}

pub(crate) use iterating;

macro_rules! of_two_numbers {
    ($rule:ident) => {
        iterating!($rule);

        #[pymethods]
        impl $rule {
            #[new]
            fn new(py: Python<'_>, alpha: f64, beta: f64) -> PyResult<Self> {
                heavyball::$rule::new(alpha, beta).raise(py).map(Self)
            }

            /// from_heavy_ball(ball, dt, discretization)
            /// --
            ///
            /// The rule with the (α, β) that the discretisation gives the ball at step dt.
            #[staticmethod]
            fn from_heavy_ball(
                py: Python<'_>,
                ball: &HeavyBall,
                dt: f64,
                discretization: Discretization,
            ) -> PyResult<Self> {
                let rule = heavyball::$rule::from_heavy_ball(&ball.0, dt, discretization.scheme());
                rule.raise(py).map(Self)
            }

            /// to_heavy_ball(discretization, mass=None, dt=None, drag=None)
            /// --
            ///
            /// The ball and the step behind (α, β), for the one of mass, dt and drag that is given.
            #[pyo3(signature = (discretization, *, mass = None, dt = None, drag = None))]
            #[allow(clippy::wrong_self_convention, reason = "pyo3 lends self")]
            fn to_heavy_ball(
                &self,
                py: Python<'_>,
                discretization: Discretization,
                mass: Option<f64>,
                dt: Option<f64>,
                drag: Option<f64>,
            ) -> PyResult<(HeavyBall, f64)> {
                let gauge = gauge(mass, dt, drag)?;
                let (ball, dt) = self
                    .0
                    .to_heavy_ball(discretization.scheme(), gauge)
                    .raise(py)?;
                Ok((HeavyBall(ball), dt))
            }

            /// The learning rate α.
            #[getter]
            fn alpha(&self) -> f64 {
                self.0.alpha
            }

            /// The decay β.
            #[getter]
            fn beta(&self) -> f64 {
                self.0.beta
            }

            fn __repr__(&self) -> String {
                let rule = stringify!($rule);
                format!("{rule}(alpha={:?}, beta={:?})", self.0.alpha, self.0.beta)
            }

            fn _repr_html_(&self) -> String {
                let rows = [
                    ("learning rate α", format!("{:?}", self.0.alpha)),
                    ("decay β", format!("{:?}", self.0.beta)),
                ];
                html_table(stringify!($rule), &rows)
            }

            fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyAny>, (f64, f64)) {
                let rule = slf.get().0;
                (slf.get_type().into_any(), (rule.alpha, rule.beta))
            }
        }
    };
}

/// Momentum(alpha, beta)
/// --
///
/// v₊ = βv − α∇f(x), x₊ = x + v₊.
#[pyclass(frozen, eq, module = "heavyball_ode")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Momentum(pub(crate) heavyball::Momentum);

of_two_numbers!(Momentum);

/// Nesterov(alpha, beta)
/// --
///
/// v₊ = βv − α∇f(x + βv), x₊ = x + v₊.
#[pyclass(frozen, eq, module = "heavyball_ode")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Nesterov(pub(crate) heavyball::Nesterov);

of_two_numbers!(Nesterov);

/// GradientDescent(alpha)
/// --
///
/// x₊ = x − α∇f(x).
#[pyclass(frozen, eq, module = "heavyball_ode")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct GradientDescent(pub(crate) heavyball::GradientDescent);

iterating!(GradientDescent);

#[pymethods]
impl GradientDescent {
    #[new]
    fn new(py: Python<'_>, alpha: f64) -> PyResult<Self> {
        heavyball::GradientDescent::new(alpha).raise(py).map(Self)
    }

    /// The learning rate α.
    #[getter]
    fn alpha(&self) -> f64 {
        self.0.alpha
    }

    fn __repr__(&self) -> String {
        format!("GradientDescent(alpha={:?})", self.0.alpha)
    }

    fn _repr_html_(&self) -> String {
        let rows = [("learning rate α", format!("{:?}", self.0.alpha))];
        html_table("GradientDescent", &rows)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyAny>, (f64,)) {
        (slf.get_type().into_any(), (slf.get().0.alpha,))
    }
}
