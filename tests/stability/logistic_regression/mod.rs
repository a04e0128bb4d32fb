//! Ridge logistic regression: its value, gradient and Hessian, the bounds μ and L, and what they are good for:
//! Derivation (53). And the reader of the example's table.
#![allow(
    clippy::excessive_precision,
    reason = "recorded numbers keep the digits they were printed with"
)]

#[path = "../../../examples/logistic_regression/data.rs"]
mod data;
mod divergence;
mod tables;

use data::Table;
use heavyball::LogisticRegression;
use heavyball::potentials::{Features, Standardisation};
use heavyball::prelude::*;
use nalgebra::{DVector, dvector};
use num_dual::{Dual64, DualNum};
use proptest::collection::vec;
use proptest::prelude::*;

const CANCER: &str = include_str!("../../../examples/data/breast_cancer.csv");

/// The whole table, standardised, with an intercept.
fn cancer(ridge: f64) -> LogisticRegression {
    let table = Table::read(CANCER.as_bytes()).unwrap();
    let raw = Features::from_rows(&table.rows).unwrap();
    let standardised = Standardisation::fit(&raw).unwrap().apply(&raw).unwrap();
    LogisticRegression::new(standardised.with_intercept(), &table.classes, ridge).unwrap()
}

fn slope(loss: &LogisticRegression, weights: &DVector<f64>) -> DVector<f64> {
    let mut gradient = weights.map(|_| f64::NAN);
    loss.gradient(weights, &mut gradient);
    gradient
}

/// One row (margin) of one class on one weight: the loss of the margin w.
fn single(class: bool) -> LogisticRegression {
    let row = Features::from_rows([[1.0]]).unwrap();
    LogisticRegression::new(row, &[class], 0.0).unwrap()
}

/// Random data, classes, weights and a ridge.
fn problems() -> impl Strategy<Value = (LogisticRegression, DVector<f64>)> {
    let size = (1_usize..12, 1_usize..5);
    size.prop_flat_map(|(rows, columns)| {
        let table = vec(vec(-4.0..4.0, columns), rows);
        let ridge = prop_oneof![Just(0.0), 1e-3..2.0];
        (
            table,
            vec(any::<bool>(), rows),
            ridge,
            vec(-3.0..3.0, columns),
        )
    })
    .prop_map(|(table, classes, ridge, weights)| {
        let features = Features::from_rows(table).unwrap();
        let loss = LogisticRegression::new(features, &classes, ridge).unwrap();
        (loss, DVector::from_vec(weights))
    })
}

/// f by its definition, on dual numbers, from outside the library.
fn defined(rows: &[[f64; 2]], signs: &[f64], ridge: f64, weights: [Dual64; 2]) -> Dual64 {
    let [first, second] = weights;
    let terms = rows.iter().zip(signs).map(|([a, b], sign)| {
        let margin = (first * *a + second * *b) * *sign;
        ((-margin).exp() + 1.0).ln()
    });
    let sum = terms.fold(Dual64::from(0.0), |sum, term| sum + term);
    sum / rows.len() as f64 + (first * first + second * second) * (0.5 * ridge)
}

/// (53): the value of mpmath 1.3 at 40 digits, and value and slopes of the definition on dual numbers.
#[test]
fn value_and_gradient_are_those_of_the_definition() -> Result<(), Error> {
    let (rows, signs) = ([[0.5, 1.0], [-2.0, 1.0], [3.25, 1.0]], [1.0, -1.0, -1.0]);
    let classes = signs.map(|sign| sign > 0.0);
    let loss = LogisticRegression::new(Features::from_rows(rows)?, &classes, 0.125)?;
    let value = loss.value(&dvector![0.75, -0.5]);
    assert!((value - 1.0363191112790888807).abs() < 4e-16, "{value}");
    for weights in [[0.75, -0.5], [0.0, 0.0], [-3.0, 7.0], [2.0, 1.5]] {
        let at = DVector::from_column_slice(&weights);
        let gradient = slope(&loss, &at);
        for (component, found) in gradient.iter().enumerate() {
            let seeded = [0, 1].map(|i| Dual64::new(weights[i], f64::from(i == component)));
            let expected = defined(&rows, &signs, 0.125, seeded);
            assert!((loss.value(&at) - expected.re).abs() < 1e-14 * expected.re);
            assert!(
                (found - expected.eps).abs() < 1e-14,
                "{found} {}",
                expected.eps
            );
        }
    }
    let loss = cancer(0.01);
    for scale in [0.0, 0.3, 1.0] {
        let at = DVector::from_fn(31, |i, _| scale * (1.7 * i as f64).sin());
        let report = check_gradient(&loss, &at)?;
        assert!(report.agrees(), "{report}");
    }
    Ok(())
}

