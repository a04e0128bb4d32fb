//! BallSolver: the heavy ball itself as a solver of argmin, rolled by an adaptive integrator until it has settled.

use crate::evaluated::{counted, finite_cost};
use crate::parameter::vector_of;
use crate::rule_solver::{State, status};
use crate::start::{check_start, other_dimension};
use crate::tolerances::Measured;
use crate::{Error, Parameter, Resume, Tolerances};
use argmin::core::{CostFunction, Gradient, KV, Problem, Solver, TerminationStatus};
use argmin::kv;
use heavyball::error::ParameterError;
use heavyball::{Adaptive, HeavyBall, Phase};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Dyn};
use serde::{Deserialize, Serialize};

/// The motion m ẍ = −∇f(x) − γẋ from rest, as a solver: each iteration is an interval of time.
///
/// The integrator chooses its steps, so there is no rate to tune and no divergence by a step too long; a run costs more
/// gradients than a tuned rule, because it follows the motion to its tolerances. The interval only says how often cost,
/// observers and tolerances come; a few times the period of the slowest swing is a good choice. Observers get `time`,
/// `gradient_norm`, `speed` |ẋ|, `kinetic_energy` ½m|ẋ|² and `energy`, which never rises.
///
/// ```
/// use argmin::core::{CostFunction, Error, Executor, Gradient};
/// use heavyball::HeavyBall;
/// use heavyball_argmin::{BallSolver, Tolerances};
///
/// /// The double well x⁴ − 2x² + y².
/// struct Well;
///
/// impl CostFunction for Well {
///     type Param = Vec<f64>;
///     type Output = f64;
///     fn cost(&self, x: &Vec<f64>) -> Result<f64, Error> {
///         Ok(x[0].powi(4) - 2.0 * x[0] * x[0] + x[1] * x[1])
///     }
/// }
///
/// impl Gradient for Well {
///     type Param = Vec<f64>;
///     type Gradient = Vec<f64>;
///     fn gradient(&self, x: &Vec<f64>) -> Result<Vec<f64>, Error> {
///         Ok(vec![4.0 * x[0].powi(3) - 4.0 * x[0], 2.0 * x[1]])
///     }
/// }
///
/// let settled = Tolerances::new().with_gradient(1e-6)?.with_kinetic_energy(1e-12)?;
/// let solver = BallSolver::new(HeavyBall::new(1.0, 1.0)?, 5.0)?.with_tolerances(settled);
/// let run = Executor::new(Well, solver).configure(|state| state.param(vec![-1.5, -1.5]).max_iters(100)).run()?;
/// assert!((run.state.best_cost + 1.0).abs() < 1e-12 && run.state.iter < 20);
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct BallSolver<D: Dim = Dyn>
where
    DefaultAllocator: Allocator<D>,
{
    ball: HeavyBall,
    interval: f64,
    method: Adaptive,
    tolerances: Tolerances,
    progress: Option<Progress<D>>,
}

#[derive(Debug, Clone)]
struct Progress<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    phase: Phase<f64, D>,
    intervals: u64,
    measured: Option<Measured>,
}

/// What a [`BallSolver`] has to keep to continue a run, written by a checkpoint; [`Resume`] has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BallMemory {
    position: Vec<f64>,
    momentum: Vec<f64>,
    intervals: u64,
    measured: Option<(f64, Option<f64>, f64)>,
}

impl<D: Dim> BallSolver<D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The solver that lets `ball` roll for `interval` in each iteration, with the tolerances 10⁻⁹.
    ///
    /// # Errors
    /// heavyball's [`ParameterError::NotPositive`] unless the interval is positive and finite.
    pub fn new(ball: HeavyBall, interval: f64) -> Result<Self, Error> {
        if !(interval.is_finite() && interval > 0.0) {
            return Err(heavyball::Error::Parameter(ParameterError::NotPositive {
                name: "the interval of an iteration",
                value: interval,
                advice: "",
            })
            .into());
        }
        Ok(Self {
            ball,
            interval,
            method: Adaptive::new(1e-9, 1e-9),
            tolerances: Tolerances::new(),
            progress: None,
        })
    }

    /// With another method, or other tolerances of it.
    #[must_use]
    pub fn with_method(mut self, method: Adaptive) -> Self {
        self.method = method;
        self
    }

    /// Ends the run, as converged, when `tolerances` are met at the end of an interval.
    #[must_use]
    pub fn with_tolerances(mut self, tolerances: Tolerances) -> Self {
        self.tolerances = tolerances;
        self
    }

    /// The ball.
    pub fn ball(&self) -> &HeavyBall {
        &self.ball
    }

    /// Position and momentum after the last interval; `None` before a run.
    pub fn phase(&self) -> Option<&Phase<f64, D>> {
        Some(&self.progress.as_ref()?.phase)
    }

    /// The time so far.
    pub fn time(&self) -> f64 {
        let intervals = self.progress.as_ref().map_or(0, |at| at.intervals);
        self.interval * intervals as f64
    }
}

