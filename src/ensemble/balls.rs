//! Ensembles of balls: members advanced by integrators, one ball for all or one each.

use crate::Error;
use crate::ensemble::members::gathered;
use crate::ensemble::{ByStep, Ensemble};
use crate::fixed_steps::{FixedStep, check_step};
use crate::particle::{HeavyBall, Phase};
use crate::potentials::Potential;
use nalgebra::Const;

impl<'p, S, P, const D: usize> Ensemble<'p, ByStep<S>, P, D>
where
    S: crate::Step<f64> + Clone + Sync,
    P: Potential<f64, Const<D>>,
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
        ball: &HeavyBall,
        potential: &'p P,
        starts: impl IntoIterator<Item = Phase<f64, Const<D>>>,
    ) -> Result<Self, Error>
    where
        I: FixedStep<f64, Step = S>,
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
        balls: impl IntoIterator<Item = (I, HeavyBall)>,
        potential: &'p P,
        starts: impl IntoIterator<Item = Phase<f64, Const<D>>>,
    ) -> Result<Self, Error>
    where
        I: FixedStep<f64, Step = S>,
    {
        let steps = balls
            .into_iter()
            .map(|(method, ball)| by_step(&method, &ball));
        let steps: Vec<_> = steps.collect::<Result<_, Error>>()?;
        Self::each(potential, steps, gathered(starts)?)
    }
}

fn by_step<I: FixedStep<f64>>(method: &I, ball: &HeavyBall) -> Result<ByStep<I::Step>, Error> {
    ball.check()?;
    let dt = method.dt();
    check_step(ball, &dt)?;
    let step = method.step_for(ball, dt)?;
    Ok(ByStep { step, dt })
}