/// Far from the boundary nothing overflows, and a tiny loss keeps its digits: log(1 + e⁻ᵐ) by mpmath at 40 digits.
#[test]
fn huge_margins_have_their_exact_limits() {
    for (class, sign) in [(true, 1.0), (false, -1.0)] {
        let loss = single(class);
        let value = |margin: f64| loss.value(&dvector![sign * margin]);
        let slope = |margin: f64| sign * slope(&loss, &dvector![sign * margin])[0];
        for (margin, expected) in [
            (30.0, 9.3576229688397367794e-14),
            (40.0, 4.2483542552915889863e-18),
            (700.0, 9.8596765437597708568e-305),
        ] {
            assert!((value(margin) / expected - 1.0).abs() < 4e-16, "{margin}");
            assert!((slope(margin) / -expected - 1.0).abs() < 1e-13, "{margin}");
        }
        // f → max(0, −m), f′ → −1 or 0.
        for margin in [1e3, 1e4, 1e300] {
            assert_eq!((value(margin), value(-margin)), (0.0, margin));
            assert_eq!((slope(margin), slope(-margin)), (0.0, -1.0));
            let (low, high) = loss.curvatures(&dvector![margin]).unwrap();
            assert_eq!((low, high), (0.0, 0.0));
        }
        assert_eq!(value(-40.0), 40.0);
        assert!((value(0.0) - 2.0_f64.ln()).abs() < 2e-16);
    }
}

