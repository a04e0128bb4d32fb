//! The rate of escape of an ensemble: how many members of those that wait have left by which time.

use super::ThermalBarrier;
use crate::Error;
use crate::check::positive;
use crate::ensemble::{Ensemble, EventRate, FirstPassage};
use crate::langevin::{Langevin, LangevinMethod, LangevinState};
use crate::noise::Noise;
use crate::particle::{HeavyBall, Phase};
use crate::potentials::Curvature;
use crate::study::escape::EscapeError;
use nalgebra::{Const, SVector};

/// How many members wait, for how long, and with which noise.
///
/// ```
/// use heavyball::noise::Noise;
/// use heavyball::study::kramers::Waiting;
/// let waiting = Waiting::new(1000, 500.0, Noise::new(7));
/// assert_eq!(waiting.members, 1000);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Waiting {
    /// Number of members.
    pub members: usize,
    /// The time at which those that are still there are censored.
    pub until: f64,
    /// The random numbers.
    pub noise: Noise,
}

impl Waiting {
    /// `members` balls until time `until`.
    pub fn new(members: usize, until: f64, noise: Noise) -> Self {
        Self {
            members,
            until,
            noise,
        }
    }
}

/// From so far below the top, in temperatures, one ball in 400 comes back over it: erfc(√4)/2.
const DEEP: f64 = 4.0;

/// The start is forgotten after so many times the slowest of m/γ and γ/k.
const SETTLED: f64 = 5.0;

/// The step whose noise the starts are drawn from; no run is as long.
const STARTS: usize = 1 << if usize::BITS > 32 { 55 } else { 31 };

impl<P: Curvature<Const<D>> + Sync, const D: usize> ThermalBarrier<'_, P, D> {
    /// The rate at which members of an ensemble leave the well, counted where they first pass `target`, in the well beyond.
    ///
    /// At the saddle itself each ball crosses several times, and counting there gives the rate of crossings, up to k‡. So
    /// a member has escaped once it has passed the plane through `target` that is normal to the unstable direction of the
    /// saddle; `target` must be at least 4T below the saddle, and best is the next minimum. Those that have not passed by the
    /// end are censored.
    ///
    /// The starts are normal with the variances mT of p and T/k of each curvature k at the minimum, and the first 5m/γ + 5γ/k
    /// of the time are not counted. Cost: members × until/Δt steps, those of escaped members included: choose `until` not much
    /// longer than the mean time.
    ///
    /// # Errors
    /// The errors of [`Self::rate`] and of [`Ensemble::in_bath`];
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for a drag of zero, or if the time is not
    /// longer than what is not counted; [`EscapeError::NotBeyond`] and [`EscapeError::TooNearTheTop`] for the target.
    ///
    /// ```
    /// use heavyball::langevin::{Baoab, Langevin};
    /// use heavyball::noise::Noise;
    /// use heavyball::prelude::*;
    /// use heavyball::study::kramers::{Waiting, ThermalBarrier};
    /// use nalgebra::vector;
    ///
    /// let barrier = ThermalBarrier::new(&DoubleWell, vector![-1.0, 0.0], vector![0.0, 0.0])?;
    /// let bath = Langevin::new(HeavyBall::new(1.0, 1.0)?, 0.2)?;
    /// let waiting = Waiting::new(500, 200.0, Noise::new(7));
    /// let found = barrier.measured_rate(&Baoab::new(0.1)?, &bath, &vector![1.0, 0.0], &waiting)?;
    /// let (low, high) = found.interval(3.0)?;
    /// assert!(low < barrier.rate(&bath)? && barrier.rate(&bath)? < high);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn measured_rate<I: LangevinMethod>(
        &self,
        method: &I,
        bath: &Langevin,
        target: &SVector<f64, D>,
        waiting: &Waiting,
    ) -> Result<EventRate, Error> {
        let HeavyBall { mass, drag } = self.checked(bath)?;
        positive("drag", &drag, "; without drag there is no noise")?;
        let direction = self.direction_to(target)?;
        let depth = (self.saddle.value - self.potential.value(target)) / bath.temperature;
        if depth.is_nan() || depth < DEEP {
            return Err(Error::Escape(EscapeError::TooNearTheTop {
                depth,
                needed: DEEP,
            }));
        }
        let Waiting {
            members,
            until,
            noise,
        } = *waiting;
        let settled = SETTLED * (mass / drag + drag / self.minimum.lowest());
        positive(
            "time that is counted",
            &(until - settled),
            "; let the run be longer than the start is remembered, 5m/γ + 5γ/k",
        )?;
        let starts = (0..members).map(|member| self.start(bath, member, noise));
        let ensemble = Ensemble::in_bath(method, bath, self.potential, starts, noise)?;
        let steps = |time: f64| (time / method.dt()).ceil() as usize;
        let target = *target;
        let is_past = move |state: &LangevinState<Const<D>>| {
            let offset = state.phase.position - target;
            offset.dot(&direction) > 0.0
        };
        let run = ensemble.observe(steps(until), &FirstPassage::when(is_past))?;
        let counted = steps(settled)..steps(until);
        EventRate::of_passages(run.records(), counted, method.dt())
    }

    /// A phase of the harmonic well's equilibrium.
    fn start(&self, bath: &Langevin, member: usize, noise: Noise) -> Phase<f64, Const<D>> {
        let normals = |part| -> SVector<f64, D> { noise.normals(member, STARTS + part) };
        let scale = (bath.ball.mass * bath.temperature).sqrt();
        Phase::new(
            self.minimum.sample(bath.temperature, normals(0)),
            normals(1) * scale,
        )
    }
}
