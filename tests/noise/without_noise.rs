//! At T = 0 each method is the deterministic one.

use heavyball::error::ParameterError;
use heavyball::langevin::{
    Aboba, Baoab, Boaob, EulerMaruyama, Langevin, LangevinMethod, Obabo, StochasticSymplecticEuler,
};
use heavyball::noise::Noise;
use heavyball::prelude::*;
use nalgebra::{Vector2, vector};

const DT: f64 = 0.1;

fn ball() -> HeavyBall {
    HeavyBall::new(1.3, 0.4).unwrap()
}

fn start() -> Phase<f64, nalgebra::Const<2>> {
    Phase::new(vector![-1.4, 0.7], vector![0.3, -0.2])
}

fn cold<M: LangevinMethod>(method: &M) -> Vec<Phase<f64, nalgebra::Const<2>>> {
    let bath = Langevin::new(ball(), 0.0).unwrap();
    let run = method
        .phases(&bath, &DoubleWell, start(), Noise::new(1))
        .unwrap();
    run.take(300).collect()
}

#[test]
fn aboba_is_leapfrog_and_the_stochastic_euler_is_the_symplectic_one() {
    let leapfrog = Leapfrog::new(DT)
        .unwrap()
        .phases(&ball(), &DoubleWell, start())
        .unwrap();
    assert!(
        cold(&Aboba::new(DT).unwrap())
            .into_iter()
            .eq(leapfrog.take(300))
    );
    let euler = SymplecticEuler::new(DT)
        .unwrap()
        .phases(&ball(), &DoubleWell, start())
        .unwrap();
    let cold = cold(&StochasticSymplecticEuler::new(DT).unwrap());
    assert!(cold.into_iter().eq(euler.take(300)));
}

#[test]
fn euler_and_maruyama_descend_the_gradient() {
    let rule = GradientDescent::new(DT / ball().drag).unwrap();
    let iterates = rule.iterates(&DoubleWell, start().position).take(300);
    let cold = cold(&EulerMaruyama::new(DT).unwrap()).into_iter();
    assert!(
        cold.map(|phase| phase.position)
            .eq(iterates.map(|iterate| iterate.position))
    );
}

/// The exact flows of the parts, in the order of a name: a letter that occurs twice takes half the time.
fn composed(name: &str) -> Vec<Phase<f64, nalgebra::Const<2>>> {
    let HeavyBall { mass, drag, .. } = ball();
    let mut phase = start();
    let mut phases = vec![phase];
    for _ in 1..300 {
        for letter in name.chars() {
            let time = DT / name.matches(letter).count() as f64;
            match letter {
                'A' => phase.drift(&(time / mass)),
                'O' => phase.damp(&(-drag * time / mass).exp()),
                _ => {
                    let mut gradient = Vector2::zeros();
                    DoubleWell.gradient(&phase.position, &mut gradient);
                    phase.kick(&time, &gradient);
                }
            }
        }
        phases.push(phase);
    }
    phases
}

/// The positions from the second on, by momentum with the α and β of the discretisation.
fn momentum(discretization: Discretization, phases: &[Phase<f64, nalgebra::Const<2>>]) {
    let (alpha, beta) = discretization.coefficients(&ball(), DT).unwrap();
    let velocity = phases[1].position - phases[0].position;
    let iterates = Momentum::new(alpha, beta)
        .unwrap()
        .iterates(&DoubleWell, phases[1].position);
    for (iterate, phase) in iterates.with_velocity(velocity).zip(&phases[1..]) {
        assert!(
            (iterate.position - phase.position).norm() < 1e-12,
            "{discretization}"
        );
    }
}

#[test]
fn the_splittings_are_the_flows_in_the_order_of_their_names() {
    let baoab = cold(&Baoab::new(DT).unwrap());
    assert_eq!(baoab, composed("BAOAB"));
    momentum(Discretization::Obabo, &baoab);
    let obabo = cold(&Obabo::new(DT).unwrap());
    assert_eq!(obabo, composed("OBABO"));
    momentum(Discretization::Obabo, &obabo);
    let boaob = cold(&Boaob::new(DT).unwrap());
    assert_eq!(boaob, composed("BOAOB"));
    momentum(Discretization::Boaob, &boaob);
}

#[test]
fn what_has_no_meaning_is_refused() {
    for temperature in [-1.0, f64::NAN, f64::INFINITY] {
        let error = Langevin::new(ball(), temperature).unwrap_err();
        let Error::Parameter(ParameterError::Negative { name, .. }) = error else {
            panic!("{error}")
        };
        assert_eq!(name, "temperature");
    }
    assert!(Baoab::new(0.0).is_err() && EulerMaruyama::new(f64::NAN).is_err());
    let free = Langevin::new(HeavyBall::new(1.0, 0.0).unwrap(), 1.0).unwrap();
    let (well, noise) = (DoubleWell, Noise::new(0));
    assert!(
        EulerMaruyama::new(0.1)
            .unwrap()
            .phases(&free, &well, start(), noise)
            .is_err()
    );
    // Without drag there is no noise: the ball is the conservative one.
    assert!(
        Baoab::new(0.1)
            .unwrap()
            .phases(&free, &well, start(), noise)
            .is_ok()
    );
    let mut changed = free;
    changed.temperature = -1.0;
    assert!(
        Baoab::new(0.1)
            .unwrap()
            .phases(&changed, &well, start(), noise)
            .is_err()
    );
    let nowhere = Phase::at_rest(vector![f64::NAN, 0.0]);
    assert!(
        Baoab::new(0.1)
            .unwrap()
            .phases(&free, &well, nowhere, noise)
            .is_err()
    );
    // A step beyond the stable ones ends with its number.
    let hot = Langevin::new(ball(), 1.0).unwrap();
    let wild = Baoab::new(5.0)
        .unwrap()
        .phases(&hot, &well, start(), noise)
        .unwrap();
    assert!(matches!(wild.after(1000), Err(Error::Run(_))));
}
