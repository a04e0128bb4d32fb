//! Langevin: a ball in a warm bath, one run of it as arrays, and the ends of many.

use crate::arrays::{empty, rows, start, to_array, to_matrix};
use crate::ball::HeavyBall;
use crate::errors::Raise as _;
use crate::guarded::Guarded;
use crate::html_table::html_table;
use crate::potential::{Visitor, potential};
use heavyball::ensemble::{Ensemble, Moments};
use heavyball::langevin::{
    Aboba, Baoab, Boaob, EulerMaruyama, LangevinMethod, Obabo, StochasticSymplecticEuler,
};
use heavyball::noise::Noise;
use heavyball::{Error, Phase, potentials};
use nalgebra::{Const, SVector};
use numpy::{PyArray1, PyArray2, PyArrayMethods as _};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

/// Langevin(ball, temperature)
/// --
///
/// A ball in a bath: m ẍ = −∇f − γẋ + √(2γT) ξ(t), with white noise ξ. The temperature T has the unit of f. After a long
/// time x has the density exp(−f/T).
///
/// Raises ParameterError unless the temperature is zero or positive, and finite.
///
/// >>> bath = Langevin(HeavyBall(1.0, 1.0), 0.5)
/// >>> x, p = bath.run(Quadratic([2.0]), [0.0], 100_000, dt=0.2, seed=1)
/// >>> bool(abs(x.var() - 0.25) < 0.02)  # T/k
/// True
#[pyclass(frozen, eq, module = "heavyball_ode")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Langevin(heavyball::langevin::Langevin);

const METHODS: &str = "BAOAB, OBABO, ABOBA, BOAOB, SymplecticEuler, EulerMaruyama";

/// Steps between two looks for Ctrl-C.
const CHUNK: usize = 1 << 14;

/// The phases of a run.
struct Run<'r> {
    bath: &'r heavyball::langevin::Langevin,
    guard: &'r Guarded<'r>,
    start: Phase,
    place: Place,
    positions: &'r mut [f64],
    momenta: &'r mut [f64],
}

/// Where a run stands in the noise.
#[derive(Clone, Copy)]
struct Place {
    seed: u64,
    member: usize,
    first_step: usize,
}

impl Run<'_> {
    fn fill<M: LangevinMethod>(self, method: &M) -> Result<(), Error> {
        let dimension = self.start.position.len().max(1);
        let place = self.place;
        let noise = Noise::new(place.seed);
        let run = method.phases(self.bath, self.guard, self.start, noise)?;
        let mut run = run.of_member(place.member).from_step(place.first_step);
        let chunk = CHUNK * dimension;
        let pieces = self.positions.chunks_mut(chunk);
        for (positions, momenta) in pieces.zip(self.momenta.chunks_mut(chunk)) {
            let rows = positions.chunks_exact_mut(dimension);
            let mut rows = rows.zip(momenta.chunks_exact_mut(dimension));
            run.advance_by(rows.len(), |phase| {
                if let Some((position, momentum)) = rows.next() {
                    position.copy_from_slice(phase.position.as_slice());
                    momentum.copy_from_slice(phase.momentum.as_slice());
                }
            })?;
            if self.guard.looks_for_signals().is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// Members of an ensemble, and the steps over which moments are taken, if they are.
struct Many<'m> {
    method: Baoab,
    bath: &'m heavyball::langevin::Langevin,
    starts: &'m [f64],
    momenta: Option<&'m [f64]>,
    place: Place,
    steps: usize,
    /// The first of the steps whose moments are taken.
    forget: Option<usize>,
}

/// Final positions and momenta; or mean, covariance row by row, and standard error.
struct Found {
    first: Vec<f64>,
    second: Vec<f64>,
    third: Vec<f64>,
}

impl Visitor for Many<'_> {
    type Output = Result<Found, Error>;

    fn visit<P, const N: usize>(self, potential: &P) -> Self::Output
    where
        P: potentials::Potential<f64, Const<N>> + Sync,
    {
        let member = |i: usize, position: &[f64]| {
            let position: SVector<f64, N> = SVector::from_column_slice(position);
            let momentum = self.momenta.and_then(|rows| rows.chunks_exact(N).nth(i));
            match momentum {
                Some(momentum) => Phase::new(position, SVector::from_column_slice(momentum)),
                None => Phase::at_rest(position),
            }
        };
        let starts = self.starts.chunks_exact(N).enumerate();
        let starts: Vec<_> = starts.map(|(i, row)| member(i, row)).collect();
        let noise = Noise::new(self.place.seed);
        let ensemble = Ensemble::in_bath(&self.method, self.bath, potential, starts, noise)?
            .from_step(self.place.first_step);
        // One loop for both results: each takes a minute to compile for all functions.
        let moments =
            Moments::of_positions(SVector::zeros())?.after(self.forget.unwrap_or(usize::MAX));
        let run = ensemble.observe(self.steps, &moments)?;
        if self.forget.is_some() {
            let summary = moments.summary(run.records())?;
            return Ok(Found {
                first: summary.mean.as_slice().to_vec(),
                second: summary.covariance.as_slice().to_vec(),
                third: summary.standard_error.as_slice().to_vec(),
            });
        }
        let rows = |part: fn(&Phase<f64, Const<N>>) -> &SVector<f64, N>| {
            let states = run.states().iter();
            states
                .flat_map(|state| part(&state.phase).iter().copied())
                .collect()
        };
        Ok(Found {
            first: rows(|phase| &phase.position),
            second: rows(|phase| &phase.momentum),
            third: Vec::new(),
        })
    }
}

