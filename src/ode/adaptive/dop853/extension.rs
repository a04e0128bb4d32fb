//! Extension: the polynomial of order 7 through each step of Dop853.
//!
//! Reference: E. Hairer, S. P. Nørsett, G. Wanner, *Solving Ordinary Differential Equations I*, 2nd ed.,
//! section II.6 for the construction; the coefficients are those of their program DOP853.

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// The polynomials through the steps of a run.
#[derive(Debug, Clone)]
pub(crate) struct Extension<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// The derivatives at the start and at the ends of the steps.
    pub(super) rates: Vec<OVector<f64, D>>,
    /// The terms that each step adds to the cubic through its ends, lowest power first.
    pub(super) corrections: Vec<[OVector<f64, D>; 4]>,
}

impl<D: Dim> Extension<D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The state at `time`, for steps that end at the times `ends` in `states`, of which the first is the start.
    ///
    /// With θ the fraction of the step and θ̄ = 1 − θ: y₀ + θ(Δ + θ̄(b + θ(c + θ̄(d₁ + θ(d₂ + θ̄(d₃ + θd₄)))))), where
    /// Δ, b = hk₁ − Δ and c = Δ − hk₁₃ − b are the cubic through both ends.
    pub(crate) fn at(
        &self,
        ends: &[f64],
        states: &[OVector<f64, D>],
        time: f64,
    ) -> Option<OVector<f64, D>> {
        let last_step = self.corrections.len().checked_sub(1)?;
        let after = ends.partition_point(|end| *end <= time);
        let step = after.saturating_sub(1).min(last_step);
        let corrections = self.corrections.get(step)?;
        let [from, to] = ends.get(step..step + 2)? else {
            return None;
        };
        let [before, after] = states.get(step..step + 2)? else {
            return None;
        };
        let [leaving, arriving] = self.rates.get(step..step + 2)? else {
            return None;
        };
        let length = to - from;
        let part = (time - from) / length;
        let rest = 1.0 - part;
        let across = after - before;
        let bend = leaving.zip_map(&across, |rate, across| length * rate - across);
        let turn = arriving.zip_zip_map(&bend, &across, |rate, bend, across| {
            across - length * rate - bend
        });
        let [first, second, third, fourth] = corrections;
        let mut sum = fourth.clone();
        for (term, factor) in [
            (third, part),
            (second, rest),
            (first, part),
            (&turn, rest),
            (&bend, part),
            (&across, rest),
            (before, part),
        ] {
            sum.zip_apply(term, |sum, term| *sum = *sum * factor + term);
        }
        Some(sum)
    }
}

#[cfg(test)]
mod tests {
    use crate::ode::adaptive::clocked::Clocked;
    use crate::ode::adaptive::dop853::Extending;
    use crate::ode::{Dop853, FirstOrderSystem, Span};
    use nalgebra::{Const, Vector2, vector};

    /// ẍ = −x in (x, ẋ).
    struct Circle;

    impl FirstOrderSystem<Const<2>> for Circle {
        fn derivative(&self, _: f64, state: &Vector2<f64>, derivative: &mut Vector2<f64>) {
            *derivative = vector![state.y, -state.x];
        }
    }

    /// Distance from (cos t, −sin t) at the fraction `part` of one step of `length`.
    fn one_step(length: f64, part: f64) -> f64 {
        let (method, span) = (Dop853::new(1e9, 1e9), Span::new(0.0, length).unwrap());
        let start = vector![1.0, 0.0];
        let extending = Extending::from(&start);
        let clocked = Clocked::<_, false>::new(&Circle, span);
        let run = method.steps(clocked, span, length, length, start, &extending);
        let (record, _) = run.unwrap();
        let (ends, states) = record.get();
        assert_eq!(ends.len(), 2);
        let extension = extending.finish().unwrap();
        let time = part * length;
        let state = extension.at(ends, states, time).unwrap();
        (state - vector![time.cos(), -time.sin()]).norm()
    }

    /// The error of the polynomial is O(h⁸) everywhere within a step, that of a method of order 7.
    ///
    /// On this motion the slopes over four halvings differ from 8 by O(h²), so that two of them give the limit.
    #[test]
    fn the_polynomial_has_order_seven_within_the_step() {
        let lengths = [2.4, 1.2, 0.6, 0.3, 0.15];
        for part in [0.1, 0.3, 0.5, 0.7, 0.9] {
            let errors = lengths.map(|length| one_step(length, part));
            let slopes: Vec<_> = errors.windows(2).map(|e| (e[0] / e[1]).log2()).collect();
            println!("{part}: {slopes:.3?}");
            for pair in slopes.windows(2) {
                let limit = pair[1] + (pair[1] - pair[0]) / 3.0;
                assert!((limit - 8.0).abs() < 0.05, "{part}: {slopes:?}");
            }
        }
    }
}
