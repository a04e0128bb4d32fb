//! The accelerated rule with three coefficients and its named points: Derivation (63) to (67), and (41) for its equation.

use crate::support::exact::{gradient, polynomials, ratio, vectors};
use crate::support::slope::{is_order, slope};
#[cfg(feature = "parallel")]
use heavyball::ensemble::Ensemble;
use heavyball::error::{ParameterError, RuleError};
use heavyball::optimizers::{Accelerated, Tuning};
use heavyball::study::modified_equation::HessianDamped;
use heavyball::{LessardRechtPackard, prelude::*};
use nalgebra::{Const, Matrix2, OVector, SVector, Vector1, matrix, vector};
#[cfg(feature = "parallel")]
use num_dual::Dual64;
use num_rational::BigRational;
use num_traits::{One, Zero};
use proptest::prelude::*;

/// Fractions as coefficients: α > 0, −1 < β < 1 and any η.
fn coefficients() -> impl Strategy<Value = [BigRational; 3]> {
    (1_i64..=30, -19_i64..=19, -40_i64..=40)
        .prop_map(|(a, b, e)| [ratio(a, 20), ratio(b, 20), ratio(e, 20)])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Derivation (63): at η = 0 the family is momentum, at η = β Nesterov's rule, without β gradient descent, exactly.
    #[test]
    fn the_named_rules_are_points([alpha, beta, _] in coefficients(), f in polynomials::<2>(), start in vectors::<2>()) {
        let zero = BigRational::zero;
        let of = |beta: &BigRational, eta: BigRational| Accelerated::of(alpha.clone(), beta.clone(), eta);
        let momentum = Momentum::of(alpha.clone(), beta.clone())?.iterates(&f, start.clone());
        for (ours, theirs) in of(&beta, zero())?.iterates(&f, start.clone()).zip(momentum).take(4) {
            prop_assert_eq!(ours, theirs);
        }
        let nesterov = Nesterov::of(alpha.clone(), beta.clone())?.iterates(&f, start.clone());
        for (ours, theirs) in of(&beta, beta.clone())?.iterates(&f, start.clone()).zip(nesterov).take(4) {
            prop_assert_eq!(ours, theirs);
        }
        let descent = GradientDescent::of(alpha.clone())?.iterates(&f, start.clone());
        for (ours, theirs) in of(&zero(), zero())?.iterates(&f, start.clone()).zip(descent).take(4) {
            prop_assert_eq!(ours, theirs);
        }
    }

    /// Derivation (65): the authors' two lines of quasi-hyperbolic momentum are the family in other coordinates, there and back.
    #[test]
    fn quasi_hyperbolic_momentum_is_the_family(
        [epsilon, beta, nu] in coefficients(), f in polynomials::<2>(), start in vectors::<2>()
    ) {
        let rule = Accelerated::of_quasi_hyperbolic(epsilon.clone(), beta.clone(), nu.clone())?;
        if beta.is_zero() {
            prop_assert!(rule.eta.is_zero());
        } else {
            prop_assert_eq!(rule.to_quasi_hyperbolic()?, (epsilon.clone(), beta.clone(), nu.clone()));
        }
        let one = BigRational::one();
        let (mut theta, mut buffer) = (start.clone(), SVector::zeros());
        for iterate in rule.iterates(&f, start.clone()).take(4) {
            prop_assert_eq!(&rule.look_ahead(&iterate), &theta);
            let g = gradient(&f, &theta);
            buffer = buffer * beta.clone() + &g * (&one - &beta);
            theta -= (g * (&one - &nu) + &buffer * nu.clone()) * epsilon.clone();
        }
    }

    /// Derivation (63): one step on a mode as a matrix has the trace 1 + β − Q(1 + η), the determinant β − Qη and the
    /// eigenvalues `multipliers`; where they lie inside the unit circle the rule is stable.
    #[test]
    fn multipliers_are_eigenvalues(alpha in 1e-3_f64..2.0, beta in -0.99_f64..1.0, eta in -2.0_f64..2.0, curvature in 0.01_f64..3.0) {
        let rule = Accelerated::new(alpha, beta, eta)?;
        let bowl = Quadratic::diagonal(vector![curvature])?;
        let step = |x: f64, v: f64| -> Result<[f64; 2], Error> {
            let next = rule.iterates(&bowl, vector![x]).with_velocity(vector![v]).after(1)?;
            Ok([next.position.x, next.velocity.x])
        };
        let ([a, b], [c, d]) = (step(1.0, 0.0)?, step(0.0, 1.0)?);
        let step: Matrix2<f64> = matrix![a, c; b, d];
        let roots = rule.multipliers(curvature);
        let sum = roots[0] + roots[1];
        let product = roots[0] * roots[1];
        prop_assert!((sum.re - step.trace()).abs() < 1e-12 && sum.im.abs() < 1e-12);
        prop_assert!((product.re - step.determinant()).abs() < 1e-12 && product.im.abs() < 1e-12);
        let rate = rule.spectral_radius(curvature);
        prop_assert!((rate - roots[0].norm()).abs() < 1e-12 && rate >= roots[1].norm() - 1e-12);
        if (rate - 1.0).abs() > 1e-9 {
            prop_assert_eq!(rule.is_stable_on(curvature, curvature)?, rate < 1.0);
        }
        // Quasiconvex: between two curvatures the rate is at most that of the ends.
        let between = rule.spectral_radius(0.5 * (curvature + 4.0));
        prop_assert!(between <= rule.rate_on(curvature, 4.0)? + 1e-12);
    }

    /// Derivation (66): no rule of the family converges faster than (√κ − 1)/(√κ + 1) on quadratics.
    #[test]
    fn nothing_is_faster_than_polyak(alpha in 1e-3_f64..4.0, beta in -0.99_f64..1.0, eta in -3.0_f64..3.0, kappa in 1.0_f64..1e4) {
        let limit = Tuning::Polyak.rate_on_quadratics(1.0 / kappa, 1.0)?;
        let rate = Accelerated::new(alpha, beta, eta)?.rate_on(1.0 / kappa, 1.0)?;
        // The discriminant is right to 1e-15 of its terms, and the rate to the root of that.
        prop_assert!(rate >= limit - 1e-7, "{rate} {limit}");
    }

    /// Derivation (63), (64): the closed forms of the table are the rates of the coefficients.
    #[test]
    fn tunings_have_their_rates(kappa in 1.0_f64..1e6, l in 1e-3_f64..1e3) {
        for tuning in Tuning::ALL {
            let (mu, rule) = (l / kappa, tuning.rule(l / kappa, l)?);
            let rate = tuning.rate_on_quadratics(mu, l)?;
            prop_assert!((rule.rate_on(mu, l)? - rate).abs() < 1e-7, "{tuning} {kappa}");
            prop_assert!(tuning.proved_rate(mu, l)?.is_none_or(|proved| proved >= rate));
        }
    }
}

