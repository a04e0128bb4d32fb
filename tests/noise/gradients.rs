//! Stochastic gradients: their moments, what they are without noise, and the stationary state that rules reach on them,
//! Derivation (90) and (92).

use heavyball::error::{DataError, ParameterError, VectorError};
use heavyball::frameworks::{Convention, Sgd};
use heavyball::optimizers::Accelerated;
use heavyball::potentials::{
    Features, FiniteSum, Minibatches, NoisyGradient, Sampling, finite_sum, from_fn,
    gradient_covariance,
};
use heavyball::prelude::*;
use heavyball::study::temperature::{NoisyMode, Stationary};
use heavyball::{Cosine, LogisticRegression};
use nalgebra::{Const, DMatrix, DVector, Vector1, Vector2, dmatrix, dvector, matrix, vector};

/// Rows of features with two classes, none of them special.
fn regression() -> LogisticRegression {
    let number = |i: usize, j: usize| ((i * 37 + j * 101 + 11) % 97) as f64 / 48.0 - 1.0;
    let rows = (0..53).map(|i| [number(i, 0), number(i, 1), number(i, 2)]);
    let classes: Vec<bool> = (0..53).map(|i| number(i, 3) + number(i, 0) > 0.0).collect();
    LogisticRegression::new(Features::from_rows(rows).unwrap(), &classes, 0.02).unwrap()
}

fn gradient_at<P: Potential<f64, D>, D: nalgebra::Dim>(
    f: &P,
    k: usize,
    x: &nalgebra::OVector<f64, D>,
) -> nalgebra::OVector<f64, D>
where
    nalgebra::DefaultAllocator: nalgebra::allocator::Allocator<D>,
{
    let mut slot = x.clone();
    f.gradient_at_step(0, k, x, &mut slot);
    slot
}

/// Without noise, σ = 0 or all terms at once, every rule and every line of a framework has the bits of the deterministic run.
#[test]
fn without_noise_the_runs_are_the_same_bits() {
    let loss = regression();
    let start = || dvector![0.3, -0.0, 1.0];
    let silent = NoisyGradient::isotropic(&loss, 0.0, 1).unwrap();
    let zeros = NoisyGradient::diagonal(&loss, &dvector![0.0, 0.0, 0.0], 1).unwrap();
    let none = NoisyGradient::full(&loss, &DMatrix::zeros(3, 3), 1).unwrap();
    let whole = Minibatches::new(&loss, 53, Sampling::Reshuffled, 1).unwrap();
    let all = Minibatches::new(&loss, 53, Sampling::WithoutReplacement, 1).unwrap();
    let sources: [&dyn Potential<f64, nalgebra::Dyn>; 5] = [&silent, &zeros, &none, &whole, &all];
    let bits = |iterate: &Iterate<f64, nalgebra::Dyn>| -> Vec<u64> {
        iterate
            .position
            .iter()
            .chain(iterate.velocity.iter())
            .map(|x| x.to_bits())
            .collect()
    };
    for source in sources {
        macro_rules! same {
            ($rule:expr) => {
                let rule = $rule;
                let noisy = rule.iterates(source, start()).after(60).unwrap();
                let exact = rule.iterates(&loss, start()).after(60).unwrap();
                assert_eq!(bits(&noisy), bits(&exact));
            };
        }
        same!(GradientDescent::new(0.3).unwrap());
        same!(Momentum::new(0.3, 0.8).unwrap());
        same!(Nesterov::new(0.3, 0.8).unwrap());
        same!(Accelerated::new(0.3, 0.8, 0.4).unwrap());
        same!(Momentum::scheduled(Cosine::new(0.3, 0.1, 50).unwrap(), 0.8));
        let keras = Sgd::new(Convention::Keras { nesterov: true }, 0.3, 0.8).unwrap();
        let (noisy, exact) = (
            keras.run(source, start()).nth(60),
            keras.run(&loss, start()).nth(60),
        );
        assert!(noisy.is_some() && noisy == exact);
    }
}

