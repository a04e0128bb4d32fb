//! The optimised gradient method: Derivation (70).

use heavyball::error::{ParameterError, RuleError, VectorError};
use heavyball::optimizers::{NesterovSchedule, OptimizedGradient};
use heavyball::prelude::*;
use nalgebra::{Const, SVector, Vector1, vector};
use proptest::prelude::*;

/// f = Lx²/2 for |x| ≤ d, and Ld|x| − Ld²/2 beyond.
struct Bent {
    l: f64,
    d: f64,
}

impl Potential<f64, Const<1>> for Bent {
    fn value(&self, x: &Vector1<f64>) -> f64 {
        let near = x.x.clamp(-self.d, self.d);
        self.l * near * (x.x - near / 2.0)
    }
    fn gradient(&self, x: &Vector1<f64>, gradient: &mut Vector1<f64>) {
        gradient.x = self.l * x.x.clamp(-self.d, self.d);
    }
}

/// θ_N by its recursion.
fn theta(n: usize) -> f64 {
    let theta = (1..n).fold(1.0, |theta: f64, _| {
        f64::midpoint(1.0, (1.0 + 4.0 * theta * theta).sqrt())
    });
    f64::midpoint(1.0, (1.0 + 8.0 * theta * theta).sqrt())
}

/// Derivation (70): on the parabola x_N = (−1)ᴺx₀/θ_N, and on the bent function x_N = (R + d)/2: both attain the bound. Nesterov's
/// method with its schedule exceeds it on the second.
#[test]
fn the_bound_is_attained_by_two_functions() {
    for n in [1, 2, 3, 7, 30, 200] {
        let (l, start) = (3.0, 2.5);
        let rule = OptimizedGradient::new(l, n).unwrap();
        let bound = l * start * start / (2.0 * theta(n) * theta(n));
        assert!((rule.bound(start) / bound - 1.0).abs() < 1e-14);
        assert!(bound < l * start * start / ((n + 1) * (n + 1)) as f64);
        let bowl = Quadratic::diagonal(vector![l]).unwrap();
        let end = rule
            .iterates(&bowl, vector![start])
            .after(n)
            .unwrap()
            .position;
        let sign = if n % 2 == 0 { 1.0 } else { -1.0 };
        assert!((end.x * theta(n) / start - sign).abs() < 1e-11, "{n} {end}");
        let d = start / (theta(n) * theta(n));
        let bent = Bent { l, d };
        let end = rule
            .iterates(&bent, vector![start])
            .after(n)
            .unwrap()
            .position;
        assert!(
            (end.x / f64::midpoint(start, d) - 1.0).abs() < 1e-12,
            "{n} {end}"
        );
        assert!((bent.value(&end) / bound - 1.0).abs() < 1e-11);
        let nesterov = Nesterov::scheduled(1.0 / l, NesterovSchedule::new(3.0).unwrap());
        let end = nesterov.iterates(&bent, vector![start]).after(n).unwrap();
        assert!(bent.value(&end.position) > 1.05 * bound || n == 1, "{n}");
    }
}

proptest! {
    /// Derivation (70): the published two lines, y₊ = x − ∇f/L, x₊ = y₊ + a(y₊ − y) + b(y₊ − x), and the bound on f = Σ cᵢ ln cosh(xᵢ/wᵢ).
    #[test]
    fn it_is_the_published_method_and_keeps_its_bound(
        n in 1_usize..40, weights in prop::array::uniform3(0.01_f64..1.0), widths in prop::array::uniform3(0.05_f64..2.0), start in prop::array::uniform3(-5.0_f64..5.0)
    ) {
        let (c, w) = (SVector::<f64, 3>::from(weights), SVector::<f64, 3>::from(widths));
        let value = |x: &SVector<f64, 3>| (0..3).map(|i| c[i] * (x[i] / w[i]).cosh().ln()).sum::<f64>();
        let gradient = |x: &SVector<f64, 3>| SVector::from_fn(|i, _| c[i] / w[i] * (x[i] / w[i]).tanh());
        let l = (0..3).map(|i| c[i] / w[i] / w[i]).fold(0.0, f64::max);
        let start = SVector::<f64, 3>::from(start);
        let rule = OptimizedGradient::new(l, n)?;
        let f = from_fn(value, gradient);
        let (mut x, mut y, mut theta) = (start, start, 1.0_f64);
        for (k, ours) in rule.iterates(&f, start).take(n + 1).enumerate() {
            prop_assert!((ours.position - x).norm() < 1e-12 * (1.0 + start.norm()), "{}", k);
            let factor = if k + 1 == n { 8.0 } else { 4.0 };
            let next = f64::midpoint(1.0, (1.0 + factor * theta * theta).sqrt());
            let stepped = x - gradient(&x) / l;
            let forward = stepped + (stepped - y) * ((theta - 1.0) / next) + (stepped - x) * (theta / next);
            (x, y, theta) = (forward, stepped, next);
        }
        let end = rule.iterates(&f, start).after(n)?.position;
        prop_assert!(value(&end) <= rule.bound(start.norm()) * (1.0 + 1e-12));
    }
}

/// A curvature or a number of iterations that is none, and a run that is too long.
#[test]
fn nonsense_is_refused() {
    for l in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = OptimizedGradient::new(l, 5).map(drop);
        assert!(matches!(
            error,
            Err(Error::Parameter(ParameterError::NotPositive { .. }))
        ));
    }
    let error = OptimizedGradient::new(1.0, 0).map(drop);
    assert!(matches!(
        error,
        Err(Error::Parameter(ParameterError::NotPositive { .. }))
    ));
    let error = OptimizedGradient::new(1.0, usize::MAX).map(drop);
    assert!(matches!(
        error,
        Err(Error::Vector(VectorError::OutOfMemory { .. }))
    ));
    let rule = OptimizedGradient::new(1.0, 5).unwrap();
    assert_eq!(rule.iterations(), 5);
    let mut run = rule.iterates(&DoubleWell, vector![0.5, 1.0]);
    assert!(run.nth(5).is_some() && run.next().is_none());
    assert_eq!(
        run.failure(),
        Some(&Error::Rule(RuleError::Ended { iterations: 5 }))
    );
}