/// p(r) = r² − sr + d on the mode Q, in exact fractions.
fn polynomial(rule: &[BigRational; 3], curvature: &BigRational, r: &BigRational) -> BigRational {
    let [alpha, beta, eta] = rule;
    let (one, q) = (BigRational::one(), alpha * curvature);
    r * r - (&one + beta - &q * (&one + eta)) * r + (beta - &q * eta)
}

/// Triple momentum for L = 1 and κ = n², exactly: ρ = 1 − 1/n.
fn triple(n: i64) -> (BigRational, [BigRational; 3]) {
    let (one, two) = (ratio(1, 1), ratio(2, 1));
    let rate = &one - ratio(1, n);
    let beta = &rate * &rate / (&two - &rate);
    let eta = &beta / (&one + &rate);
    (rate.clone(), [one + rate, beta, eta])
}

/// Derivation (64), in exact fractions: triple momentum has the roots ρ, ρ² on μ and −ρ, 0 on L; the optimised gradient method
/// a double root g on μ and −g, 0 on L, where g is a fraction.
#[test]
fn the_roots_of_triple_momentum_and_the_optimized_gradient() {
    let zero = BigRational::zero();
    for n in 2..=40 {
        let (rate, rule) = triple(n);
        let mu = ratio(1, n * n);
        assert_eq!(polynomial(&rule, &mu, &rate), zero);
        assert_eq!(polynomial(&rule, &mu, &(&rate * &rate)), zero);
        let one = ratio(1, 1);
        assert_eq!(polynomial(&rule, &one, &-rate), zero);
        assert_eq!(polynomial(&rule, &one, &zero), zero);
        let [alpha, beta, eta] = rule.map(|c| c.to_f64());
        let ours = Tuning::TripleMomentum
            .rule(1.0 / (n * n) as f64, 1.0)
            .unwrap();
        for (ours, exact) in [(ours.alpha, alpha), (ours.beta, beta), (ours.eta, eta)] {
            assert!((ours - exact).abs() < 1e-14);
        }
    }
    // q² + 8q is a square of a fraction.
    for (q, g) in [
        (ratio(1, 3), ratio(1, 3)),
        (ratio(1, 6), ratio(1, 2)),
        (ratio(1, 15), ratio(2, 3)),
    ] {
        let one = ratio(1, 1);
        let beta = &g * &g / (&one - &q);
        let rule = [&one + &g, beta.clone(), beta / (&one + &g)];
        assert_eq!(polynomial(&rule, &q, &g), zero);
        let [_, beta, eta] = &rule;
        let double = &one + beta - &q * (&one + &g) * (&one + eta) - ratio(2, 1) * &g;
        assert_eq!(double, zero);
        assert_eq!(polynomial(&rule, &one, &-g.clone()), zero);
        let ours = Tuning::OptimizedGradient.rule(q.to_f64(), 1.0).unwrap();
        assert!(
            (ours.alpha - 1.0 - g.to_f64()).abs() < 1e-15
                && (ours.beta - beta.to_f64()).abs() < 1e-15
        );
    }
}