/// The noise has the covariance that was given, mean 0, and no correlation between steps and between members: each of these
/// means within 5 standard errors.
#[test]
fn additive_noise_has_its_covariance() {
    let flat = from_fn(|_: &Vector2<f64>| 0.0, |_| vector![0.0, 0.0]);
    let covariance = matrix![2.0, -1.2; -1.2, 1.0];
    let given = dmatrix![2.0, -1.2; -1.2, 1.0];
    let source = NoisyGradient::full(&flat, &given, 5).unwrap();
    let other = source.clone().of_member(1);
    let count = 200_000;
    let at = |source: &NoisyGradient<_>, k| gradient_at(source, k, &vector![0.0, 0.0]);
    let (mut mean, mut square, mut lag, mut between) = (
        Vector2::zeros(),
        nalgebra::Matrix2::zeros(),
        nalgebra::Matrix2::zeros(),
        nalgebra::Matrix2::zeros(),
    );
    for k in 0..count {
        let now = at(&source, k);
        mean += now;
        square += now * now.transpose();
        lag += now * at(&source, k + 1).transpose();
        between += now * at(&other, k).transpose();
    }
    let n = count as f64;
    for i in 0..2 {
        assert!((mean[i] / n).abs() < 5.0 * (covariance[(i, i)] / n).sqrt());
        for j in 0..2 {
            let product = covariance[(i, i)] * covariance[(j, j)];
            let error = ((product + covariance[(i, j)].powi(2)) / n).sqrt();
            assert!(
                (square[(i, j)] / n - covariance[(i, j)]).abs() < 5.0 * error,
                "{square}"
            );
            assert!((lag[(i, j)] / n).abs() < 5.0 * (product / n).sqrt());
            assert!((between[(i, j)] / n).abs() < 5.0 * (product / n).sqrt());
        }
    }
    // Its own normals: diagonal noise is σᵢ times those of isotropic noise.
    let unit = NoisyGradient::isotropic(&flat, 1.0, 5).unwrap();
    let scaled = NoisyGradient::diagonal(&flat, &vector![4.0, 0.25], 5).unwrap();
    for k in 0..50 {
        assert_eq!(
            at(&scaled, k),
            at(&unit, k).component_mul(&vector![2.0, 0.5])
        );
    }
}

/// Derivation (95): every way of drawing has batches of the right size with the right terms: no repetition without replacement, an epoch that has
/// each term once, each term equally often, and the covariance that `factor` says, within 5 standard errors.
#[test]
fn batches_are_drawn_as_announced() {
    let values: Vec<f64> = (0..7).map(|i| f64::from(i * i) - 13.0).collect(); // of mean 0
    assert_eq!(values.iter().sum::<f64>(), 0.0);
    let slope = |i: usize| values.get(i).copied().unwrap_or(f64::NAN);
    let sum = finite_sum(
        7,
        |i, x: &Vector1<f64>| slope(i) * x.x,
        |i, _, slot| slot.x += slope(i),
    )
    .unwrap();
    let variance = gradient_covariance(&sum, &vector![0.0]).unwrap()[(0, 0)];
    let by_hand = values.iter().map(|v| v * v).sum::<f64>() / 7.0;
    assert!((variance / by_hand - 1.0).abs() < 1e-14);
    for sampling in Sampling::ALL {
        let batches = Minibatches::new(&sum, 3, sampling, 11).unwrap();
        let (count, mut seen, mut pairs) = (42_000, [0_usize; 7], 0_usize);
        let (mut square, mut fourth) = (0.0, 0.0);
        for k in 0..count {
            let terms = batches.terms_at(k);
            let short = sampling == Sampling::Reshuffled && k % 3 == 2;
            assert_eq!(terms.len(), if short { 1 } else { 3 });
            let mut sorted = terms.clone();
            sorted.sort_unstable();
            sorted.dedup();
            pairs += usize::from(sorted.len() < terms.len());
            terms.iter().for_each(|&term| seen[term] += 1);
            let gradient = gradient_at(&batches, k, &vector![0.7]).x;
            let mean = terms.iter().map(|&i| values[i]).sum::<f64>() / terms.len() as f64;
            assert!((gradient - mean).abs() < 1e-13);
            if !short {
                square += gradient.powi(2);
                fourth += gradient.powi(4);
            }
            // At the start of an epoch, what was dealt in the last one.
            if sampling == Sampling::Reshuffled && k % 3 == 2 {
                let mut epoch: Vec<usize> = (k - 2..=k).flat_map(|k| batches.terms_at(k)).collect();
                epoch.sort_unstable();
                assert_eq!(epoch, Vec::from_iter(0..7));
            }
        }
        assert_eq!(pairs > 0, sampling == Sampling::WithReplacement, "{pairs}");
        let drawn: usize = seen.iter().sum();
        for times in seen {
            let expected = drawn as f64 / 7.0;
            assert!(
                (times as f64 - expected).abs() < 5.0 * expected.sqrt(),
                "{seen:?}"
            );
        }
        let full = if sampling == Sampling::Reshuffled {
            count as f64 * 2.0 / 3.0
        } else {
            count as f64
        };
        let (measured, error) = (
            square / full,
            ((fourth / full - (square / full).powi(2)) / full).sqrt(),
        );
        let expected = variance * sampling.factor(7, 3).unwrap();
        assert!(
            (measured - expected).abs() < 5.0 * error,
            "{sampling:?} {measured} {expected} {error}"
        );
    }
}

