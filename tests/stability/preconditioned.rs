//! The edge of stability with a rate or a mass for each direction, against eigenvalues of the iteration and closed forms.

use heavyball::matrices::{DiagonalMatrix, FullMatrix, MatrixForm};
use heavyball::prelude::*;
use heavyball::study::stability::largest_step;
use heavyball::{AnisotropicBall, PreconditionedMomentum};
use nalgebra::{DMatrix, Matrix2, Rotation2, Vector2, matrix, vector};
use proptest::array::uniform2;
use proptest::prelude::*;

/// The spectral radius of (x, v) ↦ (x + Bv − AKx, Bv − AKx).
fn radius<A: MatrixForm<f64>>(rule: &PreconditionedMomentum<A>, hessian: &DMatrix<f64>) -> f64 {
    let (pull, keep) = (rule.alpha.to_matrix() * hessian, rule.beta.to_matrix());
    let d = pull.nrows();
    let mut map = DMatrix::zeros(2 * d, 2 * d);
    map.view_mut((0, 0), (d, d))
        .copy_from(&(DMatrix::identity(d, d) - &pull));
    map.view_mut((d, 0), (d, d)).copy_from(&-&pull);
    map.view_mut((0, d), (d, d)).copy_from(&keep);
    map.view_mut((d, d), (d, d)).copy_from(&keep);
    let values = map.complex_eigenvalues();
    values.iter().map(|value| value.norm()).fold(0.0, f64::max)
}

fn turned(values: [f64; 2], angle: f64) -> Matrix2<f64> {
    let turn = Rotation2::new(angle).into_inner();
    turn * Matrix2::from_diagonal(&Vector2::from(values)) * turn.transpose()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Derivation (74): the iteration converges exactly for K ≺ 2A⁻¹(1 + B), by its eigenvalues on both sides of the edge,
    /// where mass, drag and curvature have no common directions.
    #[test]
    fn the_edge_is_where_an_eigenvalue_leaves_the_circle(
        masses in uniform2(0.3..3.0_f64), drags in uniform2(0.1..1.0_f64), curvatures in uniform2(0.2..5.0_f64),
        angles in (-3.0..3.0_f64, -3.0..3.0_f64, -3.0..3.0_f64), which in 0_usize..8,
    ) {
        let ball = AnisotropicBall::full(turned(masses, angles.0), turned(drags, angles.1))?;
        let hessian = turned(curvatures, angles.2);
        let rule = PreconditionedMomentum::from_ball(&ball, 0.3, Discretization::ALL[which])?;
        let edge = rule.edge_on(&FullMatrix::new(hessian)?)?;
        let hessian = FullMatrix::new(hessian)?.to_matrix();
        let (inside, beyond) = (radius(&rule, &(&hessian * (edge * (1.0 - 1e-6)))), radius(&rule, &(&hessian * (edge * (1.0 + 1e-6)))));
        prop_assert!(inside < 1.0 && beyond > 1.0, "{inside} {beyond}");
    }

    /// Derivation (75): at the largest step of a ball the rule's edge is reached; of explicit drag 4M − 2ΔtΓ − Δt²K is
    /// singular there, of central drag Δt = 2/√λ.
    #[test]
    fn the_largest_step_is_the_edge(
        masses in uniform2(0.3..3.0_f64), drags in uniform2(0.1..1.0_f64), curvatures in uniform2(0.2..5.0_f64),
        angles in (-3.0..3.0_f64, -3.0..3.0_f64, -3.0..3.0_f64),
    ) {
        let (mass, drag, hessian) = (turned(masses, angles.0), turned(drags, angles.1), turned(curvatures, angles.2));
        let ball = AnisotropicBall::full(mass, drag)?;
        let curvature = FullMatrix::new(hessian)?;
        for discretization in Discretization::ALL {
            let Ok(dt) = ball.largest_step(discretization, &curvature) else {
                let is_window = matches!(discretization, Discretization::KickDampDrift | Discretization::Boaob);
                prop_assert!(is_window);
                continue;
            };
            let edge = PreconditionedMomentum::from_ball(&ball, dt, discretization)?.edge_on(&curvature)?;
            prop_assert!((edge - 1.0).abs() < 1e-9, "{discretization} {edge}");
            if discretization == Discretization::ExplicitDrag {
                let pencil = 4.0 * mass - 2.0 * dt * drag - dt * dt * hessian;
                let values = pencil.symmetric_eigenvalues();
                prop_assert!(values.min().abs() < 1e-11 && values.max() > 0.0, "{values}");
            }
            if discretization == Discretization::CentralDrag {
                let largest = (mass.try_inverse().unwrap() * hessian).complex_eigenvalues().map(|value| value.re).max();
                prop_assert!((dt * largest.sqrt() / 2.0 - 1.0).abs() < 1e-12);
            }
        }
    }
}

/// Diagonal on diagonal, the largest step is the smallest of those of the axes, section 49's.
#[test]
fn the_largest_step_of_axes_is_the_smallest_of_theirs() -> Result<(), Error> {
    let (mass, drag, curvature) = (
        vector![1.0, 9.0, 0.3],
        vector![0.5, 0.1, 1.2],
        vector![2.0, 25.0, 3.0],
    );
    let ball = AnisotropicBall::diagonal(mass, drag)?;
    let hessian = DiagonalMatrix::new(curvature)?;
    for discretization in Discretization::ALL {
        let Ok(found) = ball.largest_step(discretization, &hessian) else {
            continue;
        };
        let mut expected = f64::INFINITY;
        for i in 0..3 {
            let axis = HeavyBall::new(mass[i], drag[i])?;
            expected = expected.min(largest_step(discretization, &axis, curvature[i])?.limit());
        }
        assert!(
            (found / expected - 1.0).abs() < 1e-12,
            "{discretization} {found} {expected}"
        );
    }
    Ok(())
}

/// A run just inside the edge converges, and one just beyond it diverges.
#[test]
fn runs_converge_inside_the_edge_only() -> Result<(), Error> {
    let ball = AnisotropicBall::full(matrix![2.0, 0.7; 0.7, 1.0], matrix![0.9, -0.3; -0.3, 0.4])?;
    let hessian = matrix![3.0, 1.0; 1.0, 2.0];
    let bowl = Quadratic::symmetric(hessian)?;
    let dt = ball.largest_step(Discretization::ExplicitDrag, &FullMatrix::new(hessian)?)?;
    let size = |dt: f64| {
        let start = Phase::at_rest(vector![1.0, 1.0]);
        let end = ball
            .phases(&SymplecticEuler::new(dt)?, &bowl, start)?
            .after(20_000)?;
        Ok::<_, Error>(end.position.norm())
    };
    assert!(size(0.998 * dt)? < 1e-6);
    assert!(size(1.002 * dt)? > 1e6);
    Ok(())
}