/// Derivation (66): the best of a grid over three coefficients is Polyak's, to the resolution of the grid.
#[test]
fn the_best_of_a_grid_is_polyaks() -> Result<(), Error> {
    let (kappa, cells) = (25.0, 60);
    let limit = Tuning::Polyak.rate_on_quadratics(1.0, kappa)?;
    let mut best = (f64::INFINITY, [0.0; 3]);
    for i in 1..=cells {
        for j in 0..cells {
            for k in 0..=cells {
                let share = |index: i32| f64::from(index) / f64::from(cells);
                let (alpha, beta, eta) = (4.0 / kappa * share(i), share(j), 2.0 * share(k) - 1.0);
                let rate = Accelerated::new(alpha, beta, eta)?.rate_on(1.0, kappa)?;
                if rate < best.0 {
                    best = (rate, [alpha, beta, eta]);
                }
            }
        }
    }
    let (rate, [alpha, beta, eta]) = best;
    println!(
        "best of {cells}³: {rate:.6} at α = {alpha:.4}, β = {beta:.4}, η = {eta:.4}; Polyak {limit:.6}"
    );
    // A cell away from a double root costs the root of its change of the discriminant.
    assert!(rate >= limit && rate < limit + 0.01);
    let polyak = Tuning::Polyak.rule(1.0, kappa)?;
    assert!(
        (alpha - polyak.alpha).abs() < 0.02 && (beta - polyak.beta).abs() < 0.1 && eta.abs() < 0.1
    );
    Ok(())
}

