//! RuleSolver: an update rule of heavyball as a solver of argmin.

use crate::evaluated::{Evaluated, all_finite, counted, finite_cost, non_finite_step};
use crate::parameter::vector_of;
use crate::start::{check_start, other_dimension};
use crate::tolerances::Measured;
use crate::{Coefficients, Error, Parameter, Resume, Tolerances};
use argmin::core::{
    CostFunction, Gradient, IterState, KV, Problem, Solver, TerminationReason, TerminationStatus,
};
use argmin::kv;
use heavyball::optimizers::{Restart, Workspace};
use heavyball::{Iterate, Potential};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Dyn, OVector};
use serde::{Deserialize, Serialize};

/// An update rule as a solver: gradient descent, momentum, Nesterov's rule, the rest of the family, with schedules and restarts.
///
/// The parameters are heavyball's iterates to the last bit. One gradient evaluation per step and one of the cost per iteration,
/// which is one step unless [`Self::with_steps_per_iteration`] says otherwise. The state's parameter is x; its gradient is the
/// last that the rule evaluated, which for Nesterov's rule is that at x + βv.
///
/// Observers get beside the cost f: `gradient_norm` |∇f|, `speed` |v|, and with a rule that has an α `kinetic_energy` |v|²/(2α)
/// and `energy`, their sum, which for momentum does not rise if α ≤ 2(1 − β)/L; with restarts also `restarts`.
///
/// When not to use it: far from every minimum of a function whose scale is unknown, where argmin's line searches find a step
/// by themselves, and for small smooth problems, for which its L-BFGS needs fewer evaluations.
///
/// ```
/// use argmin::core::{CostFunction, Error, Executor, Gradient};
/// use heavyball::Nesterov;
/// use heavyball_argmin::{RuleSolver, Tolerances};
///
/// /// f = x₀² + 10x₁²
/// struct Bowl;
///
/// impl CostFunction for Bowl {
///     type Param = [f64; 2];
///     type Output = f64;
///     fn cost(&self, x: &[f64; 2]) -> Result<f64, Error> {
///         Ok(x[0] * x[0] + 10.0 * x[1] * x[1])
///     }
/// }
///
/// impl Gradient for Bowl {
///     type Param = [f64; 2];
///     type Gradient = [f64; 2];
///     fn gradient(&self, x: &[f64; 2]) -> Result<[f64; 2], Error> {
///         Ok([2.0 * x[0], 20.0 * x[1]])
///     }
/// }
///
/// // The best rule for curvatures from 2 to 20, until both the force and the motion have died down.
/// let settled = Tolerances::new().with_gradient(1e-8)?.with_kinetic_energy(1e-16)?;
/// let solver = RuleSolver::new(Nesterov::optimal(2.0, 20.0)?).with_tolerances(settled);
/// let run = Executor::new(Bowl, solver).configure(|state| state.param([1.0, 1.0]).max_iters(1000)).run()?;
/// assert!(run.state.best_cost < 1e-16 && run.state.iter < 100);
/// # Ok::<(), argmin::core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct RuleSolver<R, D: Dim = Dyn>
where
    DefaultAllocator: Allocator<D>,
{
    rule: R,
    steps: u64,
    restart: Option<Restart>,
    tolerances: Tolerances,
    progress: Option<Progress<D>>,
}

/// Where a run is.
#[derive(Debug, Clone)]
struct Progress<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    iterate: Iterate<f64, D>,
    workspace: Workspace<f64, D>,
    iteration: u64,
    /// The iteration of the last restart.
    since: u64,
    restarts: u64,
    measured: Option<Measured>,
}

/// What a [`RuleSolver`] has to keep to continue a run, written by a checkpoint; [`Resume`] has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleMemory {
    rule: String,
    position: Vec<f64>,
    velocity: Vec<f64>,
    iteration: u64,
    since: u64,
    restarts: u64,
    measured: Option<(f64, Option<f64>, f64)>,
}

