//! Small studies: orders of convergence, limits, deformations, energies, gradients compared, barriers.

use super::Input;
use super::verdict::{any, checked};
use heavyball::potentials::{Features, LogisticRegression, Standardisation};
use heavyball::prelude::*;
use heavyball::study::{
    Convergence, Deformation, Deviation, EnergyBalance, Label, Limit, OptimizerScheme,
    SmallParameter, Title,
};
use nalgebra::{DVector, vector};
use num_dual::Dual64;

pub fn run(input: &mut Input<'_>) {
    match input.choice(6) {
        0 => {
            let values: Vec<f64> = (0..input.few()).map(|_| input.number()).collect();
            let title = Title {
                parameter: SmallParameter::Mass,
                reference: input.text(),
                method: Label::default(),
                start: Label::default(),
            };
            let errors: Vec<(f64, f64)> = values
                .iter()
                .map(|_| (input.number(), input.number()))
                .collect();
            let mut next = errors.iter();
            let table = Convergence::measure(title, &values, |_| {
                let (position, velocity) = next.next().copied().unwrap_or((1.0, 1.0));
                Ok(Deviation::new(position, velocity))
            });
            if let Some(table) = any(table) {
                let fit = table.position().fit;
                assert!(fit.is_none_or(|fit| fit.order.is_finite()), "{table}");
                assert!(table.to_csv().lines().count() >= 1);
                assert!(!table.to_string().is_empty());
            }
        }
        1 => {
            let Some(ball) = checked(input.ball()) else {
                return;
            };
            let start = vector![input.component(), input.component()];
            let problem = Problem::new(ball, DoubleWell, start).until(input.moderate().min(2.0));
            let scheme = OptimizerScheme::momentum(input.discretization());
            let study = Limit::small_step(&problem, scheme).with_halvings(0.1 + input.share(), 3);
            // Slow balls from nearby, whose reference takes few steps.
            let is_quick =
                (0.1..100.0).contains(&ball.mass) && ball.drag < 10.0 && start.amax() < 4.0;
            if input.choice(8) == 0 && is_quick {
                any(study.measure());
            }
        }
        2 => {
            let Some(rule) = any(Momentum::of(
                Dual64::from(input.positive()),
                Dual64::from(input.beta()),
            )) else {
                return;
            };
            let start = Iterate {
                position: vector![input.component(), input.component()],
                velocity: vector![input.component(), input.component()],
            };
            if let Some(found) = any(Deformation::of_updates(
                &rule,
                &DoubleWell,
                &start,
                input.few(),
            )) {
                let numbers = [found.factor(), found.defect(), found.volume()];
                assert!(
                    numbers.iter().all(|x| x.is_finite()),
                    "{found:?} of {rule:?} at {start:?}"
                );
            }
        }
        3 => {
            let Some(ball) = checked(input.ball()) else {
                return;
            };
            let start = vector![input.component(), input.component()];
            let problem = Problem::new(ball, DoubleWell, start).until(1.0);
            let Some(run) = any(Leapfrog::new(0.1).and_then(|method| problem.solve(&method)))
            else {
                return;
            };
            if let Some(balance) = any(EnergyBalance::of_run(&run, &DoubleWell)) {
                assert_eq!(balance.energies().len(), balance.times().len());
            }
        }
        4 => {
            let (rows, columns) = (input.few(), 1 + input.choice(3));
            let table: Vec<Vec<f64>> = (0..rows)
                .map(|_| (0..columns).map(|_| input.number()).collect())
                .collect();
            let Some(features) = any(Features::from_rows(&table)) else {
                return;
            };
            if let Some(standard) = any(Standardisation::fit(&features)) {
                any(standard.apply(&features));
            }
            let classes: Vec<bool> = (0..rows).map(|_| input.flag()).collect();
            let Some(model) = any(LogisticRegression::new(
                features.with_intercept(),
                &classes,
                input.positive(),
            )) else {
                return;
            };
            checked(Ok::<_, Error>(model.bounds()));
            let weights = input.vector(columns + 1);
            checked(model.curvatures(&weights));
            any(model.accuracy(&weights));
        }
        _ => {
            let slope = DVector::from_element(2, input.number());
            let Some(slope) = any(heavyball::Linear::new(slope)) else {
                return;
            };
            any(heavyball::potentials::check_gradient(
                &slope,
                &input.vector(2),
            ));
        }
    }
}