/// V of derivation (67) at the look-ahead point `y` before a step and the output `z` behind it, for a minimum of 0 at 0.
fn potential_of<P, const D: usize>(
    f: &P,
    (mu, root): (&BigRational, &BigRational),
    y: &OVector<BigRational, Const<D>>,
    z: &OVector<BigRational, Const<D>>,
) -> BigRational
where
    P: Potential<BigRational, Const<D>>,
{
    let (one, two) = (ratio(1, 1), ratio(2, 1));
    let square = |v: &OVector<BigRational, Const<D>>| v.iter().map(|c| c * c).sum::<BigRational>();
    let mut g = y.clone();
    f.gradient(y, &mut g);
    // L = 1.
    let below = y - &g;
    f.value(y) - square(&g) / &two - square(&below) * mu / (&two * (&one - mu))
        + square(z) * mu / (&one - root)
}

/// The largest V₊/(ρ²V) of a run in exact fractions.
fn worst<P, const D: usize>(
    f: &P,
    n: i64,
    start: SVector<BigRational, D>,
    steps: usize,
) -> BigRational
where
    P: Potential<BigRational, Const<D>>,
{
    let (rate, [alpha, beta, eta]) = triple(n);
    let rule = Accelerated::of(alpha, beta, eta).unwrap();
    let (mu, root, one) = (ratio(1, n * n), ratio(1, n), ratio(1, 1));
    let ahead = &rate * &rate / (&one - &rate * &rate);
    let mut run = rule.iterates(f, start);
    let mut y = rule.look_ahead(run.advance().unwrap());
    let (mut before, mut largest) = (None, BigRational::zero());
    for _ in 0..steps {
        let at = run.advance().unwrap();
        let z = &at.position + &at.velocity * ahead.clone();
        let v = potential_of(f, (&mu, &root), &y, &z);
        assert!(v >= BigRational::zero());
        if let Some(before) = before {
            let quotient = &v / (&rate * &rate * before);
            if quotient > largest {
                largest = quotient;
            }
        }
        y = rule.look_ahead(at);
        before = Some(v);
    }
    largest
}

/// f′ = x/25 and x on pieces, the function of Lessard, Recht and Packard with L = 1.
#[derive(Debug)]
struct Scaled;

impl Potential<BigRational, Const<1>> for Scaled {
    fn value(&self, x: &Vector1<BigRational>) -> BigRational {
        LessardRechtPackard.value(x) / ratio(25, 1)
    }

    fn gradient(&self, x: &Vector1<BigRational>, gradient: &mut Vector1<BigRational>) {
        LessardRechtPackard.gradient(x, gradient);
        gradient.x /= ratio(25, 1);
    }
}

/// Derivation (67), in exact fractions: V falls by ρ² = (1 − 1/√κ)² in every step of triple momentum, on quadratics and on the
/// function on which Polyak's momentum circles; on quadratics of curvature μ or L alone it is exactly ρ².
#[test]
fn the_potential_of_triple_momentum_falls() {
    let one = ratio(1, 1);
    for start in [33, 5, 17, 29, -12] {
        let largest = worst(&Scaled, 5, vector![ratio(start, 10)], 12);
        println!("V₊/ρ²V at most {} from {start}/10", largest.to_f64());
        assert!(largest <= one && largest > ratio(1, 2));
    }
    for n in [2, 5, 9] {
        for curvature in [ratio(1, n * n), one.clone()] {
            let bowl = Quadratic::diagonal(vector![curvature]).unwrap();
            assert_eq!(worst(&bowl, n, vector![one.clone()], 8), one);
        }
        let bowl = Quadratic::diagonal(vector![
            ratio(1, n * n),
            ratio(1, n),
            ratio(4, 5),
            one.clone()
        ])
        .unwrap();
        let start = vector![ratio(3, 2), ratio(-2, 1), ratio(1, 3), ratio(1, 1)];
        assert!(worst(&bowl, n, start, 8) <= one);
    }
}

/// The mean factor by which the distance of the output falls from iterate `from` on, over 60 iterations.
fn measured<P: Potential<f64, Const<1>>>(tuning: Tuning, f: &P, start: f64, from: usize) -> f64 {
    let rule = tuning.rule(1.0, 25.0).unwrap();
    let mut iterates = rule.iterates(f, vector![start]);
    let distance =
        |iterate: &Iterate<f64, Const<1>>| tuning.output(1.0, 25.0, iterate).unwrap().x.abs();
    let first = distance(&iterates.nth(from).unwrap());
    let last = distance(&iterates.nth(59).unwrap());
    // α = 1/L ends exactly in the minimum of a piece of curvature L.
    if last == 0.0 {
        return 0.0;
    }
    (last / first).powf(1.0 / 60.0)
}