/// A step depends on nothing but (seed, member, k): backward, in clones, in threads, and continued in the middle of an epoch.
#[test]
fn the_same_step_has_the_same_batch() {
    let loss = regression();
    for sampling in Sampling::ALL {
        let batches = Minibatches::new(&loss, 8, sampling, 3).unwrap();
        let forward: Vec<_> = (0..30).map(|k| batches.terms_at(k)).collect();
        let backward: Vec<_> = (0..30).rev().map(|k| batches.clone().terms_at(k)).collect();
        assert!(forward.iter().eq(backward.iter().rev()));
        assert!((0..30).rev().all(|k| batches.terms_at(k) == forward[k]));
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| assert!((0..30).all(|k| batches.terms_at(k) == forward[k])));
            }
        });
        assert_ne!(batches.clone().of_member(1).terms_at(0), forward[0]);
        assert_ne!(
            Minibatches::new(&loss, 8, sampling, 4).unwrap().terms_at(0),
            forward[0]
        );
        let rule = Nesterov::new(0.2, 0.7).unwrap();
        let whole = rule
            .iterates(&batches, DVector::zeros(3))
            .after(41)
            .unwrap();
        let half = rule
            .iterates(&batches, DVector::zeros(3))
            .after(17)
            .unwrap();
        let rest = rule
            .iterates(&batches, half.position)
            .with_velocity(half.velocity)
            .from_iteration(17);
        assert_eq!(rest.after(24).unwrap(), whole);
        let torch = Sgd::new(
            Convention::PyTorch {
                dampening: 0.0,
                nesterov: true,
            },
            0.2,
            0.7,
        )
        .unwrap();
        let whole = torch.run(&batches, DVector::zeros(3)).nth(41).unwrap();
        let half = torch.run(&batches, DVector::zeros(3)).nth(17).unwrap();
        assert_eq!(
            torch
                .resume(&batches, half.clone())
                .from_iteration(17)
                .nth(24),
            Some(whole)
        );
        let line = torch.scheduled(0.2, 0.7);
        let whole = line.run(&batches, DVector::zeros(3)).nth(41);
        assert_eq!(line.resume(&batches, half, 17).nth(24), whole);
    }
}

