//! Unstable steps: the refusal of a step Δt that diverges on a quadratic, with the largest stable one.

use crate::Error;
use crate::error::Short;
use crate::study::StudyError;

/// Steps below the refused one at which stability is examined before bisection.
const PLACES: u16 = 2000;
/// Growth over a whole run from which a step counts as unstable.
const UNSTABLE: f64 = 10.0;

/// Refuses `steps` steps `dt` that amplify the largest `curvature` of a quadratic potential tenfold.
///
/// `growth` is the spectral radius of one step on that curvature, where it is known.
pub(super) fn refuse_unstable(
    method: &dyn Fn() -> String,
    growth: &dyn Fn(f64) -> Option<f64>,
    (dt, steps): (f64, f64),
    curvature: f64,
) -> Result<(), Error> {
    let Some(factor) = growth(dt).filter(|_| curvature > 0.0) else {
        return Ok(());
    };
    if factor.is_nan() || steps * factor.ln() <= UNSTABLE.ln() {
        return Ok(());
    }
    // The growth is at most 1 below the limit and more above it; without drag, rounding leaves it near 1.
    let is_stable = |dt| growth(dt).is_some_and(|factor| factor <= 1.0 + 4.0 * f64::EPSILON);
    // High compositions have gaps: the limit is the end of the steps that are stable from zero on.
    let places = (1..=PLACES).map(|place| dt * f64::from(place) / f64::from(PLACES));
    let (mut stable, mut unstable) = (0.0, dt);
    for place in places {
        if !is_stable(place) {
            unstable = place;
            break;
        }
        stable = place;
    }
    for _ in 0..60 {
        let middle = 0.5 * (stable + unstable);
        if is_stable(middle) {
            stable = middle;
        } else {
            unstable = middle;
        }
    }
    Err(Error::Study(StudyError::UnstableStep {
        method: method(),
        dt,
        curvature,
        growth: factor,
        advice: if stable > 1e-4 * dt {
            format!("take dt below {}", Short(stable))
        } else {
            "no usable step is stable: use SymplecticEuler or Leapfrog, or a shorter span"
                .to_owned()
        },
    }))
}