/// Derivation (64), (67): the rates are held by runs: on ½μx² and ½Lx² they are the spectral radii, on the function of Lessard,
/// Recht and Packard those that are proved are kept, and Polyak's momentum circles.
#[test]
fn the_rates_are_held_by_runs() -> Result<(), Error> {
    for tuning in Tuning::ALL {
        let rate = tuning.rate_on_quadratics(1.0, 25.0)?;
        let [slow, steep] = [1.0, 25.0].map(|curvature| {
            let bowl = Quadratic::diagonal(vector![curvature]).unwrap();
            measured(tuning, &bowl, 1.0, 200)
        });
        // A double root has kρᵏ, a factor of (1 + 1/200) each at first.
        let worst = if steep.is_nan() {
            slow
        } else {
            slow.max(steep)
        };
        assert!(
            (worst - rate).abs() < 0.006,
            "{tuning}: {slow} {steep} {rate}"
        );
        if let Some(proved) = tuning.proved_rate(1.0, 25.0)? {
            for start in [3.3, 2.5, 17.0, -4.0] {
                let seen = measured(tuning, &LessardRechtPackard, start, 20);
                assert!(
                    seen <= proved + 0.005,
                    "{tuning} from {start}: {seen} {proved}"
                );
            }
        }
    }
    let circles = measured(Tuning::Polyak, &LessardRechtPackard, 3.3, 300);
    assert!((circles - 1.0).abs() < 1e-12, "{circles}");
    Ok(())
}

/// Derivation (41): the family follows m ẍ + (γ + ηΔt∇²f)ẋ + ∇f = 0 to order 2 over four halvings, and the plain ball to order 1.
#[test]
fn its_equation_has_a_drag_by_the_hessian() -> Result<(), Error> {
    for eta in [-0.6, 0.4, 1.5] {
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for halving in 0..5 {
            let n = 200 << halving;
            let dt = 2.0 / f64::from(n);
            let rule = Accelerated::new(dt * dt, 1.0 - 0.7 * dt, eta)?;
            let start = vector![0.5, 1.0];
            let end = rule
                .iterates(&DoubleWell, start)
                .after(n as usize)?
                .position;
            let equation = HessianDamped::accelerated(DoubleWell, &rule, dt)?;
            let velocity = equation.start_velocity(&start, &vector![0.0, 0.0])?;
            let system = equation.in_phase_space(Const::<2>);
            let run = Dop853::new(1e-12, 1e-12).integrate(
                &system,
                (0.0, 2.0),
                system.state(&start, &velocity)?,
            )?;
            with.push((dt, (system.motion(run.last())?.0 - end).norm()));
            let ball = HeavyBall::new(1.0, 0.7)?;
            let plain = Problem::new(ball, DoubleWell, start)
                .until(2.0)
                .solve(&Dop853::new(1e-12, 1e-12))?;
            without.push((dt, (plain.last().position - end).norm()));
        }
        println!("η = {eta}: {:.3} and {:.3}", slope(&with), slope(&without));
        assert!(is_order(slope(&with), 2), "{with:?}");
        assert!(is_order(slope(&without), 1), "{without:?}");
    }
    Ok(())
}

