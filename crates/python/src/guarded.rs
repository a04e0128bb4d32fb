//! Guarded: a potential during one run. It keeps the exception of a Python callable, looks for Ctrl-C, and answers NaN
//! from then on, which ends the run.

use crate::potential::{Kind, Source};
use crate::stochastic::Batches;
use heavyball::potentials::{Curvature, Potential};
use nalgebra::{DVector, Dyn};
use pyo3::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// Gradients between two looks for Ctrl-C: some milliseconds.
const PATIENCE: u32 = 1 << 16;

pub(crate) struct Guarded<'k> {
    source: Source<'k>,
    kind: &'k Kind,
    calls: AtomicU32,
    has_failed: AtomicBool,
    failure: Mutex<Option<PyErr>>,
}

impl<'k> Guarded<'k> {
    pub(crate) fn new(kind: &'k Kind) -> Self {
        Self {
            source: kind.source(),
            kind,
            calls: AtomicU32::new(0),
            has_failed: AtomicBool::new(false),
            failure: Mutex::new(None),
        }
    }

    /// Keeps the first exception.
    pub(crate) fn fail(&self, error: PyErr) {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.get_or_insert(error);
        self.has_failed.store(true, Ordering::Relaxed);
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.has_failed.load(Ordering::Relaxed)
    }

    /// The exception that ended the run.
    pub(crate) fn failure(&self) -> Option<PyErr> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take()
    }

    /// Runs `run` without the interpreter's lock, unless the potential needs it, and raises the exception that ended it.
    pub(crate) fn run<T: Send>(
        &self,
        py: Python<'_>,
        run: impl FnOnce(&Self) -> T + Send,
    ) -> PyResult<T> {
        let result = match self.source {
            Source::Function(_) => run(self),
            Source::Catalogue(_) => py.detach(|| run(self)),
        };
        self.failure().map_or(Ok(result), Err)
    }

    /// Looks for Ctrl-C from time to time.
    #[inline]
    pub(crate) fn look(&self) {
        if self.calls.fetch_add(1, Ordering::Relaxed) % PATIENCE == PATIENCE - 1
            && let Err(error) = Python::attach(|py| py.check_signals())
        {
            self.fail(error);
        }
    }
}

impl Potential<f64, Dyn> for Guarded<'_> {
    fn value(&self, position: &DVector<f64>) -> f64 {
        if self.has_failed() {
            return f64::NAN;
        }
        match self.source {
            Source::Function(function) => {
                let value = Python::attach(|py| function.value(py, position));
                value.unwrap_or_else(|error| {
                    self.fail(error);
                    f64::NAN
                })
            }
            Source::Catalogue(potential) => potential.value(position),
        }
    }

    fn gradient(&self, position: &DVector<f64>, gradient: &mut DVector<f64>) {
        self.look();
        if self.has_failed() {
            gradient.fill(f64::NAN);
            return;
        }
        match self.source {
            Source::Function(function) => {
                let written = Python::attach(|py| function.write_gradient(py, position, gradient));
                if let Err(error) = written {
                    self.fail(error);
                    gradient.fill(f64::NAN);
                }
            }
            Source::Catalogue(potential) => potential.gradient(position, gradient),
        }
    }

    fn gradient_at_step(
        &self,
        member: usize,
        k: usize,
        position: &DVector<f64>,
        gradient: &mut DVector<f64>,
    ) {
        match self.kind {
            Kind::Noisy(noisy) => {
                self.gradient(position, gradient);
                let mut kick = DVector::zeros(position.len());
                noisy.noise.gradient_at_step(member, k, position, &mut kick);
                *gradient += kick;
            }
            Kind::Minibatches(drawn) => {
                self.look();
                if self.has_failed() {
                    gradient.fill(f64::NAN);
                    return;
                }
                match &drawn.batches {
                    Batches::Logistic(batches) => {
                        batches.gradient_at_step(member, k, position, gradient);
                    }
                    Batches::Python(batches) => {
                        batches.gradient_at_step(member, k, position, gradient);
                        if let Some(error) = batches.sum().failure() {
                            self.fail(error);
                        }
                    }
                }
            }
            _ => self.gradient(position, gradient),
        }
    }

    fn check_dimension(&self, dimension: usize) -> Result<(), heavyball::Error> {
        self.kind.check_dimension(dimension)
    }

    fn largest_curvature(&self) -> Option<f64> {
        match self.source {
            Source::Function(_) => None,
            Source::Catalogue(potential) => potential.largest_curvature(),
        }
    }

    fn length_scale(&self) -> Option<f64> {
        match self.source {
            Source::Function(_) => None,
            Source::Catalogue(potential) => potential.length_scale(),
        }
    }
}

impl Curvature<Dyn> for Guarded<'_> {
    fn hessian_product(
        &self,
        position: &DVector<f64>,
        direction: &DVector<f64>,
        product: &mut DVector<f64>,
    ) {
        if self.has_failed() {
            product.fill(f64::NAN);
            return;
        }
        match self.source {
            Source::Function(function) => {
                let written = Python::attach(|py| {
                    function.write_hessian_product(py, position, direction, product)
                });
                if let Err(error) = written {
                    self.fail(error);
                    product.fill(f64::NAN);
                }
            }
            Source::Catalogue(potential) => {
                potential.hessian_product(position, direction, product);
            }
        }
    }
}