/// The batch of all rows in their order is the loss, and a batch is the loss of its rows, to rounding; in runs and alone.
#[test]
fn a_batch_of_rows_is_the_loss_of_these_rows() {
    let loss = regression();
    let x = dvector![0.4, -1.3, 2.0];
    let batch = [
        3, 3, 50, 0, 17, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34,
    ];
    let mut term = x.clone();
    let (mut mean, mut value) = (DVector::zeros(3), 0.0);
    for i in batch {
        loss.batch_gradient(&[i], &x, &mut term);
        mean += &term / batch.len() as f64;
        value += loss.batch_value(&[i], &x) / batch.len() as f64;
    }
    loss.batch_gradient(&batch, &x, &mut term);
    assert!((&term - &mean).norm() < 1e-15 && (loss.batch_value(&batch, &x) - value).abs() < 1e-15);
    let all: Vec<usize> = (0..53).collect();
    loss.batch_gradient(&all, &x, &mut term);
    loss.gradient(&x, &mut mean);
    assert_eq!(term, mean);
    assert_eq!(loss.batch_value(&all, &x), loss.value(&x));
}

/// The mean over `count` iterates of x², after as many as the slowest mode takes, and its standard error by 50 blocks.
fn measured(rule: Accelerated, curvature: f64, variance: f64, count: usize) -> (f64, f64) {
    let bowl = Quadratic::diagonal(vector![curvature]).unwrap();
    let source = NoisyGradient::isotropic(&bowl, variance, 2026).unwrap();
    let mut run = rule.iterates(&source, vector![0.0]);
    run.advance_by(count / 20, |_| {}).unwrap();
    let blocks: Vec<f64> = (0..50)
        .map(|_| {
            let mut sum = 0.0;
            run.advance_by(count / 50, |at| sum += at.position.x * at.position.x)
                .unwrap();
            sum / (count / 50) as f64
        })
        .collect();
    let mean = blocks.iter().sum::<f64>() / 50.0;
    let spread = blocks
        .iter()
        .map(|block| (block - mean).powi(2))
        .sum::<f64>()
        / 49.0;
    (mean, (spread / 50.0).sqrt())
}

/// Derivation (90): 10⁶ iterates of momentum and of Nesterov's rule have the stationary variance within 4 standard errors at 20
/// points of (αλ, β), up to the end of the stable αλ; where the standard error is below 2 %, the first-order temperature is
/// refuted at the large steps.
#[test]
fn runs_have_the_stationary_variance() {
    let mut refuted = 0;
    for beta in [0.0, 0.3, 0.6, 0.9] {
        for share in [0.02, 0.2, 0.5, 0.8, 0.97] {
            let alpha = 0.1;
            for look_ahead in [0.0, beta] {
                let end = 2.0 * (1.0 + beta) / (1.0 + 2.0 * look_ahead);
                let curvature = share * end / alpha;
                let rule = Accelerated::new(alpha, beta, look_ahead).unwrap();
                let predicted = NoisyMode::new(rule, curvature, 3.0)
                    .unwrap()
                    .stationary()
                    .unwrap()
                    .var_position;
                let (mean, error) = measured(rule, curvature, 3.0, 1_000_000);
                assert!(
                    error < 0.02 * predicted,
                    "{beta} {share}: {error} {predicted}"
                );
                assert!(
                    (mean - predicted).abs() < 4.0 * error,
                    "beta {beta}, share {share}: {mean} ± {error}, predicted {predicted}"
                );
                let first_order = rule.temperature(3.0).unwrap() / curvature;
                refuted += usize::from((mean - first_order).abs() > 4.0 * error);
            }
        }
    }
    assert!(refuted >= 30, "{refuted}");
}