/// Members of an ensemble are the rule alone, bit for bit; the derivative of an end with respect to η is that of dual numbers.
#[cfg(feature = "parallel")]
#[test]
fn ensembles_and_dual_numbers() -> Result<(), Error> {
    let rules: Vec<_> = (0..70)
        .map(|i| Accelerated::new(0.02, 0.8, 0.02 * f64::from(i)))
        .collect::<Result<_, _>>()?;
    let starts: Vec<_> = (0..70)
        .map(|i| vector![-1.5 + 0.04 * f64::from(i), 1.0])
        .collect();
    let run = Ensemble::from_rules(rules.clone(), &DoubleWell, starts.clone())?.after(100)?;
    for ((rule, start), end) in rules.iter().zip(&starts).zip(run.states()) {
        assert_eq!(*end, rule.iterates(&DoubleWell, *start).after(100)?);
    }
    let constant = Dual64::from;
    let rule = Accelerated::of(constant(0.02), constant(0.8), Dual64::new(0.5, 1.0))?;
    let slope = rule
        .iterates(&DoubleWell, vector![constant(-1.5), constant(1.0)])
        .after(30)?
        .position
        .x
        .eps;
    let end = |eta: f64| {
        Ok::<_, Error>(
            Accelerated::new(0.02, 0.8, eta)?
                .iterates(&DoubleWell, vector![-1.5, 1.0])
                .after(30)?
                .position
                .x,
        )
    };
    let difference = (end(0.5 + 1e-5)? - end(0.5 - 1e-5)?) / 2e-5;
    assert!(
        (slope - difference).abs() < 1e-8 && slope.abs() > 1e-3,
        "{slope} {difference}"
    );
    Ok(())
}

/// Nonsense is refused by name, and at κ = 1 every tuning jumps to the minimum.
#[test]
fn refusals_and_ends() -> Result<(), Error> {
    let named = |rule: Result<Accelerated, Error>| rule.unwrap_err().to_string();
    assert!(named(Accelerated::new(0.0, 0.5, 0.5)).contains("alpha"));
    assert!(named(Accelerated::new(0.1, 1.5, 0.5)).contains("beta"));
    assert!(named(Accelerated::new(0.1, 0.5, f64::NAN)).contains("the look-ahead eta"));
    assert!(named(Accelerated::quasi_hyperbolic(0.1, 1.0, 0.5)).contains("beta"));
    assert!(named(Accelerated::quasi_hyperbolic(0.1, 0.5, f64::INFINITY)).contains("nu"));
    for (beta, eta) in [(1.0, 0.5), (0.0, 0.5)] {
        let none = Accelerated::new(0.1, beta, eta)?.to_quasi_hyperbolic();
        assert!(matches!(
            none,
            Err(Error::Rule(RuleError::NotQuasiHyperbolic { .. }))
        ));
    }
    assert_eq!(
        Accelerated::new(0.1, 0.0, 0.0)?.to_quasi_hyperbolic()?,
        (0.1, 0.0, 1.0)
    );
    for tuning in Tuning::ALL {
        assert!(matches!(
            tuning.rule(2.0, 1.0),
            Err(Error::Rule(RuleError::CurvaturesReversed { .. }))
        ));
        assert!(matches!(
            tuning.rule(0.0, 1.0),
            Err(Error::Parameter(ParameterError::NotPositive {
                name: "mu",
                ..
            }))
        ));
        assert!(
            tuning.rate_on_quadratics(1.0, f64::NAN).is_err()
                && tuning.proved_rate(-1.0, 1.0).is_err()
        );
        let rule = tuning.rule(4.0, 4.0)?;
        assert!(
            rule.beta == 0.0 && rule.eta == 0.0 && rule.alpha == 0.25,
            "{tuning}: {rule:?}"
        );
        assert_eq!(tuning.rate_on_quadratics(4.0, 4.0)?, 0.0);
        // For huge κ the rates stay below 1 or round to it, and the rules can be made.
        let rule = tuning.rule(1e-300, 1.0)?;
        assert!(rule.beta <= 1.0 && tuning.rate_on_quadratics(1e-300, 1.0)? <= 1.0);
    }
    let rule = Tuning::TripleMomentum.rule(1.0, 25.0)?;
    assert!(rule.rate_on(25.0, 1.0).is_err() && rule.is_stable_on(0.0, 1.0).is_err());
    assert!(rule.rate_on(1.0, 1e308 * 25.0).is_err());
    Ok(())
}
