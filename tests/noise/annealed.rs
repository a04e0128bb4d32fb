//! A temperature that depends on the step: the same bits where it does not, and two wells that exchange balls where it does.

use heavyball::TiltedDoubleWell;
use heavyball::ensemble::{Ensemble, Proportion};
use heavyball::error::ParameterError;
use heavyball::langevin::{
    Aboba, Annealed, Baoab, Boaob, EulerMaruyama, Langevin, LangevinMethod, Obabo,
    StochasticSymplecticEuler,
};
use heavyball::noise::Noise;
use heavyball::prelude::*;
use heavyball::study::kramers::ThermalBarrier;
use nalgebra::{Const, vector};

fn warm(temperature: f64) -> Langevin {
    Langevin::new(HeavyBall::new(0.8, 1.0).unwrap(), temperature).unwrap()
}

fn end(method: &impl LangevinMethod, temperature: f64, steps: usize) -> Phase<f64, Const<2>> {
    let start = Phase::at_rest(vector![-1.2, 0.4]);
    let run = method.phases(&warm(temperature), &DoubleWell, start, Noise::new(4));
    run.unwrap().of_member(3).after(steps).unwrap()
}

fn bits(
    of: impl Fn(f64) -> Phase<f64, Const<2>>,
    annealed: impl Fn(f64, f64) -> Phase<f64, Const<2>>,
) {
    assert_eq!(annealed(0.3, 1.0), of(0.3));
    assert_eq!(annealed(0.3, 0.0), of(0.0));
    // A factor of 4 doubles the noise exactly, as a temperature of four times as much does.
    assert_eq!(annealed(0.075, 4.0), of(0.3));
}

#[test]
fn a_constant_factor_is_another_temperature_bit_for_bit() {
    fn check<M: LangevinMethod + Copy>(method: M) {
        bits(
            |t| end(&method, t, 60),
            |t, factor| end(&Annealed::new(method, move |_| factor), t, 60),
        );
    }
    check(Baoab::new(0.1).unwrap());
    check(Obabo::new(0.1).unwrap());
    check(Aboba::new(0.1).unwrap());
    check(Boaob::new(0.1).unwrap());
    check(StochasticSymplecticEuler::new(0.1).unwrap());
    check(EulerMaruyama::new(0.02).unwrap());
}

/// The factor is that of the step, also after a continuation, alone and in an ensemble.
#[test]
fn the_factor_belongs_to_the_step() {
    let method = Annealed::new(
        Baoab::new(0.1).unwrap(),
        |k| if k < 30 { 1.0 } else { 0.25 },
    );
    let first = end(&Baoab::new(0.1).unwrap(), 0.4, 30);
    let rest = Baoab::new(0.1)
        .unwrap()
        .phases(&warm(0.1), &DoubleWell, first, Noise::new(4));
    let rest = rest.unwrap().of_member(3).from_step(30).after(50).unwrap();
    assert_eq!(end(&method, 0.4, 80), rest);
    let starts = vec![Phase::at_rest(vector![-1.2, 0.4]); 5];
    let whole = Ensemble::in_bath(&method, &warm(0.4), &DoubleWell, starts, Noise::new(4)).unwrap();
    assert_eq!(whole.after(80).unwrap().states()[3].phase, rest);
    let half = whole.after(20).unwrap();
    let phases: Vec<_> = half.states().iter().map(|state| state.phase).collect();
    let rest = Ensemble::in_bath(&method, &warm(0.4), &DoubleWell, phases, Noise::new(4)).unwrap();
    assert_eq!(
        rest.from_step(20).after(60).unwrap().states(),
        whole.after(80).unwrap().states()
    );
}

#[test]
fn a_factor_out_of_range_is_an_error_when_the_run_comes_to_it() {
    for wrong in [-0.5, f64::NAN, f64::INFINITY] {
        let method = Annealed::new(
            Baoab::new(0.1).unwrap(),
            move |k| if k == 40 { wrong } else { 1.0 },
        );
        let run = method.phases(
            &warm(0.3),
            &DoubleWell,
            Phase::at_rest(vector![1.0, 0.0]),
            Noise::new(4),
        );
        let run = run.unwrap();
        assert!(run.clone().after(40).is_ok());
        let refused = run.after(41);
        let is_named = matches!(
            refused,
            Err(Error::Parameter(ParameterError::Negative {
                name: "factor of the temperature",
                ..
            }))
        );
        assert!(is_named, "{refused:?}");
        let starts = vec![Phase::at_rest(vector![-1.2, 0.4]); 5];
        let ensemble =
            Ensemble::in_bath(&method, &warm(0.4), &DoubleWell, starts, Noise::new(4)).unwrap();
        assert!(ensemble.after(40).is_ok() && ensemble.after(41).is_err());
    }
}

/// Derivation (105): wells that exchange balls at Kramers' rates hold, cooled, the share that an ensemble finds.
#[test]
fn cooled_balls_are_shared_by_two_wells_at_kramers_rates() {
    const MEMBERS: usize = 1000;
    let (hot, duration, dt) = (0.06, 1000.0, 0.2);
    let well = TiltedDoubleWell::new(0.1).unwrap();
    let barrier = |minimum| ThermalBarrier::new(&well, vector![minimum], vector![0.1]).unwrap();
    let (bad, good) = (barrier(0.95), barrier(-1.05));
    let parts = 4000;
    let mut predicted = 1.0;
    for part in 0..parts {
        let t = hot * (1.0 - (f64::from(part) + 0.5) / f64::from(parts));
        let bath = Langevin::new(HeavyBall::new(1.0, 1.0).unwrap(), t).unwrap();
        let rates = (bad.rate(&bath).unwrap(), good.rate(&bath).unwrap());
        predicted +=
            (rates.1 * (1.0 - predicted) - rates.0 * predicted) * duration / f64::from(parts);
    }
    let steps = (duration / dt) as usize;
    let method = Annealed::new(Baoab::new(dt).unwrap(), move |k| {
        1.0 - (k as f64 + 0.5) / steps as f64
    });
    let bath = Langevin::new(HeavyBall::new(1.0, 1.0).unwrap(), hot).unwrap();
    let starts = vec![Phase::at_rest(bad.minimum()); MEMBERS];
    let ensemble = Ensemble::in_bath(&method, &bath, &well, starts, Noise::new(6)).unwrap();
    let run = ensemble.after(steps).unwrap();
    let left = run
        .states()
        .iter()
        .filter(|end| end.phase.position.x > 0.1)
        .count();
    let (low, high) = Proportion::new(left, MEMBERS)
        .unwrap()
        .interval(4.0)
        .unwrap();
    println!("{left} of {MEMBERS} left, {predicted} predicted");
    assert!(low < predicted && predicted < high, "{left} {predicted}");
    // Without noise all would have stayed, and at once cooled nearly all.
    assert!((0.08..0.25).contains(&predicted), "{predicted}");
}