/// Derivation (92): the loss that remains under noise of a full covariance on a full quadratic, within 4 standard errors.
#[test]
fn runs_have_the_stationary_loss() {
    let hessian = matrix![2.0, 0.7; 0.7, 1.0];
    let noise = dmatrix![1.0, -0.8; -0.8, 2.0];
    let bowl = Quadratic::symmetric(hessian).unwrap();
    let source = NoisyGradient::full(&bowl, &noise, 8).unwrap();
    let rule = Nesterov::new(0.3, 0.6).unwrap();
    let predicted = Stationary::of(rule, &dmatrix![2.0, 0.7; 0.7, 1.0], &noise)
        .unwrap()
        .excess_loss;
    let mut run = rule.iterates(&source, vector![0.0, 0.0]);
    run.advance_by(1000, |_| {}).unwrap();
    let blocks: Vec<f64> = (0..50)
        .map(|_| {
            let mut sum = 0.0;
            run.advance_by(10_000, |at| sum += bowl.value(&at.position))
                .unwrap();
            sum / 1e4
        })
        .collect();
    let mean = blocks.iter().sum::<f64>() / 50.0;
    let spread = blocks
        .iter()
        .map(|block| (block - mean).powi(2))
        .sum::<f64>()
        / 49.0;
    let error = (spread / 50.0).sqrt();
    assert!(
        (mean - predicted).abs() < 4.0 * error && error < 0.01 * predicted,
        "{mean} {error} {predicted}"
    );
}

/// Members of an ensemble have noise of their own: each has the bits of its run alone, in any number of threads, and the members
/// together have the stationary variance, Derivation (90).
#[cfg(feature = "parallel")]
#[test]
fn members_have_noise_of_their_own() {
    use heavyball::ensemble::Ensemble;
    let bowl = Quadratic::diagonal(vector![1.0, 5.0]).unwrap();
    let source = NoisyGradient::diagonal(&bowl, &vector![2.0, 3.0], 9).unwrap();
    let rule = Nesterov::new(0.1, 0.7).unwrap();
    let starts = vec![vector![0.0, 0.0]; 4000];
    let run = || {
        Ensemble::from_positions(rule, &source, starts.clone())
            .unwrap()
            .after(300)
            .unwrap()
    };
    let together = run();
    for threads in [1, 2, 3] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        assert_eq!(pool.install(run).states(), together.states());
    }
    for member in [0, 1, 95, 96, 1234, 3999] {
        let alone = rule
            .iterates(&source, starts[member])
            .of_member(member)
            .after(300)
            .unwrap();
        assert_eq!(together.states()[member], alone);
        let by_source = source.clone().of_member(member);
        assert_eq!(
            rule.iterates(&by_source, starts[member])
                .after(300)
                .unwrap(),
            alone
        );
    }
    for (i, (curvature, variance)) in [(1.0, 2.0), (5.0, 3.0)].into_iter().enumerate() {
        let predicted = NoisyMode::new(rule, curvature, variance)
            .unwrap()
            .stationary()
            .unwrap()
            .var_position;
        let squares = together
            .states()
            .iter()
            .map(|at| at.position[i].powi(2))
            .sum::<f64>()
            / 4000.0;
        // Normal: the variance of a mean of squares is 2/n of its square.
        let error = predicted * (2.0_f64 / 4000.0).sqrt();
        assert!(
            (squares - predicted).abs() < 4.0 * error,
            "{squares} {predicted}"
        );
    }
}

