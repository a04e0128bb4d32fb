//! Any loop: no panic, an error with its iteration or finite numbers, and those of the definitions.

use crate::by_definition::Definition;
use heavyball_monitor::{Error, Monitor, Observation, Parameter, Rule};
use proptest::prelude::*;

/// What a loop hands over in one iteration.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) iteration: usize,
    pub(crate) loss: f64,
    pub(crate) rule: Rule,
    /// Parameters, and the gradients of two halves; without halves the second is not handed over.
    pub(crate) vectors: [Vec<Vec<f64>>; 3],
    pub(crate) halves: bool,
}

/// Numbers at which formulas break.
const SPECIAL: [f64; 14] = [
    0.0,
    -0.0,
    5e-324,
    1e-308,
    1e-160,
    1e-30,
    1e30,
    1e154,
    -1e160,
    1e300,
    f64::MAX,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
];

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        60 => -4.0..4.0,
        1 => prop::sample::select(&SPECIAL[..]),
        1 => any::<u64>().prop_map(f64::from_bits),
    ]
}

/// A rate, a decay, and the rules of frameworks that have neither.
fn rule() -> impl Strategy<Value = Rule> {
    let rate = prop_oneof![30 => 1e-4..2.0, 1 => number(), 1 => prop::sample::select(&SPECIAL[..])];
    let decay =
        prop_oneof![4 => Just(0.5), 4 => 0.0..1.0, 1 => -1.0..1.0, 1 => Just(1.0), 1 => number()];
    (rate, decay, any::<bool>()).prop_map(|(alpha, beta, nesterov)| Rule {
        alpha,
        beta,
        nesterov,
    })
}

/// The next iteration mostly, the same again, one of those after, or the last that there is.
fn gap() -> impl Strategy<Value = usize> {
    prop_oneof![20 => Just(1), 1 => Just(0), 2 => 2..9_usize, 1 => any::<usize>(), 1 => Just(usize::MAX)]
}

fn vectors(lengths: &[usize]) -> impl Strategy<Value = Vec<Vec<f64>>> + use<> {
    let slices: Vec<_> = lengths
        .iter()
        .map(|&length| prop::collection::vec(number(), length))
        .collect();
    let broken = prop::collection::vec(prop::collection::vec(number(), 0..4), 0..4);
    prop_oneof![30 => slices, 1 => broken]
}

/// A loop on slices of some lengths; half of the loops keep one rule.
fn calls() -> impl Strategy<Value = Vec<Call>> {
    let lengths = prop::collection::vec(0..7_usize, 1..4);
    (lengths, rule(), any::<bool>()).prop_flat_map(|(lengths, first, constant)| {
        let rules = if constant {
            Just(first).boxed()
        } else {
            rule().boxed()
        };
        let three = [vectors(&lengths), vectors(&lengths), vectors(&lengths)];
        let call = (gap(), number(), rules, three, any::<bool>());
        prop::collection::vec(call, 1..12).prop_map(|calls| {
            let mut iteration = 0_usize;
            calls
                .into_iter()
                .map(|(gap, loss, rule, vectors, halves)| {
                    iteration = iteration.saturating_add(gap);
                    Call {
                        iteration,
                        loss,
                        rule,
                        vectors,
                        halves,
                    }
                })
                .collect()
        })
    })
}

fn handed_over<T: Parameter>(monitor: &mut Monitor<T>, call: &Call) -> Result<Observation, Error>
where
    f64: To<T>,
{
    let vectors = call.vectors.each_ref().map(|slices| {
        let narrow = |slice: &Vec<f64>| slice.iter().map(|&x| To::to(x)).collect();
        slices.iter().map(narrow).collect::<Vec<Vec<T>>>()
    });
    let [x, a, b] = vectors
        .each_ref()
        .map(|slices| slices.iter().map(Vec::as_slice).collect::<Vec<&[T]>>());
    if call.halves {
        monitor.record_halves(call.iteration, call.loss, call.rule, &x, &a, &b)
    } else {
        monitor.record(call.iteration, call.loss, call.rule, &x, &a)
    }
}

/// A number in the type of the parameters.
pub(crate) trait To<T> {
    fn to(self) -> T;
}

impl To<f32> for f64 {
    fn to(self) -> f32 {
        self as f32
    }
}

impl To<f64> for f64 {
    fn to(self) -> f64 {
        self
    }
}

fn numbers(seen: &Observation) -> Vec<f64> {
    let always = [
        seen.loss,
        seen.alpha,
        seen.beta,
        seen.time,
        seen.drag,
        seen.gradient_norm,
        seen.edge,
    ];
    let sometimes = [
        seen.flow_time,
        seen.speed,
        seen.kinetic_energy,
        seen.explicit_kinetic_energy,
        seen.energy(),
        seen.curvature,
        seen.alpha_lambda,
        seen.temperature,
        seen.kinetic_temperature,
        seen.dissipated,
        seen.work,
        seen.mismatch,
    ];
    always
        .into_iter()
        .chain(sometimes.into_iter().flatten())
        .collect()
}

/// Every call of a loop, then the report; `definition` says what must be seen, for a monitor of all coordinates.
fn watched<T: Parameter>(
    mut monitor: Monitor<T>,
    calls: &[Call],
    mut definition: Option<Definition>,
) -> Result<Option<heavyball_monitor::Report>, TestCaseError>
where
    f64: To<T>,
{
    let mut seen = Vec::new();
    for call in calls {
        let outcome = handed_over(&mut monitor, call);
        match &outcome {
            Ok(found) => {
                prop_assert!(numbers(found).iter().all(|x| x.is_finite()), "{found:?}");
                prop_assert_eq!(found.iteration, call.iteration);
                seen.push(*found);
            }
            Err(error) => {
                let text = error.to_string();
                prop_assert!((1..=400).contains(&text.chars().count()), "{}", text);
                let number = format!("iteration {}", call.iteration);
                prop_assert!(text.contains(&number), "{} at {}", text, number);
            }
        }
        if let Some(definition) = &mut definition {
            definition.check(call, &outcome)?;
        }
    }
    let Ok(report) = monitor.report() else {
        prop_assert!(seen.is_empty());
        return Ok(None);
    };
    let over = seen.iter().filter(|seen| seen.is_over_edge()).count();
    prop_assert_eq!(report.over_edge(), (seen.len(), over));
    for count in [0, 1, 3, usize::MAX] {
        let rows = report.joined(count);
        prop_assert!(rows.len() <= count.max(1));
        prop_assert_eq!(
            rows.iter().map(|row| row.count()).sum::<usize>(),
            seen.len()
        );
    }
    for text in [report.to_string(), report.to_csv()] {
        prop_assert!(!text.contains("NaN") && !text.contains("inf"), "{}", text);
    }
    Ok(Some(report))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4000) })]

    #[test]
    fn double_precision(calls in calls()) {
        watched(Monitor::<f64>::new(), &calls, Some(Definition::new(f64::EPSILON)))?;
    }

    #[test]
    fn single_precision(calls in calls()) {
        watched(Monitor::<f32>::new(), &calls, None)?;
    }

    #[test]
    fn samples(calls in calls(), count in 1..12_usize, seed: u64) {
        watched(Monitor::<f64>::sampled(count, seed).unwrap(), &calls, None)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(20) })]

    #[test]
    fn figures(calls in calls()) {
        if let Some(report) = watched(Monitor::<f64>::new(), &calls, None)?
            && let Err(error) = report.figure("Any run", "").render()
        {
            prop_assert!((1..=400).contains(&error.to_string().len()), "{}", error);
        }
    }
}