impl Langevin {
    /// The result of many members, and the dimension.
    #[allow(clippy::too_many_arguments, reason = "those of the Python methods")]
    fn many(
        &self,
        py: Python<'_>,
        f: &Bound<'_, PyAny>,
        x0: &Bound<'_, PyAny>,
        dt: f64,
        p0: Option<&Bound<'_, PyAny>>,
        place: Place,
        (steps, forget): (usize, Option<usize>),
    ) -> PyResult<(Found, usize)> {
        let f = potential(f)?;
        let kind = &f.get().kind;
        let (starts, [members, dimension]) = rows("x0", x0)?;
        let momenta = p0.map(|p0| rows("p0", p0)).transpose()?;
        if let Some((_, shape)) = &momenta
            && *shape != [members, dimension]
        {
            return Err(PyValueError::new_err(format!(
                "p0 must have the shape ({members}, {dimension}) of x0, but it has {shape:?}"
            )));
        }
        kind.check_dimension(dimension).raise(py)?;
        if !kind.is_static(dimension) {
            return Err(PyTypeError::new_err(
                "many balls run on functions of the catalogue in up to four dimensions; run them one by one with run",
            ));
        }
        let many = Many {
            method: Baoab::new(dt).raise(py)?,
            bath: &self.0,
            starts: &starts,
            momenta: momenta.as_ref().map(|(values, _)| values.as_slice()),
            place,
            steps,
            forget,
        };
        let found = py.detach(|| kind.visit(dimension, many));
        let Some(found) = found else {
            return Err(PyTypeError::new_err(
                "there is no ensemble in this dimension",
            ));
        };
        Ok((found.raise(py)?, dimension))
    }
}

#[pymethods]
impl Langevin {
    #[new]
    fn new(py: Python<'_>, ball: &HeavyBall, temperature: f64) -> PyResult<Self> {
        heavyball::langevin::Langevin::new(ball.0, temperature)
            .raise(py)
            .map(Self)
    }

    /// The ball.
    #[getter]
    fn ball(&self) -> HeavyBall {
        HeavyBall(self.0.ball)
    }

    /// The temperature T, in the unit of f.
    #[getter]
    fn temperature(&self) -> f64 {
        self.0.temperature
    }

