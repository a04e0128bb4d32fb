//! Ensembles of balls: members that integrators move, one ball for all or one each.

use crate::Error;
use crate::ensemble::{ByStep, Ensemble};
use crate::fixed_steps::FixedStep;
use crate::particle::{HeavyBall, Phase};
use crate::potentials::Potential;
use nalgebra::Const;

impl<'p, S, P, const D: usize> Ensemble<'p, ByStep<S>, P, D>
where
    S: crate::Step<f64> + Clone + Sync,
    P: Potential<f64, Const<D>> + Sync,
{
    /// One ball, integrated by `method` from many phases.
    ///
    /// # Errors
    /// As for [`FixedStep::phases`]; [`VectorError::Empty`](crate::error::VectorError::Empty) without a member, [`EnsembleError::Member`](crate::error::EnsembleError::Member) for the first start that fails.
    ///
    /// ```
    /// use heavyball::ensemble::Ensemble;
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let ball = HeavyBall::new(1.0, 0.2)?;
    /// let starts = (0..100).map(|i| Phase::at_rest(vector![-1.5, -1.5 + 0.03 * f64::from(i)]));
    /// let ensemble = Ensemble::of_phases(&Leapfrog::new(0.01)?, &ball, &DoubleWell, starts)?;
    /// assert!(ensemble.after(20_000)?.states().iter().all(|end| (end.position.x.abs() - 1.0).abs() < 1e-6));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn of_phases<I>(
        method: &I,
        ball: &HeavyBall,
        potential: &'p P,
        starts: impl IntoIterator<Item = Phase<f64, Const<D>>>,
    ) -> Result<Self, Error>
    where
        I: FixedStep<f64, Step = S>,
    {
        ball.check()?;
        let step = ByStep {
            step: method.step_for(ball, method.dt())?,
            dt: method.dt(),
        };
        Self::checked(potential, vec![step], starts.into_iter().collect())
    }

    /// A ball and a method a member, from a phase each.
    ///
    /// # Errors
    /// As for [`Self::of_phases`]; [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) unless there are as many balls as starts.
    ///
    /// ```
    /// use heavyball::ensemble::{Ensemble, FirstPassage};
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// // Which drag lets the ball out of the flat well of the quartic? The critical one is 2.440.
    /// let method = Leapfrog::new(0.01)?;
    /// let balls = (0..40).map(|i| Ok((method, HeavyBall::new(1.0, 0.1 * f64::from(i))?)));
    /// let balls: Vec<_> = balls.collect::<Result<_, Error>>()?;
    /// let starts = vec![Phase::at_rest(vector![-0.5]); balls.len()];
    /// let run = Ensemble::of_balls(balls, &Quartic, starts)?.observe(5000, &FirstPassage::above(0, 0.0)?)?;
    /// assert_eq!(run.records().iter().filter(|step| step.is_finite()).count(), 25);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn of_balls<I>(
        balls: impl IntoIterator<Item = (I, HeavyBall)>,
        potential: &'p P,
        starts: impl IntoIterator<Item = Phase<f64, Const<D>>>,
    ) -> Result<Self, Error>
    where
        I: FixedStep<f64, Step = S>,
    {
        let steps = balls.into_iter().map(|(method, ball)| {
            ball.check()?;
            let step = method.step_for(&ball, method.dt())?;
            let dt = method.dt();
            Ok(ByStep { step, dt })
        });
        let steps: Vec<_> = steps.collect::<Result<_, Error>>()?;
        Self::each(potential, steps, starts.into_iter().collect())
    }
}