impl<R: Coefficients, D: Dim> RuleSolver<R, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The solver that runs `rule` from rest, v₀ = 0.
    pub fn new(rule: R) -> Self {
        Self {
            rule,
            steps: 1,
            restart: None,
            tolerances: Tolerances::new(),
            progress: None,
        }
    }

    /// So many steps of the rule in each iteration of argmin, 1 unless set; 0 ends a run with an error.
    ///
    /// Cost, observers, tolerances and checkpoints come once an iteration. argmin's own work for one is that of a hundred
    /// steps in two dimensions; with 1000 steps it is no longer noticeable. The parameters stay the same to the last bit.
    #[must_use]
    pub fn with_steps_per_iteration(mut self, steps: u64) -> Self {
        self.steps = steps;
        self
    }

    /// Stops the ball where `restart` is due, and sets the count of a schedule back; see heavyball's
    /// [`Restart`]. [`Restart::Function`] costs two values of f a step.
    #[must_use]
    pub fn with_restart(mut self, restart: Restart) -> Self {
        self.restart = Some(restart);
        self
    }

    /// Ends the run, as converged, when `tolerances` are met.
    #[must_use]
    pub fn with_tolerances(mut self, tolerances: Tolerances) -> Self {
        self.tolerances = tolerances;
        self
    }

    /// The rule.
    pub fn rule(&self) -> &R {
        &self.rule
    }

    /// Position and velocity after the last step; `None` before a run.
    pub fn iterate(&self) -> Option<&Iterate<f64, D>> {
        Some(&self.progress.as_ref()?.iterate)
    }

    /// The number of restarts so far.
    pub fn restarts(&self) -> u64 {
        self.progress
            .as_ref()
            .map_or(0, |progress| progress.restarts)
    }

    fn kinetic_energy(&self, iteration: u64, velocity: &OVector<f64, D>) -> Option<f64> {
        let alpha = self.rule.alpha_at(as_index(iteration))?;
        (alpha > 0.0).then(|| velocity.norm_squared() / (2.0 * alpha))
    }

    fn started<P>(&self, start: &P) -> Result<Progress<D>, Error>
    where
        P: Parameter<Dimension = D>,
    {
        if self.steps == 0 {
            return Err(Error::NoSteps);
        }
        let position = start.to_vector();
        check_start(&position)?;
        self.rule.check_dimension(position.len())?;
        Ok(Progress {
            workspace: Workspace {
                gradient: position.clone(),
                look_ahead: position.clone(),
            },
            iterate: Iterate {
                velocity: position.map(|_| 0.0),
                position,
            },
            iteration: 0,
            since: 0,
            restarts: 0,
            measured: None,
        })
    }

    /// One step, checked, and a restart if one is due.
    #[inline]
    fn step<O, P>(
        &self,
        problem: &Evaluated<'_, O>,
        progress: &mut Progress<D>,
    ) -> Result<(), Error>
    where
        O: CostFunction<Param = P, Output = f64> + Gradient<Param = P, Gradient = P>,
        P: Parameter<Dimension = D>,
    {
        let Progress {
            iterate, workspace, ..
        } = progress;
        let k = as_index(progress.iteration - progress.since);
        if R::SCHEDULED {
            self.rule.check(k)?;
        }
        let largest = iterate.position.amax();
        let before = match self.restart {
            Some(Restart::Function) => problem.value(&iterate.position),
            Some(Restart::Speed) => iterate.velocity.norm_squared(),
            _ => 0.0,
        };
        self.rule.update(k, problem, iterate, workspace);
        if !all_finite(&iterate.position) || !all_finite(&iterate.velocity) {
            let gradient = &workspace.gradient;
            return Err(non_finite_step(
                problem,
                progress.iteration,
                largest,
                gradient,
            ));
        }
        progress.iteration += 1;
        let is_due = match self.restart {
            None => false,
            Some(Restart::Gradient) => workspace.gradient.dot(&iterate.velocity) > 0.0,
            Some(Restart::Function) => problem.value(&iterate.position) > before,
            Some(Restart::Speed) => iterate.velocity.norm_squared() < before,
        };
        if is_due {
            iterate.velocity.fill(0.0);
            progress.since = progress.iteration;
            progress.restarts += 1;
        }
        Ok(())
    }

    /// The steps of an iteration; all but the last in heavyball's own loop, which is compiled for the processor.
    fn advance<O, P>(
        &self,
        problem: &Evaluated<'_, O>,
        progress: &mut Progress<D>,
    ) -> Result<(), Error>
    where
        O: CostFunction<Param = P, Output = f64> + Gradient<Param = P, Gradient = P>,
        P: Parameter<Dimension = D>,
    {
        let mut left = self.steps;
        if self.restart.is_none() && left > 1 {
            let run = self
                .rule
                .iterates(problem, progress.iterate.position.clone())
                .with_velocity(progress.iterate.velocity.clone())
                .from_iteration(as_index(progress.iteration));
            progress.iterate = run
                .after(as_index(left - 1))
                .map_err(|error| problem.explained(|step| step as u64, error))?;
            progress.iteration += left - 1;
            left = 1;
        }
        for _ in 0..left {
            self.step(problem, progress)?;
        }
        Ok(())
    }
}

fn as_index(iteration: u64) -> usize {
    usize::try_from(iteration).unwrap_or(usize::MAX)
}

/// The state of an iteration, in argmin's type.
///
/// ```
/// use argmin::core::State as _;
/// use heavyball_argmin::State;
/// let state = State::<Vec<f64>>::new().param(vec![1.0]).max_iters(100);
/// assert_eq!((state.param, state.max_iters), (Some(vec![1.0]), 100));
/// ```
pub type State<P> = IterState<P, P, (), (), (), f64>;

