//! Ensembles, grids, random starts, observers, proportions and checkpoints.

use super::Input;
use super::verdict::{any, checked};
use heavyball::ensemble::{Ensemble, FirstPassage, Grid, Proportion, Random, SettlingTime};
use heavyball::prelude::*;
use heavyball::sweep::Sweep;
use nalgebra::{SVector, vector};

pub fn run(input: &mut Input<'_>) {
    match input.choice(6) {
        0 => {
            let corner = [input.number(), input.number()];
            let other = [input.number(), input.number()];
            let counts = if input.flag() {
                [input.count(), input.count()]
            } else {
                [input.few(), input.few()]
            };
            let Some(grid) = any(Grid::new(corner, other, counts)) else {
                return;
            };
            if grid.len() < 100 {
                let points: Vec<_> = grid.points().collect();
                checked(Ok::<_, Error>(points));
            } else if grid.len() > 1 << 40 {
                let rule = Momentum::new(0.1, 0.5).expect("in range");
                assert!(Ensemble::from_positions(rule, &DoubleWell, grid.points()).is_err());
            }
        }
        1 => {
            let random = Random::new(input.count() as u64);
            if let Some(kicks) = any(random.normal::<2>(input.positive())) {
                checked(Ok::<_, Error>(kicks.take(20).collect::<Vec<_>>()));
            }
            let low = [input.number(), input.number()];
            let high = [input.number(), input.number()];
            if let Some(points) = any(random.uniform(low, high)) {
                checked(Ok::<_, Error>(points.take(20).collect::<Vec<_>>()));
            }
        }
        2 => {
            let (successes, trials) = (input.count(), input.count());
            if let Some(proportion) = any(Proportion::new(successes, trials)) {
                checked(proportion.interval(input.number()));
                assert!((0.0..=1.0).contains(&proportion.share()));
            }
        }
        3 | 4 => {
            let starts: Vec<SVector<f64, 2>> = (0..input.few())
                .map(|_| vector![input.component(), input.component()])
                .collect();
            let Some(rule) = checked(Momentum::new(input.positive(), input.beta())) else {
                return;
            };
            let Some(ensemble) = any(Ensemble::from_positions(rule, &DoubleWell, starts)) else {
                return;
            };
            let steps = 3 * input.few();
            if let Some(run) = any(ensemble.after(steps)) {
                for (state, is_finite) in run.states().iter().zip(run.is_finite()) {
                    let has_numbers = state
                        .position
                        .iter()
                        .chain(state.velocity.iter())
                        .all(|x| x.is_finite());
                    assert_eq!(has_numbers, *is_finite);
                }
            }
            any(ensemble.every(input.count(), steps));
            any(ensemble.failure(input.count(), steps));
            if let Some(observer) = any(FirstPassage::above(input.choice(3), input.number())) {
                any(ensemble.observe(steps, &observer));
            }
            if let Some(observer) = any(SettlingTime::within(input.positive())) {
                let sweep = Sweep::new(&ensemble, steps, observer, |end, settled| {
                    [*settled, end.position.x]
                });
                any(sweep.run());
            }
        }
        _ => {
            // A checkpoint of any bytes is refused, never believed and never a panic.
            let rule = Momentum::new(0.1, 0.5).expect("in range");
            let ensemble =
                Ensemble::from_positions(rule, &DoubleWell, [vector![0.5, 1.0]]).expect("finite");
            let observer = SettlingTime::within(1e-3).expect("positive");
            let sweep = Sweep::new(&ensemble, 5, observer, |end, settled| {
                [*settled, end.position.x]
            });
            let path = std::env::temp_dir().join(format!("heavyball-fuzz-{}", std::process::id()));
            let bytes: Vec<u8> = (0..usize::from(input.byte()))
                .map(|_| input.byte())
                .collect();
            if input.choice(16) == 0 && std::fs::write(&path, &bytes).is_ok() {
                let found = any(sweep.resume(&path));
                assert!(found.is_none() || bytes.is_empty());
                let _ = std::fs::remove_file(&path);
            }
        }
    }
}
