//! AdaptiveRuleSolver: Adam and its relatives as solvers of argmin.

use crate::evaluated::{Evaluated, all_finite, counted, finite_cost, non_finite_step};
use crate::parameter::vector_of;
use crate::rule_solver::{State, status};
use crate::start::{check_start, other_dimension};
use crate::tolerances::Measured;
use crate::{Error, Parameter, Resume, Tolerances};
use argmin::core::{CostFunction, Gradient, KV, Problem, Solver, TerminationStatus};
use argmin::kv;
use heavyball::adaptive_rules::{AdaptiveRule, AdaptiveState};
use heavyball::mapping::AdaptiveMapping;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Dyn, OVector};
use serde::{Deserialize, Serialize};

/// An adaptive rule as a solver: Adam, AdamW, NAdam, AMSGrad, RMSprop, Adagrad, Lion, also with a schedule, and rules of your own.
///
/// The parameters are heavyball's to the last bit. Per iteration one evaluation of the cost and one of the gradient for each
/// step. Observers get `gradient_norm`, `speed` |x₊ − x|, and with [`Self::with_kinetic_energy`] also `kinetic_energy` and
/// `energy`. At a constant rate these rules do not come to rest, so a tolerance of the gradient may never be met: give a
/// schedule that ends at 0, or a number of iterations.
///
/// ```
/// use argmin::core::{CostFunction, Error, Executor, Gradient};
/// use heavyball::adaptive_rules::{Adam, ScheduledAdaptive};
/// use heavyball::Cosine;
/// use heavyball_argmin::AdaptiveRuleSolver;
///
/// /// A narrow valley, f = x₀² + 10⁴x₁².
/// struct Valley;
///
/// impl CostFunction for Valley {
///     type Param = [f64; 2];
///     type Output = f64;
///     fn cost(&self, x: &[f64; 2]) -> Result<f64, Error> {
///         Ok(x[0] * x[0] + 1e4 * x[1] * x[1])
///     }
/// }
///
/// impl Gradient for Valley {
///     type Param = [f64; 2];
///     type Gradient = [f64; 2];
///     fn gradient(&self, x: &[f64; 2]) -> Result<[f64; 2], Error> {
///         Ok([2.0 * x[0], 2e4 * x[1]])
///     }
/// }
///
/// let adam = ScheduledAdaptive::new(Adam::new(0.1)?, Cosine::new(0.1, 0.0, 200)?);
/// let solver = AdaptiveRuleSolver::new(adam);
/// let run = Executor::new(Valley, solver).configure(|state| state.param([1.0, 1.0]).max_iters(200)).run()?;
/// assert!(run.state.best_cost < 1e-6);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone)]
pub struct AdaptiveRuleSolver<R, D: Dim = Dyn>
where
    DefaultAllocator: Allocator<D>,
{
    rule: R,
    steps: usize,
    masses: Option<Masses<R, D>>,
    tolerances: Tolerances,
    progress: Option<Progress<D>>,
}

/// The mass of each component at a time step.
type Masses<R, D> = fn(&R, &AdaptiveState<f64, D>, f64) -> OVector<f64, D>;

#[derive(Debug, Clone)]
struct Progress<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    state: AdaptiveState<f64, D>,
    before: OVector<f64, D>,
    gradient: OVector<f64, D>,
    measured: Option<Measured>,
}

/// What an [`AdaptiveRuleSolver`] has to keep to continue a run, written by a checkpoint; [`Resume`] has an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AdaptiveMemory {
    rule: String,
    vectors: [Vec<f64>; 4],
    decay_product: f64,
    iteration: u64,
    measured: Option<(f64, Option<f64>, f64)>,
}

