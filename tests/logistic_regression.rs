//! Ridge logistic regression: its value, gradient and Hessian, the bounds μ and L, and what they are good for:
//! Derivation (53). And the reader of the example's table.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up should fail"
)]
#![allow(
    clippy::excessive_precision,
    reason = "recorded numbers keep the digits they were printed with"
)]

#[path = "../examples/logistic_regression/data.rs"]
mod data;

use data::Table;
use heavyball::potentials::{Features, Standardisation};
use heavyball::prelude::*;
use nalgebra::{DMatrix, DVector, Dyn, dvector};
use num_dual::{Dual64, DualNum};
use proptest::collection::vec;
use proptest::prelude::*;

const CANCER: &str = include_str!("../examples/data/breast_cancer.csv");

/// The whole table, standardised, with an intercept.
fn cancer(ridge: f64) -> LogisticRegression {
    let table = Table::read(CANCER.as_bytes()).unwrap();
    let raw = Features::from_rows(&table.rows).unwrap();
    let standardised = Standardisation::of(&raw).unwrap().apply(&raw).unwrap();
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

    /// The Bregman divergence is the difference of its definition, and keeps its digits where that has none.
    #[test]
    fn the_divergence_is_its_definition((loss, weights) in problems(), direction in vec(-1.0..1.0, 5)) {
        let direction = DVector::from_iterator(weights.len(), direction.into_iter().take(weights.len()));
        for scale in [1e-9, 1e-4, 0.9, 40.0] {
            let there = &weights + scale * &direction;
            let found = loss.divergence(&there, &weights)?;
            if scale > 0.5 {
                let expected = loss.value(&there) - loss.value(&weights) - slope(&loss, &weights).dot(&(&there - &weights));
                let terms = loss.value(&there) + loss.value(&weights) + slope(&loss, &weights).norm() * scale;
                prop_assert!((found - expected).abs() <= 1e-13 * terms + 1e-10 * expected, "{scale}: {found} {expected}");
            } else {
                // ½ dᵀ∇²f d up to the third order.
                let step = &there - &weights;
                let expected = 0.5 * step.dot(&(loss.hessian(&weights)? * &step));
                prop_assert!((found - expected).abs() <= (1e-10 + 20.0 * scale) * expected, "{scale}: {found} {expected}");
            }
        }
    }
}