impl<O, P, R> Solver<O, State<P>> for RuleSolver<R, P::Dimension>
where
    O: CostFunction<Param = P, Output = f64> + Gradient<Param = P, Gradient = P>,
    P: Parameter,
    R: Coefficients,
    DefaultAllocator: Allocator<P::Dimension>,
{
    fn name(&self) -> &str {
        "heavyball: update rule"
    }

    fn init(
        &mut self,
        problem: &mut Problem<O>,
        mut state: State<P>,
    ) -> Result<(State<P>, Option<KV>), argmin::core::Error> {
        let start = state.take_param().ok_or(Error::NoStart)?;
        let progress = self.started(&start)?;
        let cost = counted(problem, |problem| {
            finite_cost(problem, &progress.iterate.position, 0)
        })?;
        self.progress = Some(progress);
        Ok((state.param(start).cost(cost), None))
    }

    fn next_iter(
        &mut self,
        problem: &mut Problem<O>,
        state: State<P>,
    ) -> Result<(State<P>, Option<KV>), argmin::core::Error> {
        // A failed iteration leaves no state behind that a further one could continue.
        let mut progress = self.progress.take().ok_or(Error::NoStart)?;
        let cost = counted(problem, |problem| {
            self.advance(problem, &mut progress)?;
            finite_cost(problem, &progress.iterate.position, progress.iteration)
        })?;
        let Progress {
            iterate, workspace, ..
        } = &progress;
        // The α that led here: a schedule is asked for the last step.
        let last = progress.iteration.saturating_sub(1);
        let last = last.saturating_sub(progress.since.min(last));
        let measured = Measured {
            gradient: workspace.gradient.norm(),
            kinetic: self.kinetic_energy(last, &iterate.velocity),
            cost,
        };
        let mut kv = kv!(
            "gradient_norm" => measured.gradient;
            "speed" => iterate.velocity.norm();
        );
        if let Some(kinetic) = measured.kinetic {
            kv.insert("kinetic_energy", kinetic.into());
            kv.insert("energy", (cost + kinetic).into());
        }
        if self.restart.is_some() {
            kv.insert("restarts", progress.restarts.into());
        }
        let state = state
            .param(P::from_vector(&iterate.position))
            .gradient(P::from_vector(&workspace.gradient))
            .cost(cost);
        progress.measured = Some(measured);
        self.progress = Some(progress);
        Ok((state, Some(kv)))
    }

    fn terminate(&mut self, _state: &State<P>) -> TerminationStatus {
        status(
            &self.tolerances,
            self.progress.as_ref().and_then(|at| at.measured),
        )
    }
}

/// Converged if the tolerances are met.
pub(crate) fn status(tolerances: &Tolerances, at: Option<Measured>) -> TerminationStatus {
    if at.is_some_and(|at| tolerances.are_met(&at)) {
        TerminationStatus::Terminated(TerminationReason::SolverConverged)
    } else {
        TerminationStatus::NotTerminated
    }
}

impl<R: Coefficients, D: Dim> Resume for RuleSolver<R, D>
where
    DefaultAllocator: Allocator<D>,
{
    type Memory = RuleMemory;

    fn memory(&self) -> Option<RuleMemory> {
        let progress = self.progress.as_ref()?;
        Some(RuleMemory {
            rule: std::any::type_name::<R>().to_owned(),
            position: progress.iterate.position.iter().copied().collect(),
            velocity: progress.iterate.velocity.iter().copied().collect(),
            iteration: progress.iteration,
            since: progress.since,
            restarts: progress.restarts,
            measured: progress
                .measured
                .map(|at| (at.gradient, at.kinetic, at.cost)),
        })
    }

    fn resumed(mut self, memory: RuleMemory) -> Result<Self, Error> {
        let expected = std::any::type_name::<R>();
        if memory.rule != expected {
            return Err(Error::Checkpoint {
                expected: expected.to_owned(),
                found: memory.rule,
            });
        }
        let vectors = (vector_of(&memory.position), vector_of(&memory.velocity));
        let (Some(position), Some(velocity)) = vectors else {
            return Err(other_dimension::<D>(memory.position.len()));
        };
        check_start(&position)?;
        self.progress = Some(Progress {
            workspace: Workspace {
                gradient: position.clone(),
                look_ahead: position.clone(),
            },
            iterate: Iterate { position, velocity },
            iteration: memory.iteration,
            since: memory.since.min(memory.iteration),
            restarts: memory.restarts,
            measured: memory.measured.map(|(gradient, kinetic, cost)| Measured {
                gradient,
                kinetic,
                cost,
            }),
        });
        Ok(self)
    }
}
