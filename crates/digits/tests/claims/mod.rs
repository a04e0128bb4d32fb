//! What theory says of a short study; the tests of each framework call it.

use heavyball_digits::{Extent, Loss, Model, Network, Study, difference_from_reference};
use std::path::Path;

/// One study for all claims, since it takes seconds; and once more, with the same bits.
pub(crate) fn hold_in_a_short_study<M: Model>(framework: &str, folder: &Path) {
    let run = || Study::run::<M>(framework, Extent::SHORT).unwrap();
    let study = run();
    momentum_follows_gradient_descent(&study);
    the_same_ball_trains_alike(&study);
    curvature_rises_to_the_edge(&study);
    noise_is_a_temperature(&study);
    steps_are_those_of_the_rule(&study);
    files_are_complete(&study, folder);
    assert!(study == run(), "a second run has other bits");
}

/// Losses and gradients are those of NumPy, up to rounding in f32.
pub(crate) fn networks_are_those_of_the_reference<M: Model>() {
    for network in Network::ALL {
        for loss in [Loss::CrossEntropy, Loss::HalfSquares] {
            let off = difference_from_reference::<M>(network, loss).unwrap();
            assert!(off < 2e-5, "{network:?} {loss:?}: {off:e}");
        }
    }
}

/// Derivation (10): at one α/(1 − β) momentum and Nesterov's rule have the losses of gradient descent.
fn momentum_follows_gradient_descent(study: &Study) {
    let of_two_layers = &study.comparisons[0];
    for rule in [1, 2] {
        let logarithm = of_two_layers.ratio(rule, 0).mean;
        // Ten iterations of memory in 150. With α instead of α/(1 − β) it would be above 1.
        assert!((0.0..0.15).contains(&logarithm), "{rule}: {logarithm}");
    }
    for comparison in &study.comparisons {
        for rule in 0..comparison.rules.len() {
            let last = comparison.last(rule, |epoch| epoch.training.loss).mean;
            assert!(last < 10.0_f64.ln(), "{rule} learns nothing: {last}");
        }
    }
}

/// Derivation (48): ten times the learning rate for the same ball changes little, alone much.
fn the_same_ball_trains_alike(study: &Study) {
    let (same, alone) = (
        study.rescaling.distance(1).mean,
        study.rescaling.distance(2).mean,
    );
    assert!(same < 0.03 && alone > 10.0 * same, "{same} {alone}");
}

/// Derivation (49): the largest curvature rises to the edge of its rule, with and without momentum in it, and not far beyond.
fn curvature_rises_to_the_edge(study: &Study) {
    // The two rules that get there within a short study.
    for rule in &study.edge.rules[2..] {
        for run in &rule.seeds {
            let largest = run
                .iter()
                .map(|(_, q, _)| q / rule.edge)
                .fold(0.0, f64::max);
            let first = run.first().unwrap().1 / rule.edge;
            assert!(
                (0.5..0.75).contains(&first),
                "{}: starts at {first}",
                rule.name
            );
            assert!((0.95..1.25).contains(&largest), "{}: {largest}", rule.name);
        }
    }
}

/// Derivations (89) and (91): T falls as 1/B − 1/n and has the size that single rows predict, and so has the motion.
fn noise_is_a_temperature(study: &Study) {
    let temperature = &study.temperature;
    for (number, (size, _)) in temperature.sizes.iter().enumerate() {
        let halves = temperature
            .over_seeds(number, |warm| warm.of_halves / warm.predicted)
            .mean;
        assert!((0.85..1.15).contains(&halves), "{size}: {halves}");
        let kinetic = temperature.over_seeds(number, |warm| {
            warm.kinetic / (warm.predicted + warm.of_fall)
        });
        assert!(
            (0.75..1.25).contains(&kinetic.mean),
            "{size}: {}",
            kinetic.mean
        );
    }
    let slope = temperature.slope(study.rows).mean;
    assert!((slope - 1.0).abs() < 0.05, "{slope}");
}

/// Each step is that of the rule that the monitor was told.
fn steps_are_those_of_the_rule(study: &Study) {
    for row in study.monitored.rows() {
        assert!(row.mismatch().is_none_or(|off| off < 1e-3));
        assert_eq!(row.over_edge(), 0);
    }
}

/// The figure is written, with its size; every seed and epoch is in the files.
fn files_are_complete(study: &Study, folder: &Path) {
    study.write(folder).unwrap();
    let image = std::fs::read(folder.join("digits.png")).unwrap();
    // The header chunk of a PNG has width and height.
    let number = |at: usize| u32::from_be_bytes(image[at..at + 4].try_into().unwrap());
    assert_eq!(
        (&image[..4], number(16), number(20)),
        (&b"\x89PNG"[..], 1500, 1500)
    );
    let Extent {
        seeds,
        epochs_of_two_layers: two,
        epochs_of_convolutional: other,
        ..
    } = study.extent;
    let lines = |name: &str| {
        std::fs::read_to_string(folder.join(name))
            .unwrap()
            .lines()
            .count()
    };
    assert_eq!(lines("rules.csv"), 1 + 4 * seeds * (two + other));
    assert_eq!(lines("rescaling.csv"), 1 + 3 * seeds * two);
    assert_eq!(lines("temperature.csv"), 1 + 6 * seeds);
}
