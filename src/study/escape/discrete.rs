//! The critical β of momentum: which iterations pass the barrier.

use super::barrier::{Barrier, Fate};
use super::critical::{Critical, bisect};
use crate::Error;
use crate::check::nonnegative;
use crate::optimizers::{Momentum, UpdateRule};
use crate::potentials::Potential;
use crate::study::escape::EscapeError;
use nalgebra::{Const, vector};

/// Iterations after which an undecided run is stopped.
const MOST: usize = 10_000_000;
/// Points at which the curvature on the visited interval is sampled.
const SAMPLES: u16 = 256;

impl Momentum {
    /// γ/√m of the effective particle: (1 − β)√(2/(α(1 + β))), independent of the gauge.
    ///
    /// At the critical β it tends to the critical γ*/√m linearly in α, whereas (1 − β)/√α does like √α: derivation
    /// (45).
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// let rule = Momentum::new(0.1, 0.3353330369)?; // just passes x⁴ − 3x³ + 2 from −½
    /// assert!((rule.drag_over_root_mass() - 2.572).abs() < 1e-3);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn drag_over_root_mass(&self) -> f64 {
        (1.0 - self.beta) * (2.0 / (1.0 + self.beta)).sqrt() / self.alpha.sqrt()
    }
}

impl<P: Potential<f64, Const<1>>> Barrier<P> {
    /// The fate of the iterates of `rule` from v₀ = 0: whether they pass the top.
    ///
    /// They certainly never pass once f + βv²/2α is below the top, if αL ≤ 2(1 − β) for the largest curvature L on the
    /// visited interval (sampled), derivation (33); on a shelf, if 0 ≤ v ≤ (1/√β − 1)·distance and α times the force ≤
    /// (1 − √β)²·distance, derivation (44); or at rest, v and α∇f below 1e-12 of the width, in an attracting minimum, 0
    /// < αf″ < 2(1 + β).
    ///
    /// # Errors
    /// Those of the rule and its run; [`ParameterError::Negative`](crate::error::ParameterError::Negative) for β below
    /// 0, which corresponds to no particle; [`EscapeError::Undecided`] after ten million iterations.
    pub fn fate_of_iterates(&self, rule: &Momentum) -> Result<Fate, Error> {
        let Momentum { alpha, beta } = Momentum::new(rule.alpha, rule.beta)?;
        let side = self.side();
        nonnegative("beta", &beta, "; below 0 the iterates are no particle's")?;
        let root = beta.sqrt();
        let trapped_below = self.trapped_below();
        let mut iterates = rule.iterates(&self.potential, vector![self.start]);
        let (mut left, mut right) = (self.start.min(self.top), self.start.max(self.top));
        let mut curvature = self.largest_curvature(left, right);
        for k in 0..MOST {
            let Some(iterate) = iterates.advance() else {
                break;
            };
            let (x, v) = (iterate.position.x, iterate.velocity.x);
            let (distance, speed) = (side * (self.top - x), side * v);
            if distance < 0.0 {
                return Ok(Fate::Free { time: k as f64 });
            }
            let is_slow = k > 0 && speed >= 0.0 && speed * root <= (1.0 - root) * distance;
            let stiffness = (1.0 - root).powi(2) / alpha;
            if is_slow && distance > 0.0 && self.is_gentle(x, stiffness) {
                return Ok(Fate::Trapped { time: k as f64 });
            }
            if k > 0 && self.is_at_rest(rule, x, v) {
                return Ok(Fate::Trapped { time: k as f64 });
            }
            if x < left || x > right {
                (left, right) = (left.min(x), right.max(x));
                curvature = self.largest_curvature(left, right);
            }
            let energy = self.potential.value(&iterate.position) + beta * v * v / (2.0 * alpha);
            if energy < trapped_below && alpha * curvature <= 2.0 * (1.0 - beta) {
                return Ok(Fate::Trapped { time: k as f64 });
            }
        }
        Err(iterates
            .failure()
            .cloned()
            .unwrap_or(Error::Escape(EscapeError::Undecided {
                parameter: "beta",
                value: beta,
                time: MOST as f64,
            })))
    }

    /// Whether the iterate rests in an attracting minimum.
    fn is_at_rest(&self, rule: &Momentum, x: f64, v: f64) -> bool {
        let width = (self.top - self.start).abs();
        let small = 1e-12 * width;
        if v.abs() > small {
            return false;
        }
        let offset = 1e-5 * width;
        let product =
            rule.alpha * (self.slope(x + offset) - self.slope(x - offset)) / (2.0 * offset);
        // The curvature of a shelf vanishes at its top; an iterate that creeps towards it is not at rest.
        let attracts = product > 1e-6 && product < 2.0 * (1.0 + rule.beta);
        attracts && (rule.alpha * self.slope(x)).abs() <= small
    }

    /// The largest difference quotient of f′ on a grid over the interval.
    fn largest_curvature(&self, left: f64, right: f64) -> f64 {
        let width = (right - left) / f64::from(SAMPLES);
        let slope = |sample: u16| self.slope(left + width * f64::from(sample));
        let mut before = slope(0);
        let mut largest = 0.0_f64;
        for sample in 1..=SAMPLES {
            let here = slope(sample);
            largest = largest.max((here - before).abs() / width);
            before = here;
        }
        largest
    }

    /// The critical β of momentum at rate `alpha` from v₀ = 0: above it the iterates pass, below it they are trapped.
    ///
    /// By bisection, from β = 1 down. At a large αL the fate need not be monotone in β; of the changes between
    /// successive powers of two of 1 − β the one nearest to β = 1 is found.
    ///
    /// # Errors
    /// Those of [`Self::fate_of_iterates`]; [`EscapeError::NoCritical`] if gradient descent already passes, or no β
    /// passes.
    pub fn critical_beta(&self, alpha: f64) -> Result<Critical, Error> {
        let is_free = |beta| {
            let fate = self.fate_of_iterates(&Momentum::new(alpha, beta)?)?;
            Ok(matches!(fate, Fate::Free { .. }))
        };
        let none = |outcome| {
            Error::Escape(EscapeError::NoCritical {
                parameter: "beta",
                low: 0.0,
                high: 1.0,
                outcome,
            })
        };
        if !is_free(1.0)? {
            return Err(none("is trapped"));
        }
        // Starting without drag: the fate at a small β and a small rate takes longest to decide.
        let (mut free, mut gap) = (1.0, 0.5_f64.powi(40));
        while gap < 1.0 {
            let beta = 1.0 - gap;
            if !is_free(beta)? {
                return bisect(free, beta, is_free);
            }
            free = beta;
            gap *= 2.0;
        }
        if is_free(0.0)? {
            return Err(none("escapes"));
        }
        bisect(free, 0.0, is_free)
    }
}
