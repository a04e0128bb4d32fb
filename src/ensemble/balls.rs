//! Ensembles of balls: members advanced by integrators, one ball for all or one each.

use crate::ensemble::members::gathered;
use crate::ensemble::{ByStep, Ensemble};
use crate::fixed_steps::{FixedStep, check_step};
use crate::particle::{HeavyBall, Phase};
use crate::potentials::Potential;
use crate::{Error, Number};
use nalgebra::Const;

impl<'p, S, T, P, const D: usize> Ensemble<'p, ByStep<S, T>, P, D>
where
    S: crate::Step<T> + Clone + Sync,
    T: Number + Copy + Send + Sync,
    P: Potential<T, Const<D>>,
{
    /// One ball, integrated by `method` from many initial phases.
    ///
    /// # Errors
    /// The errors of [`FixedStep::phases`]; [`VectorError::Empty`](crate::error::VectorError::Empty) without a member,
    /// [`EnsembleError::Member`](crate::error::EnsembleError::Member) for the first phase that is invalid.
    ///
    /// ```
    /// use heavyball::ensemble::Ensemble;
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let ball = HeavyBall::new(1.0, 0.2)?;
    /// let starts = (0..100).map(|i| Phase::at_rest(vector![-1.5, -1.5 + 0.03 * f64::from(i)]));
    /// let ensemble = Ensemble::from_phases(&Leapfrog::new(0.01)?, &ball, &DoubleWell, starts)?;
    /// assert!(ensemble.after(20_000)?.states().iter().all(|end| (end.position.x.abs() - 1.0).abs() < 1e-6));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn from_phases<I>(
        method: &I,
        ball: &HeavyBall<T>,
        potential: &'p P,
        starts: impl IntoIterator<Item = Phase<T, Const<D>>>,
    ) -> Result<Self, Error>
    where
        I: FixedStep<T, Step = S>,
    {
        let step = by_step(method, ball)?;
        Self::checked(potential, vec![step], gathered(starts)?)
    }

    /// One method, one ball and one initial phase per member.
    ///
    /// # Errors
    /// The errors of [`Self::from_phases`];
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) unless there are as many balls
    /// as phases.
    ///
    /// ```
    /// use heavyball::ensemble::{Ensemble, FirstPassage};
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// // At which drags does the ball leave the flat well of the quartic? The critical drag is 2.440.
    /// let method = Leapfrog::new(0.01)?;
    /// let balls = (0..40).map(|i| Ok((method, HeavyBall::new(1.0, 0.1 * f64::from(i))?)));
    /// let balls: Vec<_> = balls.collect::<Result<_, Error>>()?;
    /// let starts = vec![Phase::at_rest(vector![-0.5]); balls.len()];
    /// let run = Ensemble::from_balls(balls, &Quartic, starts)?.observe(5000, &FirstPassage::above(0, 0.0)?)?;
    /// assert_eq!(run.records().iter().filter(|step| step.is_finite()).count(), 25);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn from_balls<I>(
        balls: impl IntoIterator<Item = (I, HeavyBall<T>)>,
        potential: &'p P,
        starts: impl IntoIterator<Item = Phase<T, Const<D>>>,
    ) -> Result<Self, Error>
    where
        I: FixedStep<T, Step = S>,
    {
        let steps = balls
            .into_iter()
            .map(|(method, ball)| by_step(&method, &ball));
        let steps: Vec<_> = steps.collect::<Result<_, Error>>()?;
        Self::each(potential, steps, gathered(starts)?)
    }
}

fn by_step<I, T>(method: &I, ball: &HeavyBall<T>) -> Result<ByStep<I::Step, T>, Error>
where
    I: FixedStep<T>,
    T: Number,
{
    ball.check()?;
    let dt = method.dt();
    check_step(ball, &dt)?;
    let step = method.step_for(ball, dt.clone())?;
    Ok(ByStep { step, dt })
}
