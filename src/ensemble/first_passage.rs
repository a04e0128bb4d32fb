//! FirstPassage: the step at which a member first passes a level, or first meets a condition.

use crate::Error;
use crate::check::finite;
use crate::ensemble::{EnsembleError, Observer, State};
use crate::number::Number as _;

/// Records the first step after which a member meets a condition; ∞ if it never does.
///
/// The record of a member that starts so is 0. A member that has not passed by the end of the run is censored: all that
/// is known is that its time is longer, and [`EventRate`](crate::ensemble::EventRate) counts it so.
///
/// ```
/// use heavyball::ensemble::{Ensemble, FirstPassage};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // Which β carries the ball over the flat saddle of the quartic?
/// let rules = [0.2, 0.3, 0.4, 0.5].into_iter().map(|beta| Momentum::new(0.1, beta));
/// let rules: Vec<_> = rules.collect::<Result<_, _>>()?;
/// let ensemble = Ensemble::from_rules(rules, &Quartic, [vector![-0.5]; 4])?;
/// let run = ensemble.observe(200, &FirstPassage::above(0, 0.0)?)?;
/// let passed: Vec<bool> = run.records().iter().map(|step| step.is_finite()).collect();
/// assert_eq!(passed, [false, false, true, true]); // the critical β is 0.335
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FirstPassage<C = PastLevel> {
    condition: C,
}

/// The condition of [`FirstPassage::above`] and [`FirstPassage::below`]: a coordinate of the position is past a level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PastLevel {
    coordinate: usize,
    level: f64,
    /// 1 for above, −1 for below.
    side: f64,
}

/// The condition of [`FirstPassage::when`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct When<F>(F);

impl FirstPassage {
    /// Passage once coordinate `coordinate` of the position is above `level`.
    ///
    /// # Errors
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for the level. A run whose positions lack
    /// the coordinate is [`EnsembleError::NoCoordinate`].
    pub fn above(coordinate: usize, level: f64) -> Result<Self, Error> {
        Self::past(coordinate, level, 1.0)
    }

    /// Passage once coordinate `coordinate` of the position is below `level`.
    ///
    /// # Errors
    /// Those of [`Self::above`].
    pub fn below(coordinate: usize, level: f64) -> Result<Self, Error> {
        Self::past(coordinate, level, -1.0)
    }

    fn past(coordinate: usize, level: f64, side: f64) -> Result<Self, Error> {
        finite("the level", &level)?;
        let condition = PastLevel {
            coordinate,
            level,
            side,
        };
        Ok(Self { condition })
    }
}

impl<F> FirstPassage<When<F>> {
    /// Passage once `condition` is true of the state.
    ///
    /// It is compiled into the loop over members: write it without branches, with `&` and `|`.
    ///
    /// ```
    /// use heavyball::ensemble::{Ensemble, FirstPassage};
    /// use heavyball::langevin::{Baoab, Langevin, LangevinState};
    /// use heavyball::noise::Noise;
    /// use heavyball::prelude::*;
    /// use nalgebra::{Const, vector};
    ///
    /// // When is a ball first farther than 1 from the minimum of a bowl?
    /// let bath = Langevin::new(HeavyBall::new(1.0, 1.0)?, 0.4)?;
    /// let bowl = Quadratic::diagonal(vector![1.0, 1.0])?;
    /// let starts = vec![Phase::at_rest(vector![0.0, 0.0]); 300];
    /// let ensemble = Ensemble::in_bath(&Baoab::new(0.05)?, &bath, &bowl, starts, Noise::new(3))?;
    /// let outside = |state: &LangevinState<Const<2>>| state.phase.position.norm_squared() > 1.0;
    /// let run = ensemble.observe(2000, &FirstPassage::when(outside))?;
    /// assert!(run.records().iter().all(|step| *step > 10.0 && step.is_finite()));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn when<S>(condition: F) -> Self
    where
        F: Fn(&S) -> bool,
    {
        Self {
            condition: When(condition),
        }
    }
}

/// The smaller of a record and the step at which a condition holds.
#[inline(always)]
fn first(is_past: bool, k: usize, record: &mut f64) {
    let step = if is_past { k as f64 } else { f64::INFINITY };
    *record = if step < *record { step } else { *record };
}

impl<S: State<D>, const D: usize> Observer<S, D> for FirstPassage {
    type Record = f64;

    fn check(&self) -> Result<(), Error> {
        let coordinate = self.condition.coordinate;
        if coordinate < D {
            return Ok(());
        }
        Err(Error::Ensemble(EnsembleError::NoCoordinate {
            coordinate,
            dimension: D,
        }))
    }

    fn start(&self, state: &S) -> f64 {
        let mut record = f64::INFINITY;
        Observer::<S, D>::observe(self, 0, state, &mut record);
        record
    }

    #[inline(always)]
    fn observe(&self, k: usize, state: &S, record: &mut f64) {
        let PastLevel {
            coordinate,
            level,
            side,
        } = self.condition;
        let position = state.position();
        // All coordinates are compared: an index that is not known at compile time would need a branch.
        let is_past = position.iter().enumerate().fold(false, |is_past, (i, x)| {
            is_past | ((i == coordinate) & (side * x.to_f64() > side * level))
        });
        first(is_past, k, record);
    }
}

impl<S, F, const D: usize> Observer<S, D> for FirstPassage<When<F>>
where
    F: Fn(&S) -> bool + Sync,
{
    type Record = f64;

    fn start(&self, state: &S) -> f64 {
        let mut record = f64::INFINITY;
        Observer::<S, D>::observe(self, 0, state, &mut record);
        record
    }

    #[inline(always)]
    fn observe(&self, k: usize, state: &S, record: &mut f64) {
        first((self.condition.0)(state), k, record);
    }
}