/// Derivation (96): reshuffled, the errors of an epoch cancel: on Σ ½(x − cᵢ)²/N, one term a step, gradient descent has at the ends of epochs the
/// variance α²s²(Σw² − (Σw)²/N)/(1 − ρ²ᴺ), with w = ρʲ, ρ = 1 − α and s² the sample variance of c, since the order of an epoch is
/// a random permutation; that is (αN)²/12 of what independent batches leave, and within 5 standard errors what is measured.
#[test]
fn an_epoch_cancels_its_noise() {
    let (count, alpha) = (20_usize, 0.01_f64);
    let center = |i: usize| (i * i % 17) as f64;
    let mean = (0..count).map(center).sum::<f64>() / count as f64;
    let squares = (0..count).map(|i| (center(i) - mean).powi(2)).sum::<f64>();
    let n = count as f64;
    let rho = 1.0 - alpha;
    let weights = || (0..count).map(|j| rho.powi(j as i32));
    let spread = weights().map(|w| w * w).sum::<f64>() - weights().sum::<f64>().powi(2) / n;
    let predicted =
        alpha * alpha * squares / (n - 1.0) * spread / (1.0 - rho.powi(2 * count as i32));
    let rule = GradientDescent::new(alpha).unwrap();
    let independent = NoisyMode::new(rule, 1.0, squares / n)
        .unwrap()
        .stationary()
        .unwrap()
        .var_position;
    let share = (alpha * n).powi(2) / 12.0;
    assert!((predicted / independent / share - 1.0).abs() < 0.1);
    let sum = finite_sum(
        count,
        |i, x: &Vector1<f64>| 0.5 * (x.x - center(i)).powi(2),
        |i, x, slot| slot.x += x.x - center(i),
    )
    .unwrap();
    let batches = Minibatches::new(&sum, 1, Sampling::Reshuffled, 4).unwrap();
    let mut run = rule.iterates(&batches, vector![mean]);
    run.advance_by(100 * count + 1, |_| {}).unwrap();
    let blocks: Vec<f64> = (0..40)
        .map(|_| {
            let mut square = 0.0;
            for _ in 0..500 {
                let mut end = f64::NAN;
                run.advance_by(count, |at| end = at.position.x).unwrap();
                square += (end - mean).powi(2);
            }
            square / 500.0
        })
        .collect();
    let measured = blocks.iter().sum::<f64>() / 40.0;
    let scatter = blocks
        .iter()
        .map(|block| (block - measured).powi(2))
        .sum::<f64>()
        / 39.0;
    let error = (scatter / 40.0).sqrt();
    assert!(
        (measured - predicted).abs() < 5.0 * error && error < 0.05 * predicted,
        "{measured} {error} {predicted}"
    );
}

/// Batches of nothing, of more than there is, variances that are none and covariances that are not positive are refused, with
/// their numbers; so is a position that does not fit.
#[test]
fn refusals() {
    let loss = regression();
    for batch in [0, 54, usize::MAX] {
        for sampling in Sampling::ALL {
            let error = Minibatches::new(&loss, batch, sampling, 1).unwrap_err();
            assert_eq!(
                error,
                Error::Data(DataError::BatchSize { batch, terms: 53 })
            );
            assert!(sampling.factor(53, batch).is_err());
        }
    }
    assert!(Sampling::Reshuffled.factor(0, 0).is_err());
    for variance in [-1e-300, f64::NAN, f64::INFINITY] {
        let refused = |error| matches!(error, Error::Parameter(ParameterError::Negative { .. }));
        assert!(refused(
            NoisyGradient::isotropic(DoubleWell, variance, 1).unwrap_err()
        ));
        assert!(refused(
            NoisyGradient::diagonal(DoubleWell, &vector![1.0, variance], 1).unwrap_err()
        ));
    }
    let error = NoisyGradient::full(DoubleWell, &dmatrix![1.0, 2.0; 2.0, 1.0], 1).unwrap_err();
    assert!(matches!(
        error,
        Error::Vector(VectorError::NotPositive { .. })
    ));
    let error = NoisyGradient::full(DoubleWell, &dmatrix![1.0, 2.0; 0.0, 1.0], 1).unwrap_err();
    assert!(matches!(
        error,
        Error::Vector(VectorError::AsymmetricMatrix { .. })
    ));
    let error = NoisyGradient::diagonal(DoubleWell, &DVector::zeros(0), 1).unwrap_err();
    assert!(matches!(error, Error::Vector(VectorError::Empty { .. })));
    let three = NoisyGradient::diagonal(DoubleWell, &vector![1.0, 1.0, 1.0], 1).unwrap();
    let error = Momentum::new(0.1, 0.5)
        .unwrap()
        .iterates(&three, vector![0.0, 0.0])
        .after(1)
        .unwrap_err();
    assert!(matches!(
        error,
        Error::Vector(VectorError::DimensionMismatch {
            expected: 3,
            found: 2,
            ..
        })
    ));
    let none = finite_sum::<Const<1>, _, _>(0, |_, _| 0.0, |_, _, _| ());
    assert!(matches!(
        none.err().unwrap(),
        Error::Vector(VectorError::Empty { .. })
    ));
}