/// Rows far on either side in closed form: log(1 + e^−(m + δ)) − log(1 + e^−m) + δ/(1 + eᵐ), where no digit is lost.
#[test]
fn the_divergence_survives_huge_margins() -> Result<(), Error> {
    let between = |to: f64, from: f64| single(true).divergence(&dvector![to], &dvector![from]);
    assert_eq!(between(0.0, 0.0)?, 0.0);
    assert!((between(-1e4, 1e4)? / 1e4 - 1.0).abs() < 1e-15);
    assert!((between(1e4, -1e4)? / 1e4 - 1.0).abs() < 1e-15);
    // From −30 to 0: ln 2 + 30 − … = ln 2 − 30·σ(−30) − log(1 + e⁻³⁰).
    let small = (-30.0_f64).exp();
    let expected = 2.0_f64.ln() - 30.0 * small / (1.0 + small) - small.ln_1p();
    assert!((between(0.0, -30.0)? / expected - 1.0).abs() < 1e-14);
    assert!((between(0.0, 30.0)? / expected - 1.0).abs() < 1e-14);
    // Both branches for small differences agree where they meet: ½pq(δ² − (p − q)δ³/3 + …).
    for margin in [-3.0, -0.5, 0.0, 2.0, 20.0] {
        let (inside, outside) = (
            between(margin + 0.999e-5, margin)?,
            between(margin + 1.001e-5, margin)?,
        );
        assert!(
            (outside / inside - (1.001_f64 / 0.999).powi(2)).abs() < 1e-7,
            "{margin}"
        );
    }
    Ok(())
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

/// The training set's columns get mean 0 and variance 1, also beside a huge offset; a held-out row its own numbers.
#[test]
fn standardised_columns_have_mean_0_and_variance_1() -> Result<(), Error> {
    let table = Table::read(CANCER.as_bytes()).unwrap();
    let raw = Features::from_rows(&table.rows)?;
    let (training, held_out) = table.rows.split_at(400);
    let standardisation = Standardisation::of(&Features::from_rows(training)?)?;
    let applied = standardisation.apply(&Features::from_rows(training)?)?;
    assert_eq!((applied.rows(), applied.columns()), (400, 30));
    for column in 0..30 {
        let entries: Vec<f64> = applied.iter().map(|row| row[column]).collect();
        let mean = entries.iter().sum::<f64>() / 400.0;
        let variance = entries.iter().map(|x| x * x).sum::<f64>() / 400.0;
        assert!(
            mean.abs() < 1e-14 && (variance - 1.0).abs() < 1e-13,
            "{column}: {mean} {variance}"
        );
    }
    let by_hand = (held_out[0][3] - standardisation.means()[3]) / standardisation.deviations()[3];
    assert_eq!(standardisation.apply(&raw)?.row(400).unwrap()[3], by_hand);

    // scikit-learn 1.9.1's StandardScaler on the three rows: exact here, 1e9 away from 0 as at it.
    for offset in [0.0, 1e9] {
        let near = Features::from_rows([[offset + 1.0], [offset + 2.0], [offset + 6.0]])?;
        let standardisation = Standardisation::of(&near)?;
        assert_eq!(standardisation.means(), [offset + 3.0]);
        assert!((standardisation.deviations()[0] - (14.0_f64 / 3.0).sqrt()).abs() < 1e-15);
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

#[test]
fn tables_that_are_none_are_refused() {
    let rows: [[f64; 1]; 0] = [];
    assert_eq!(
        Features::from_rows(rows),
        Err(Error::Empty {
            name: "table of features"
        })
    );
    assert_eq!(
        Features::from_rows([[0.0; 0]]),
        Err(Error::Empty {
            name: "first row of the features"
        })
    );
    let ragged = Features::from_rows([vec![1.0, 2.0], vec![1.0, 2.0], vec![3.0]]);
    let error = Error::RaggedRow {
        row: 2,
        expected: 2,
        found: 1,
    };
    assert_eq!(ragged, Err(error.clone()));
    assert!(error.to_string().contains("row 2") && error.to_string().contains("1 entries where 2"));
    for value in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        let error = Features::from_rows([[0.0, 1.0], [2.0, value]]).unwrap_err();
        assert!(
            matches!(
                error,
                Error::NonFiniteEntry {
                    row: 1,
                    column: 1,
                    ..
                }
            ),
            "{error}"
        );
        assert!(
            error
                .to_string()
                .contains(&format!("row 1, column 1 is {value}"))
        );
    }
}

#[test]
fn losses_that_are_none_are_refused() -> Result<(), Error> {
    let table = || Features::from_rows([[1.0, 2.0], [3.0, 5.0]]);
    let mismatch = LogisticRegression::new(table()?, &[true], 0.1).unwrap_err();
    assert_eq!(
        mismatch,
        Error::DimensionMismatch {
            name: "vector of classes",
            expected: 2,
            found: 1
        }
    );
    for ridge in [-1e-3, f64::NAN, f64::INFINITY] {
        let error = LogisticRegression::new(table()?, &[true, false], ridge).unwrap_err();
        assert!(
            matches!(error, Error::Negative { name: "ridge", .. }),
            "{error}"
        );
    }
    let huge = Features::from_rows([[1.0, 2.0], [3.0, -1e200]])?;
    let error = LogisticRegression::new(huge.clone(), &[true, false], 0.1).unwrap_err();
    assert_eq!(
        error,
        Error::FeaturesTooLarge {
            column: 1,
            largest: 1e200
        }
    );
    assert!(error.to_string().contains("column 1") && error.to_string().contains("1e200"));
    assert_eq!(Standardisation::of(&huge).unwrap_err(), error);

    // 0.1 + 0.1 + 0.1 is not 3 · 0.1: the deviation of equal entries need not round to 0.
    let constant = Features::from_rows([[1.0, 0.1], [2.0, 0.1], [3.0, 0.1]])?;
    let error = Standardisation::of(&constant).unwrap_err();
    assert_eq!(
        error,
        Error::ConstantColumn {
            column: 1,
            value: 0.1
        }
    );
    assert!(error.to_string().contains("column 1") && error.to_string().contains("0.1"));
    let wide = Features::from_rows([[1.0, 2.0, 3.0]])?;
    let error = Standardisation::of(&table()?)?.apply(&wide).unwrap_err();
    assert_eq!(
        error,
        Error::RaggedRow {
            row: 0,
            expected: 2,
            found: 3
        }
    );
    let far = Features::from_rows([[1e308, 0.0]])?;
    let close = Features::from_rows([[0.0, 0.0], [0.1, 1.0]])?;
    let error = Standardisation::of(&close)?.apply(&far).unwrap_err();
    assert!(
        matches!(
            error,
            Error::NonFiniteEntry {
                row: 0,
                column: 0,
                ..
            }
        ),
        "{error}"
    );
    Ok(())
}

#[test]
fn weights_that_do_not_fit_are_refused() -> Result<(), Error> {
    let loss = LogisticRegression::new(Features::from_rows([[1.0, 2.0]])?, &[true], 0.1)?;
    let (long, nan) = (dvector![1.0, 2.0, 3.0], dvector![1.0, f64::NAN]);
    let fitting = dvector![0.0, 0.0];
    type Question = fn(&LogisticRegression, &DVector<f64>, &DVector<f64>) -> Result<(), Error>;
    let all: [Question; 6] = [
        |loss, w, _| loss.curvatures(w).map(drop),
        |loss, w, _| loss.hessian(w).map(drop),
        |loss, w, _| loss.accuracy(w).map(drop),
        |loss, w, _| loss.probability(w, &[0.0, 0.0]).map(drop),
        |loss, w, fitting| loss.divergence(w, fitting).map(drop),
        |loss, w, fitting| loss.divergence(fitting, w).map(drop),
    ];
    for ask in all {
        let found = ask(&loss, &long, &fitting).unwrap_err();
        assert!(
            matches!(
                found,
                Error::DimensionMismatch {
                    expected: 2,
                    found: 3,
                    ..
                }
            ),
            "{found}"
        );
        let found = ask(&loss, &nan, &fitting).unwrap_err();
        assert!(
            matches!(found, Error::NonFiniteComponent { component: 1, .. }),
            "{found}"
        );
    }
    let row = loss.probability(&fitting, &[1.0]).unwrap_err();
    assert_eq!(
        row,
        Error::DimensionMismatch {
            name: "row",
            expected: 2,
            found: 1
        }
    );
    let run = Momentum::new(0.1, 0.5)?
        .iterates(&loss, long)
        .after(1)
        .unwrap_err();
    assert!(
        matches!(
            run,
            Error::DimensionMismatch {
                expected: 2,
                found: 3,
                ..
            }
        ),
        "{run}"
    );
    // ∇²f has the dimension of w in every form.
    assert_eq!(loss.hessian(&fitting)?.shape(), (2, 2));
    let _: &dyn Potential<f64, Dyn> = &loss;
    assert_eq!(
        loss.hessian(&fitting)?,
        DMatrix::from_row_slice(2, 2, &[0.35, 0.5, 0.5, 1.1])
    );
    Ok(())
}

#[test]
fn the_table_is_read_whole() {
    let table = Table::read(CANCER.as_bytes()).unwrap();
    assert_eq!((table.rows.len(), table.classes.len()), (569, 569));
    assert!(table.rows.iter().all(|row| row.len() == 30));
    assert_eq!(table.names, ["malignant", "benign"].map(String::from));
    // 357 benign and 212 malignant, as the repository says.
    assert_eq!(table.classes.iter().filter(|benign| **benign).count(), 357);
    assert_eq!(
        (table.rows[0][0], table.rows[568][28], table.classes[568]),
        (17.99, 0.2871, true)
    );
}

/// A table that is none says in which line, and what is needed.
#[test]
fn malformed_tables_name_their_line() {
    let rows = "1,2,0\n3,4,1\n5,6,0\n7,8,1\n1,1,0\n2,2,1\n3,3,0\n4,4,1\n";
    let table = |header: &str, rows: &str| Table::read(format!("{header}\n{rows}").as_bytes());
    assert_eq!(table("8,2,no,yes", rows).unwrap().rows.len(), 8);
    let broken = |from: &str, to: &str| rows.replacen(from, to, 1);
    for (header, rows, expected) in [
        (
            "8,2,no,yes",
            broken("5,6,0", "5,0"),
            "line 4: 2 fields where 3 are needed, 2 features and the class",
        ),
        (
            "8,2,no,yes",
            broken("5,6,0", "5,6,7,0"),
            "line 4: 4 fields where 3 are needed",
        ),
        (
            "8,2,no,yes",
            broken("3,4,1", "3,four,1"),
            "line 3, field 2: \"four\" is not a finite number",
        ),
        (
            "8,2,no,yes",
            broken("3,4,1", ",4,1"),
            "line 3, field 1: \"\" is not a finite number",
        ),
        (
            "8,2,no,yes",
            broken("3,4,1", "inf,4,1"),
            "line 3, field 1: \"inf\" is not a finite number",
        ),
        (
            "8,2,no,yes",
            broken("7,8,1", "7,8,2"),
            "line 5: the class is \"2\", it must be 0 or 1",
        ),
        (
            "8,2,no,yes",
            broken("7,8,1", "7,8,1.0"),
            "line 5: the class is \"1.0\"",
        ),
        (
            "9,2,no,yes",
            rows.to_owned(),
            "line 1: the header announces 9 rows, but 8 follow",
        ),
        (
            "8,2,no,yes",
            broken("7,8,1\n", ""),
            "line 1: the header announces 8 rows, but 7 follow",
        ),
        (
            "8,2,no,yes",
            format!("{rows}9,9,0\n"),
            "line 1: the header announces 8 rows, but 9 follow",
        ),
        (
            "8,3,no,yes",
            rows.to_owned(),
            "line 2: 3 fields where 4 are needed, 3 features and the class",
        ),
        ("8,2,no", rows.to_owned(), "line 1: \"8,2,no\" is no header"),
        (
            "8,two,no,yes",
            rows.to_owned(),
            "line 1: \"8,two,no,yes\" is no header",
        ),
        (
            "8,0,no,yes",
            rows.to_owned(),
            "line 1: \"8,0,no,yes\" is no header",
        ),
    ] {
        let message = table(header, &rows).unwrap_err().to_string();
        assert!(message.starts_with(expected), "{message}\n{expected}");
    }
    let empty = Table::read(&b""[..]).unwrap_err().to_string();
    assert!(empty.contains("the file is empty"), "{empty}");
    let binary = Table::read(&b"8,2,no,yes\n1,2,0\n\xff,2,0\n"[..])
        .unwrap_err()
        .to_string();
    assert_eq!(binary, "line 3: the text is not UTF-8");
}