/// (53): products with ∇²f are differences of gradients, columns of a symmetric matrix, and positive.
#[test]
fn the_hessian_is_the_slope_of_the_gradient() -> Result<(), Error> {
    let loss = cancer(0.01);
    let at = DVector::from_fn(31, |i, _| 0.4 * (1.7 * i as f64).sin());
    let hessian = loss.hessian(&at)?;
    assert_eq!(hessian, hessian.transpose());
    let mut product = at.clone();
    for component in 0..31 {
        let direction = DVector::from_fn(31, |i, _| f64::from(i == component));
        loss.hessian_product(&at, &direction, &mut product);
        assert!((&product - hessian.column(component)).norm() < 1e-14);
        let h = 1e-4;
        let difference = |h: f64| {
            (slope(&loss, &(&at + h * &direction)) - slope(&loss, &(&at - h * &direction)))
                / (2.0 * h)
        };
        // Richardson: of fourth order.
        let fine = (4.0 * difference(h / 2.0) - difference(h)) / 3.0;
        assert!(
            (&product - &fine).norm() < 1e-10 * product.norm(),
            "{component}"
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// (53): μ ≤ ∇²f(w) ≤ L at every w and on every table; and L is reached at w = 0.
    #[test]
    fn the_bounds_hold_everywhere_and_are_tight((loss, weights) in problems()) {
        let (mu, l) = loss.bounds();
        prop_assert_eq!(mu, loss.ridge());
        for scale in [0.0, 0.1, 1.0, 10.0] {
            let (low, high) = loss.curvatures(&(scale * &weights))?;
            prop_assert!(mu - 1e-14 * l <= low && high <= l * (1.0 + 1e-14), "{low} {high} not in {mu}, {l}");
        }
        let (_, steepest) = loss.curvatures(&DVector::zeros(weights.len()))?;
        prop_assert!((steepest - l).abs() <= 1e-14 * l, "{steepest} {l}");
    }

    /// Where an eigenvalue is known without eigenvalues: on one row, L = |a|²/4 + λ.
    #[test]
    fn one_row_has_its_own_bound(row in vec(-9.0..9.0, 1..6), ridge in 0.0..1.0) {
        let squares: f64 = row.iter().map(|x| x * x).sum();
        let loss = LogisticRegression::new(Features::from_rows([row])?, &[true], ridge)?;
        let (_, l) = loss.bounds();
        prop_assert!((l - squares / 4.0 - ridge).abs() <= 1e-13 * l.max(1.0), "{l}");
    }

    /// (33) with the L of (53): Φ = f + β|v|²/2α falls by the bound at every step.
    #[test]
    fn momentum_descends_with_the_computed_bound((loss, weights) in problems(), beta in 0.0..0.99, part in 0.01..1.0) {
        let (_, l) = loss.bounds();
        prop_assume!(l > 1e-6);
        let rule = Momentum::new(part * 2.0 * (1.0 - beta) / l, beta)?;
        let mut before = None;
        for at in rule.iterates(&loss, weights).take(40) {
            let energy = rule.lyapunov(&loss, &at);
            if let Some(before) = before {
                let fall = rule.lyapunov_descent(l) * at.velocity.norm_squared();
                prop_assert!(energy <= before - fall + 1e-13 * before, "{energy} {before} {fall}");
            }
            before = Some(energy);
        }
    }
}

/// Newton's method, from outside: the minimum of all 569 rows at λ = 0.01.
fn minimum(loss: &LogisticRegression) -> DVector<f64> {
    let mut weights = DVector::zeros(31);
    for _ in 0..20 {
        let step = loss.hessian(&weights).unwrap().cholesky().unwrap();
        weights -= step.solve(&slope(loss, &weights));
    }
    weights
}

/// scikit-learn 1.9.1 (newton-cholesky, tolerance 1e-14) and scipy 1.17.1 (BFGS) on the same table, and numpy 2.4.6 for the
/// eigenvalues: loss* = 0.10044630378120, 561 of 569 rows right.
#[test]
fn the_minimum_is_that_of_other_programs() -> Result<(), Error> {
    let loss = cancer(0.01);
    let best = minimum(&loss);
    assert!(slope(&loss, &best).norm() < 1e-15);
    let value = loss.value(&best);
    assert!((value - 0.100446303781206).abs() < 1e-14, "{value:.16}");
    for (index, expected) in [
        (0, -0.4012312523779),
        (20, -0.6355120947778),
        (30, 0.3453253602079),
    ] {
        assert!((best[index] - expected).abs() < 1e-10, "{}", best[index]);
    }
    assert_eq!(loss.accuracy(&best)?, 561.0 / 569.0);
    let (mu, l) = loss.bounds();
    assert!(mu == 0.01 && (l - 3.330401920564479).abs() < 1e-13, "{l}");
    let (low, high) = loss.curvatures(&best)?;
    assert!((low - 0.0100020275608).abs() < 1e-13 && (high - 0.222002373744457).abs() < 1e-13);
    // The probabilities of a minimum with an intercept: their mean misses that of the classes by the ridge on it alone.
    let rows = loss
        .features()
        .iter()
        .map(|row| loss.probability(&best, row));
    let mean = rows.sum::<Result<f64, Error>>()? / 569.0;
    assert!(
        (mean - 357.0 / 569.0 + 0.01 * best[30]).abs() < 1e-14,
        "{mean}"
    );
    Ok(())
}

/// (53): the rules tuned to the bounds reach that minimum; Nesterov's at least as fast as (1 − 1/√κ)ᵏ promises.
#[test]
fn rules_tuned_to_the_bounds_arrive() -> Result<(), Error> {
    let loss = cancer(0.01);
    let best = minimum(&loss);
    let (mu, l) = loss.bounds();
    let start = DVector::zeros(31);
    let end = Momentum::optimal(mu, l)?
        .iterates(&loss, start.clone())
        .after(250)?;
    assert!(loss.divergence(&end.position, &best)? < 1e-20);
    let slowly = GradientDescent::optimal(mu, l)?
        .iterates(&loss, start.clone())
        .after(200)?;
    assert!(loss.divergence(&slowly.position, &best)? > 1e-5);

    let rate = 1.0 - (mu / l).sqrt();
    let first = loss.divergence(&start, &best)? + 0.5 * mu * best.norm_squared();
    for (k, at) in Nesterov::standard(mu, l)?
        .iterates(&loss, start)
        .take(300)
        .enumerate()
    {
        let gap = loss.divergence(&at.position, &best)?;
        assert!(
            gap <= first * rate.powi(k as i32) * (1.0 + 1e-9),
            "{k}: {gap}"
        );
    }
    Ok(())
}

/// No gradient allocates.
#[test]
fn a_gradient_allocates_nothing() {
    let loss = cancer(0.01);
    let at = DVector::from_element(31, 0.1);
    let (mut gradient, direction) = (at.clone(), at.clone());
    let counted = allocation_counter::measure(|| {
        loss.gradient(&at, &mut gradient);
        loss.hessian_product(&at, &direction, &mut gradient);
        assert!(loss.value(&at) > 0.0);
    });
    assert_eq!(counted.count_total, 0);
}

/// With a ridge one class alone has a minimum: that of a w with λw = σ(−w).
#[test]
fn one_class_is_well_posed_with_a_ridge() -> Result<(), Error> {
    let loss = LogisticRegression::new(Features::from_rows([[1.0], [1.0]])?, &[true, true], 0.5)?;
    let (mu, l) = loss.bounds();
    let end = Momentum::optimal(mu, l)?
        .iterates(&loss, dvector![0.0])
        .after(200)?
        .position[0];
    assert!((0.5 * end - 1.0 / (1.0 + end.exp())).abs() < 1e-15 && end > 0.5);
    assert_eq!(loss.accuracy(&dvector![end])?, 1.0);
    // A row on the boundary is on no side.
    assert_eq!(loss.accuracy(&dvector![0.0])?, 0.0);
    Ok(())
}