impl<R: std::fmt::Debug, D: Dim> std::fmt::Debug for AdaptiveRuleSolver<R, D>
where
    DefaultAllocator: Allocator<D>,
{
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("AdaptiveRuleSolver")
            .field("rule", &self.rule)
            .field("steps", &self.steps)
            .field("tolerances", &self.tolerances)
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

impl<R: AdaptiveRule<f64>, D: Dim> AdaptiveRuleSolver<R, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The solver that runs `rule` from its fresh state.
    pub fn new(rule: R) -> Self {
        Self {
            rule,
            steps: 1,
            masses: None,
            tolerances: Tolerances::new(),
            progress: None,
        }
    }

    /// So many steps of the rule in each iteration of argmin, 1 unless set; 0 ends a run with an error. See
    /// [`RuleSolver::with_steps_per_iteration`](crate::RuleSolver::with_steps_per_iteration).
    #[must_use]
    pub fn with_steps_per_iteration(mut self, steps: usize) -> Self {
        self.steps = steps;
        self
    }

    /// Reports the kinetic energy ½ΣMᵢvᵢ², with the mass that the gradients have set in each direction at a step of 1.
    #[must_use]
    pub fn with_kinetic_energy(mut self) -> Self
    where
        R: AdaptiveMapping,
    {
        self.masses = Some(R::masses::<D>);
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

    /// Position and moments after the last step; `None` before a run.
    pub fn state(&self) -> Option<&AdaptiveState<f64, D>> {
        Some(&self.progress.as_ref()?.state)
    }

    fn advance<O, P>(
        &self,
        problem: &Evaluated<'_, O>,
        progress: &mut Progress<D>,
    ) -> Result<(), Error>
    where
        O: CostFunction<Param = P, Output = f64> + Gradient<Param = P, Gradient = P>,
        P: Parameter<Dimension = D>,
    {
        if self.steps > 1 {
            let from = progress.state.iteration as u64;
            let run = self.rule.resume(problem, progress.state.clone());
            // A resumed run counts the steps of its errors from its own start.
            progress.state = run.after(self.steps - 1).map_err(|error| {
                problem.explained(|step| from.saturating_add(step as u64), error)
            })?;
        }
        let k = progress.state.iteration;
        if R::SCHEDULED {
            self.rule.check(k)?;
        }
        progress.before.copy_from(&progress.state.position);
        let Progress {
            state,
            before,
            gradient,
            ..
        } = progress;
        self.rule.update(problem, state, gradient);
        let vectors = [
            &state.position,
            &state.first_moment,
            &state.second_moment,
            &state.auxiliary,
        ];
        if vectors.iter().all(|vector| all_finite(vector)) {
            return Ok(());
        }
        Err(non_finite_step(problem, k as u64, before.amax(), gradient))
    }
}

impl<O, P, R> Solver<O, State<P>> for AdaptiveRuleSolver<R, P::Dimension>
where
    O: CostFunction<Param = P, Output = f64> + Gradient<Param = P, Gradient = P>,
    P: Parameter,
    R: AdaptiveRule<f64>,
    DefaultAllocator: Allocator<P::Dimension>,
{
    fn name(&self) -> &str {
        "heavyball: adaptive rule"
    }

    fn init(
        &mut self,
        problem: &mut Problem<O>,
        mut state: State<P>,
    ) -> Result<(State<P>, Option<KV>), argmin::core::Error> {
        let start = state.take_param().ok_or(Error::NoStart)?;
        if self.steps == 0 {
            return Err(Error::NoSteps.into());
        }
        let position = start.to_vector();
        check_start(&position)?;
        let cost = counted(problem, |problem| finite_cost(problem, &position, 0))?;
        self.progress = Some(Progress {
            before: position.clone(),
            gradient: position.clone(),
            state: self.rule.fresh(position),
            measured: None,
        });
        Ok((state.param(start).cost(cost), None))
    }

    fn next_iter(
        &mut self,
        problem: &mut Problem<O>,
        state: State<P>,
    ) -> Result<(State<P>, Option<KV>), argmin::core::Error> {
        let mut progress = self.progress.take().ok_or(Error::NoStart)?;
        let cost = counted(problem, |problem| {
            self.advance(problem, &mut progress)?;
            let at = &progress.state;
            finite_cost(problem, &at.position, at.iteration as u64)
        })?;
        let at = &progress.state;
        let moved = &at.position - &progress.before;
        let kinetic = self.masses.map(|masses| {
            let masses = masses(&self.rule, at, 1.0);
            let pairs = masses.iter().zip(moved.iter());
            0.5 * pairs.map(|(mass, v)| mass * v * v).sum::<f64>()
        });
        let measured = Measured {
            gradient: progress.gradient.norm(),
            kinetic,
            cost,
        };
        let mut kv = kv!(
            "gradient_norm" => measured.gradient;
            "speed" => moved.norm();
        );
        if let Some(kinetic) = kinetic {
            kv.insert("kinetic_energy", kinetic.into());
            kv.insert("energy", (cost + kinetic).into());
        }
        let state = state
            .param(P::from_vector(&at.position))
            .gradient(P::from_vector(&progress.gradient))
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

impl<R: AdaptiveRule<f64>, D: Dim> Resume for AdaptiveRuleSolver<R, D>
where
    DefaultAllocator: Allocator<D>,
{
    type Memory = AdaptiveMemory;

    fn memory(&self) -> Option<AdaptiveMemory> {
        let Progress {
            state, measured, ..
        } = self.progress.as_ref()?;
        let kept = |vector: &OVector<f64, D>| vector.iter().copied().collect();
        Some(AdaptiveMemory {
            rule: std::any::type_name::<R>().to_owned(),
            vectors: [
                kept(&state.position),
                kept(&state.first_moment),
                kept(&state.second_moment),
                kept(&state.auxiliary),
            ],
            decay_product: state.decay_product,
            iteration: state.iteration as u64,
            measured: measured.map(|at| (at.gradient, at.kinetic, at.cost)),
        })
    }

    fn resumed(mut self, memory: AdaptiveMemory) -> Result<Self, Error> {
        let expected = std::any::type_name::<R>();
        if memory.rule != expected {
            return Err(Error::Checkpoint {
                expected: expected.to_owned(),
                found: memory.rule,
            });
        }
        let dimension = memory.vectors[0].len();
        let vectors = memory.vectors.each_ref().map(|vector| {
            (vector.len() == dimension)
                .then(|| vector_of(vector))
                .flatten()
        });
        let [
            Some(position),
            Some(first_moment),
            Some(second_moment),
            Some(auxiliary),
        ] = vectors
        else {
            return Err(other_dimension::<D>(dimension));
        };
        check_start(&position)?;
        self.progress = Some(Progress {
            before: position.clone(),
            gradient: position.clone(),
            state: AdaptiveState {
                position,
                first_moment,
                second_moment,
                auxiliary,
                decay_product: memory.decay_product,
                iteration: usize::try_from(memory.iteration).unwrap_or(usize::MAX),
            },
            measured: memory.measured.map(|(gradient, kinetic, cost)| Measured {
                gradient,
                kinetic,
                cost,
            }),
        });
        Ok(self)
    }
}
