//! Resumable: argmin's checkpoints for the solvers of this crate.

use crate::Error;
use crate::rule_solver::State;
use argmin::core::checkpointing::{Checkpoint, CheckpointingFrequency};

/// A solver whose memory is saved apart from its rule.
///
/// A rule may hold a closure, which no file can; so a run is continued with the solver that the program makes anew and the
/// memory that was saved. [`Resumable`] does both for argmin's checkpoints.
///
/// ```
/// use argmin::core::{CostFunction, Error, Executor, Gradient};
/// use heavyball::Momentum;
/// use heavyball_argmin::{Resume, RuleMemory, RuleSolver};
/// use nalgebra::Const;
///
/// struct Bowl;
///
/// impl CostFunction for Bowl {
///     type Param = [f64; 1];
///     type Output = f64;
///     fn cost(&self, x: &[f64; 1]) -> Result<f64, Error> {
///         Ok(0.5 * x[0] * x[0])
///     }
/// }
///
/// impl Gradient for Bowl {
///     type Param = [f64; 1];
///     type Gradient = [f64; 1];
///     fn gradient(&self, x: &[f64; 1]) -> Result<[f64; 1], Error> {
///         Ok(*x)
///     }
/// }
///
/// let solver: RuleSolver<_, Const<1>> = RuleSolver::new(Momentum::new(0.5, 0.0)?);
/// assert!(solver.memory().is_none());
/// let run = Executor::new(Bowl, solver.clone()).configure(|state| state.param([8.0]).max_iters(2)).run()?;
/// let memory: Option<RuleMemory> = run.solver.memory();
/// let continued = memory.map(|memory| solver.resumed(memory)).transpose()?;
/// let position = continued.and_then(|solver| Some(solver.iterate()?.position.x));
/// assert_eq!(position, Some(2.0));
/// # Ok::<(), Error>(())
/// ```
pub trait Resume: Clone {
    /// What is saved.
    type Memory;

    /// The memory of a run; `None` before it has begun.
    fn memory(&self) -> Option<Self::Memory>;

    /// This solver at the place of a saved memory.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] if it is of another rule or dimension. Other coefficients of the same rule are not noticed.
    fn resumed(self, memory: Self::Memory) -> Result<Self, Error>;
}

/// A checkpoint of argmin for a solver of this crate: whatever writes it, such as argmin's `FileCheckpoint`, gets the memory
/// and the state.
///
/// The continued run has the bits of the uninterrupted one.
///
/// ```
/// use argmin::core::checkpointing::CheckpointingFrequency;
/// use argmin::core::{CostFunction, Error, Executor, Gradient};
/// use argmin_checkpointing_file::FileCheckpoint;
/// use heavyball::Momentum;
/// use heavyball_argmin::{Resumable, RuleSolver};
///
/// struct Bowl;
///
/// impl CostFunction for Bowl {
///     type Param = Vec<f64>;
///     type Output = f64;
///     fn cost(&self, x: &Vec<f64>) -> Result<f64, Error> {
///         Ok(0.5 * x[0] * x[0])
///     }
/// }
///
/// impl Gradient for Bowl {
///     type Param = Vec<f64>;
///     type Gradient = Vec<f64>;
///     fn gradient(&self, x: &Vec<f64>) -> Result<Vec<f64>, Error> {
///         Ok(x.clone())
///     }
/// }
///
/// let directory = std::env::temp_dir().join(format!("heavyball-argmin-{}", std::process::id()));
/// let directory = directory.to_string_lossy().into_owned();
/// let run = |iterations| {
///     let solver = RuleSolver::new(Momentum::new(0.1, 0.9)?);
///     let file = FileCheckpoint::new(directory.as_str(), "bowl", CheckpointingFrequency::Every(10));
///     let checkpoint = Resumable::new(file, solver.clone()).with_max_iters(iterations);
///     let executor = Executor::new(Bowl, solver).configure(|state| state.param(vec![1.0]).max_iters(iterations));
///     Ok::<_, Error>(executor.checkpointing(checkpoint).run()?.state.iter)
/// };
/// assert_eq!(run(20)?, 20);
/// assert_eq!(run(50)?, 50); // thirty more
/// std::fs::remove_dir_all(&directory)?;
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Resumable<C, S> {
    checkpoint: C,
    solver: S,
    max_iters: Option<u64>,
}

impl<C, S: Resume> Resumable<C, S> {
    /// `checkpoint` for runs of `solver`.
    pub fn new(checkpoint: C, solver: S) -> Self {
        Self {
            checkpoint,
            solver,
            max_iters: None,
        }
    }

    /// The continued run ends at `iterations`, counted from the start of the first; without it, where the saved one was to.
    #[must_use]
    pub fn with_max_iters(mut self, iterations: u64) -> Self {
        self.max_iters = Some(iterations);
        self
    }
}

impl<C, S, P> Checkpoint<S, State<P>> for Resumable<C, S>
where
    C: Checkpoint<S::Memory, State<P>>,
    S: Resume,
    P: Clone,
{
    fn save(&self, solver: &S, state: &State<P>) -> Result<(), argmin::core::Error> {
        match solver.memory() {
            Some(memory) => self.checkpoint.save(&memory, state),
            None => Ok(()),
        }
    }

    fn load(&self) -> Result<Option<(S, State<P>)>, argmin::core::Error> {
        let Some((memory, mut state)) = self.checkpoint.load()? else {
            return Ok(None);
        };
        if let Some(iterations) = self.max_iters {
            state = state.max_iters(iterations);
        }
        Ok(Some((self.solver.clone().resumed(memory)?, state)))
    }

    fn frequency(&self) -> CheckpointingFrequency {
        self.checkpoint.frequency()
    }
}