    /// run(f, x0, n, dt, method="BAOAB", *, p0=None, seed=0, member=0, first_step=0)
    /// --
    ///
    /// Positions and momenta at steps 0 to n of one ball, each of shape (n + 1, d), at rest unless p0 is given.
    ///
    /// method is BAOAB, whose positions have the right variance in every quadratic well; OBABO, whose momenta have; ABOBA,
    /// BOAOB, SymplecticEuler, which is momentum with noise in its gradient; or EulerMaruyama, for γẋ = −∇f + √(2γT) ξ.
    /// The noise is a function of (seed, member, step): the run that continues at first_step, and member i of ensemble()
    /// alone, have the same bits. Raises RunError with step, time and position if the run diverges.
    #[pyo3(signature = (f, x0, n, dt, method = "BAOAB", *, p0 = None, seed = 0, member = 0, first_step = 0))]
    #[allow(clippy::too_many_arguments, reason = "those of the Python method")]
    fn run<'py>(
        &self,
        py: Python<'py>,
        f: &Bound<'py, PyAny>,
        x0: &Bound<'py, PyAny>,
        n: usize,
        dt: f64,
        method: &str,
        p0: Option<&Bound<'py, PyAny>>,
        seed: u64,
        member: usize,
        first_step: usize,
    ) -> PyResult<Phases<'py>> {
        let f = potential(f)?;
        let kind = &f.get().kind;
        let (position, momentum) = start(x0, "p0", p0)?;
        let dimension = position.len();
        kind.check_dimension(dimension).raise(py)?;
        let count = n.saturating_add(1);
        let (positions, momenta) = (empty(py, count, dimension)?, empty(py, count, dimension)?);
        {
            let (mut rows, mut moved) = (positions.readwrite(), momenta.readwrite());
            let (rows, moved) = (rows.as_slice_mut()?, moved.as_slice_mut()?);
            let place = Place {
                seed,
                member,
                first_step,
            };
            let guard = Guarded::new(kind);
            macro_rules! by {
                ($method:ident) => {{
                    let method = $method::new(dt).raise(py)?;
                    guard.run(py, |guard| {
                        let run = Run {
                            bath: &self.0,
                            guard,
                            start: Phase::new(position, momentum),
                            place,
                            positions: rows,
                            momenta: moved,
                        };
                        run.fill(&method)
                    })?
                }};
            }
            let outcome = match method {
                "BAOAB" => by!(Baoab),
                "OBABO" => by!(Obabo),
                "ABOBA" => by!(Aboba),
                "BOAOB" => by!(Boaob),
                "SymplecticEuler" => by!(StochasticSymplecticEuler),
                "EulerMaruyama" => by!(EulerMaruyama),
                _ => {
                    return Err(PyValueError::new_err(format!(
                        "method must be one of {METHODS}, but it is {method:?}"
                    )));
                }
            };
            outcome.raise(py)?;
        }
        Ok((positions, momenta))
    }

    /// ensemble(f, x0, n, dt, *, p0=None, seed=0, first_step=0)
    /// --
    ///
    /// Positions and momenta of many balls after n steps, each of the shape (members, d) of x0, each with noise of its own.
    ///
    /// By BAOAB. f is a function of the catalogue in up to four dimensions.
    #[pyo3(signature = (f, x0, n, dt, *, p0 = None, seed = 0, first_step = 0))]
    #[allow(clippy::too_many_arguments, reason = "those of the Python method")]
    fn ensemble<'py>(
        &self,
        py: Python<'py>,
        f: &Bound<'py, PyAny>,
        x0: &Bound<'py, PyAny>,
        n: usize,
        dt: f64,
        p0: Option<&Bound<'py, PyAny>>,
        seed: u64,
        first_step: usize,
    ) -> PyResult<Phases<'py>> {
        let place = Place {
            seed,
            member: 0,
            first_step,
        };
        let (found, dimension) = self.many(py, f, x0, dt, p0, place, (n, None))?;
        Ok((
            to_matrix(py, found.first, dimension)?,
            to_matrix(py, found.second, dimension)?,
        ))
    }

    /// moments(f, x0, n, dt, *, forget=0, p0=None, seed=0, first_step=0)
    /// --
    ///
    /// Mean (d,), covariance (d, d), and standard error of the mean (d,) of the positions of many balls over steps forget to
    /// n, summed while they run: no trajectory is kept.
    ///
    /// By BAOAB, f as in ensemble(). The standard error is that between members, NaN for a single one.
    #[pyo3(signature = (f, x0, n, dt, *, forget = 0, p0 = None, seed = 0, first_step = 0))]
    #[allow(clippy::too_many_arguments, reason = "those of the Python method")]
    fn moments<'py>(
        &self,
        py: Python<'py>,
        f: &Bound<'py, PyAny>,
        x0: &Bound<'py, PyAny>,
        n: usize,
        dt: f64,
        forget: usize,
        p0: Option<&Bound<'py, PyAny>>,
        seed: u64,
        first_step: usize,
    ) -> PyResult<Summary<'py>> {
        let place = Place {
            seed,
            member: 0,
            first_step,
        };
        let (found, dimension) = self.many(py, f, x0, dt, p0, place, (n, Some(forget)))?;
        Ok((
            to_array(py, &found.first.into()),
            to_matrix(py, found.second, dimension)?,
            to_array(py, &found.third.into()),
        ))
    }

    fn __repr__(&self) -> String {
        let heavyball::langevin::Langevin {
            ball, temperature, ..
        } = self.0;
        format!(
            "Langevin(HeavyBall(mass={:?}, drag={:?}), temperature={temperature:?})",
            ball.mass, ball.drag
        )
    }

    fn _repr_html_(&self) -> String {
        let rows = [
            ("mass m", format!("{:?}", self.0.ball.mass)),
            ("drag γ", format!("{:?}", self.0.ball.drag)),
            ("temperature T", format!("{:?}", self.0.temperature)),
        ];
        html_table("Langevin", &rows)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyAny>, (HeavyBall, f64)) {
        let own = slf.get();
        (slf.get_type().into_any(), (own.ball(), own.temperature()))
    }
}

/// Positions and momenta.
type Phases<'py> = (Bound<'py, PyArray2<f64>>, Bound<'py, PyArray2<f64>>);

/// Mean, covariance and standard error.
type Summary<'py> = (
    Bound<'py, PyArray1<f64>>,
    Bound<'py, PyArray2<f64>>,
    Bound<'py, PyArray1<f64>>,
);