impl<O, P> Solver<O, State<P>> for BallSolver<P::Dimension>
where
    O: CostFunction<Param = P, Output = f64> + Gradient<Param = P, Gradient = P>,
    P: Parameter,
    DefaultAllocator: Allocator<P::Dimension>,
{
    fn name(&self) -> &str {
        "heavyball: ball"
    }

    fn init(
        &mut self,
        problem: &mut Problem<O>,
        mut state: State<P>,
    ) -> Result<(State<P>, Option<KV>), argmin::core::Error> {
        let start = state.take_param().ok_or(Error::NoStart)?;
        let position = start.to_vector();
        check_start(&position)?;
        let cost = counted(problem, |problem| finite_cost(problem, &position, 0))?;
        self.progress = Some(Progress {
            phase: Phase::at_rest(position),
            intervals: 0,
            measured: None,
        });
        Ok((state.param(start).cost(cost), None))
    }

    fn next_iter(
        &mut self,
        problem: &mut Problem<O>,
        state: State<P>,
    ) -> Result<(State<P>, Option<KV>), argmin::core::Error> {
        let Progress {
            phase, intervals, ..
        } = self.progress.take().ok_or(Error::NoStart)?;
        let mut gradient = phase.position.clone();
        let (phase, cost) = counted(problem, |problem| {
            // The ball knows no time, so each interval begins at 0, with all digits.
            let velocity = self.ball.velocity(&phase);
            let motion = heavyball::Problem::new(self.ball, problem, phase.position)
                .with_velocity(velocity)
                .until(self.interval);
            let end = motion
                .solve(&self.method)
                .map_err(|error| problem.explained(|_| intervals, error))?;
            let phase = end.last().clone();
            let cost = finite_cost(problem, &phase.position, intervals + 1)?;
            heavyball::Potential::gradient(problem, &phase.position, &mut gradient);
            if !crate::evaluated::all_finite(&gradient) {
                let position = phase.position.amax();
                return Err(problem
                    .failure(intervals + 1)
                    .unwrap_or(Error::NonFiniteGradient {
                        iteration: intervals + 1,
                        position,
                    }));
            }
            Ok((phase, cost))
        })?;
        let kinetic = self.ball.kinetic_energy(&phase);
        let measured = Measured {
            gradient: gradient.norm(),
            kinetic: Some(kinetic),
            cost,
        };
        let intervals = intervals + 1;
        let kv = kv!(
            "time" => self.interval * intervals as f64;
            "gradient_norm" => measured.gradient;
            "speed" => self.ball.velocity(&phase).norm();
            "kinetic_energy" => kinetic;
            "energy" => cost + kinetic;
        );
        let state = state
            .param(P::from_vector(&phase.position))
            .gradient(P::from_vector(&gradient))
            .cost(cost);
        self.progress = Some(Progress {
            phase,
            intervals,
            measured: Some(measured),
        });
        Ok((state, Some(kv)))
    }

    fn terminate(&mut self, _state: &State<P>) -> TerminationStatus {
        status(
            &self.tolerances,
            self.progress.as_ref().and_then(|at| at.measured),
        )
    }
}

impl<D: Dim> Resume for BallSolver<D>
where
    DefaultAllocator: Allocator<D>,
{
    type Memory = BallMemory;

    fn memory(&self) -> Option<BallMemory> {
        let Progress {
            phase,
            intervals,
            measured,
        } = self.progress.as_ref()?;
        Some(BallMemory {
            position: phase.position.iter().copied().collect(),
            momentum: phase.momentum.iter().copied().collect(),
            intervals: *intervals,
            measured: measured.map(|at| (at.gradient, at.kinetic, at.cost)),
        })
    }

    fn resumed(mut self, memory: BallMemory) -> Result<Self, Error> {
        let same = memory.position.len() == memory.momentum.len();
        let vectors = (vector_of(&memory.position), vector_of(&memory.momentum));
        let (Some(position), Some(momentum), true) = (vectors.0, vectors.1, same) else {
            return Err(other_dimension::<D>(memory.position.len()));
        };
        check_start(&position)?;
        check_start(&momentum)?;
        self.progress = Some(Progress {
            phase: Phase::new(position, momentum),
            intervals: memory.intervals,
            measured: memory.measured.map(|(gradient, kinetic, cost)| Measured {
                gradient,
                kinetic,
                cost,
            }),
        });
        Ok(self)
    }
}
